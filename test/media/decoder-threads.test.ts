/** How many of the cores decode a film while the others look at it. */
import { expect, test } from 'vitest';
import { decoderThreads } from '../../src/media/film/frame-plan.js';

const small = { width: 1280, height: 720, fps: 25 };

test('half of them, where that is soon enough', () => {
  expect([1, 2, 4, 5].map((cores) => decoderThreads(small, false, cores))).toEqual([1, 1, 2, 3]);
  // A rate that is not known is taken for a usual one.
  expect(decoderThreads({ ...small, fps: 0 }, false, 4)).toBe(2);
});

test('all where decoding is most of the work: large pictures, many of them, key frames alone', () => {
  expect(decoderThreads({ width: 1920, height: 1080, fps: 25 }, false, 4)).toBe(4);
  expect(decoderThreads({ ...small, fps: 60 }, false, 4)).toBe(4);
  expect(decoderThreads(small, true, 4)).toBe(4);
});

test('never more than ffmpeg takes by itself', () => {
  expect(decoderThreads(small, true, 64)).toBe(16);
});
