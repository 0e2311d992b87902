import { describe, expect, it } from 'vitest';
import { endOf } from '../../../../src/services/indexing/film/video-rows.js';

describe('the end of a video', () => {
  it.each([
    ['of one that starts late is on the same clock as its times', 0.85, 9.18, 10.03, 10.03],
    ['is the promised one where decoding ended before', 0, 60, 12.3, 60],
    ['is what was decoded where the file promises less', 0, 2, 6.04, 6.04],
    ['is what was decoded where the file promises nothing', 0.5, 0, 6.04, 6.04],
    ['is in whole milliseconds', 0.1, 14.833333000000001, 14.9, 14.933],
  ])('%s', (_what, start_s, duration_s, decoded_s, end_s) => {
    expect(endOf({ start_s, duration_s }, [{ start_s, end_s: decoded_s }])).toBe(end_s);
  });
});
