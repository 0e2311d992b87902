import { describe, expect, it } from 'vitest';
import { clip, grow, intersect, total, union } from '../../../src/domain/intervals.js';
import { presence } from '../../../src/domain/faces/track-presence.js';
import { appearancesOf } from '../../../src/services/library/appearances.js';

const i = (start_s: number, end_s: number) => ({ start_s, end_s });

describe('intervals', () => {
  it('unites, bridging short gaps only', () => {
    expect(union([i(5, 6), i(0, 1), i(1.5, 2)], 0.5)).toEqual([i(0, 2), i(5, 6)]);
    expect(union([i(0, 1), i(1.5, 2)], 0.4)).toEqual([i(0, 1), i(1.5, 2)]);
    expect(union([i(3, 3)])).toEqual([]);
  });
  it('intersects, grows, clips, adds up', () => {
    expect(intersect([i(0, 4), i(6, 9)], [i(3, 7)])).toEqual([i(3, 4), i(6, 7)]);
    expect(grow([i(1, 2), i(3, 4)], 0.5)).toEqual([i(0.5, 4.5)]);
    expect(clip([i(0, 10)], i(2, 3))).toEqual([i(2, 3)]);
    expect(total([i(0, 1), i(2, 4)])).toBe(3);
  });
});

describe('presence', () => {
  const shot = { start_s: 1.92, end_s: 6.04, first_s: 2, last_s: 6 };
  it("reaches to the cuts when the face is in the shot's first and last sample", () => {
    expect(presence([2, 2.2, 2.4], shot, 5)).toEqual([i(1.92, 2.5)]);
    expect(presence([5.8, 6], shot, 5)).toEqual([i(5.7, 6.04)]);
  });
  it('speaks for half a step to either side inside a shot, and bridges under a second', () => {
    expect(presence([3, 3.2, 4, 5.4], shot, 5)).toEqual([
      { start_s: 2.9, end_s: expect.closeTo(4.1, 9) },
      { start_s: expect.closeTo(5.3, 9), end_s: 5.5 },
    ]);
  });
});

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
