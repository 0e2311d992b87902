import { describe, expect, it } from 'vitest';
import { isDoubtful, mainTimeline } from '../../../src/media/film/timeline.js';

const every = (step: number, count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i * step);

describe('the stretch of time that packets lie in', () => {
  it.each([
    ['even ones', every(0.1, 8), 0, 0.8],
    ['B-frames, out of order', [0, 0.3, 0.1, 0.2, 0.4], 0, 0.5],
    ['one far away', [...every(0.1, 5), 1_073_742.3, 0.6, 0.7], 0, 0.8],
    ['one far before', [-1e6, ...every(0.1, 8)], 0, 0.8],
    ['a pause of half a minute', [...every(0.1, 10), ...every(0.1, 10, 30)], 0, 31],
    ['a picture every five minutes', every(300, 4), 0, 1200],
    ['a late start', every(0.04, 25, 5.85), 5.85, 6.85],
    ['one picture', [2], 2, 2],
    ['no times among them', [NaN, 0, 0.5, NaN], 0, 1],
  ])('of %s', (_what, times, start_s, end_s) => {
    const found = mainTimeline(times);
    expect(found?.start_s).toBeCloseTo(start_s, 6);
    expect(found?.end_s).toBeCloseTo(end_s, 6);
  });

  it('is none without packets', () => expect(mainTimeline([NaN])).toBeNull());
});

it('a header is doubted when it says nothing, too much for so few bytes, or a start long before zero', () => {
  const sound = { duration_s: 60, start_s: 0.85, bytes: 1e6 };
  expect(isDoubtful(sound)).toBe(false);
  expect(isDoubtful({ ...sound, duration_s: 0 })).toBe(true);
  expect(isDoubtful({ ...sound, duration_s: 1e6 })).toBe(true);
  expect(isDoubtful({ ...sound, start_s: -1e6 })).toBe(true);
});
