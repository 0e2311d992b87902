/** When somebody is on screen, told from their tracks. */
import { describe, expect, it } from 'vitest';
import { appearancesOf } from '../../../src/domain/tracks/appearances.js';

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

const i = (start_s: number, end_s: number) => ({ start_s, end_s });

describe('appearancesOf', () => {
  const track = (track_id: string, ...on: ReturnType<typeof i>[]) => ({ track_id, video_id: 'v', presence: on });
  it('joins tracks that touch or nearly touch, but not over a cut in the gap', () => {
    const tracks = [track('a', i(0, 2)), track('b', i(2, 3)), track('c', i(3.5, 4)), track('d', i(4.6, 5))];
    expect(appearancesOf(tracks, () => [4.2]).map((a) => [a.start_s, a.end_s, a.track_ids])).toEqual([
      [0, 4, ['a', 'b', 'c']],
      [4.6, 5, ['d']],
    ]);
  });
  it("does not reach over somebody else's short shot: the cuts lie at the very ends of the gap", () => {
    const tracks = [track('a', i(0, 2)), track('b', i(2.8, 4))];
    expect(appearancesOf(tracks, () => [2, 2.8]).map((a) => [a.start_s, a.end_s])).toEqual([
      [0, 2],
      [2.8, 4],
    ]);
  });
});
