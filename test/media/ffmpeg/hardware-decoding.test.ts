/** Decoding video on other hardware than the processor. */
import { expect, test } from 'vitest';
import { hardwareTrouble } from '../../../src/media/ffmpeg/hardware-decoding.js';

const FFMPEG = { ffmpeg: 'ffmpeg' };

test('a device that is not there is told with what ffmpeg says; auto takes what there is', async () => {
  expect(await hardwareTrouble(FFMPEG, 'nonsense')).toMatch(/nonsense/);
  expect(await hardwareTrouble(FFMPEG, 'auto')).toBeNull();
  expect(await hardwareTrouble({ ffmpeg: '/nowhere/ffmpeg' }, 'cuda')).toMatch(/not found|ENOENT/);
});
