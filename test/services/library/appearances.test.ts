import { describe, expect, it } from 'vitest';
import { appearancesOf } from '../../../src/services/library/appearances.js';

const track = (track_id: string, ...presence: [number, number][]) => ({
  track_id,
  video_id: 'video_a',
  presence: presence.map(([start_s, end_s]) => ({ start_s, end_s })),
});
const at = (cuts: number[], ...tracks: ReturnType<typeof track>[]) =>
  appearancesOf(tracks, () => cuts).map(({ start_s, end_s }) => [start_s, end_s]);

describe('appearances', () => {
  it('that touch are one, whatever the rounding', () => {
    for (let i = 0; i < 200; i += 1) {
      const cut = i / 30 + 0.1005;
      for (const off of [-1e-9, 0, 1e-9])
        expect(at([cut], track('a', [0, cut]), track('b', [cut + off, cut + 5]))).toHaveLength(1);
    }
  });

  it('that a cut and a gap part are two', () => {
    expect(at([2], track('a', [0, 2]), track('b', [2.002, 4]))).toHaveLength(2);
    expect(at([2.5], track('a', [0, 2]), track('b', [2.9, 4]))).toHaveLength(2);
    expect(at([2.9], track('a', [0, 2]), track('b', [2.9, 4]))).toHaveLength(2);
    expect(at([], track('a', [0, 2]), track('b', [2.9, 4]))).toHaveLength(1);
    expect(at([], track('a', [0, 2]), track('b', [3, 4]))).toHaveLength(2);
  });

  it('are in whole milliseconds', () => {
    expect(at([], track('a', [0.1 + 0.2, 14.933333000000001]))).toEqual([[0.3, 14.933]]);
  });
});
