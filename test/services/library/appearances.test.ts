// When somebody is on screen, told from their tracks.
import { describe, expect, it } from 'vitest';
import { appearancesOf } from '../../../src/services/library/appearances.js';

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
