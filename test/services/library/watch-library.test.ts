import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { watchLibrary } from '../../../src/services/library/watch-library.js';
import { addVideo, open, temporaryHome } from '../../store/fixtures.js';

it('hears of each change of the videos of a library, not that an empty one was made, nor of calibrations', async () => {
  const home = path.join(await temporaryHome(), 'later');
  let heard = 0;
  const stop = watchLibrary(home, () => heard++, 20);
  onTestFinished(stop);
  const library = await open(home);
  await library.write((writer) =>
    writer.appendCalibrations([{ calibration_id: newId('calibration'), created_at: '2026-01-01T00:00:00Z', body: {} }]),
  );
  await addVideo(library, newId('video'), 1);
  await expect.poll(() => heard).toBe(1);
  await addVideo(library, newId('video'), 1);
  await expect.poll(() => heard).toBe(2);
  stop();
});
