/** Sums by person of who is seen where: what is added can be taken away again. */
import { expect, it } from 'vitest';
import type { SeenRow } from '../../../src/store/rows.js';
import { totalsMoved, totalsOf } from '../../../src/store/derived/seen-totals.js';

const seen = (identity_id: string, video_id: string, seconds: number, tracks: number): SeenRow => ({
  ...{ identity_id, video_id, seconds, tracks },
  ...{ best_track: '', best_time_s: 0, best_quality: 0, appearances: [] },
});

it('counts seconds, films, photos and tracks of each, and no one who is seen nowhere any more', () => {
  const [film, other, photo, gone] = [
    seen('a', 'film', 0.1, 2),
    seen('a', 'other', 0.2, 3),
    seen('a', 'photo', 0, 1),
    seen('b', 'film', 5, 1),
  ];
  const held = new Map(totalsOf([film, photo, gone]).map((t) => [t.identity_id, t]));
  expect(held.get('a')).toEqual({ identity_id: 'a', seconds: 0.1, videos: 2, photos: 1, tracks: 3 });
  const moved = totalsMoved(held, [photo, gone], [other]);
  expect([...moved.values()]).toEqual([{ identity_id: 'a', seconds: 0.3, videos: 2, photos: 0, tracks: 5 }]);
  expect([...moved.values()]).toEqual(totalsOf([film, other]));
  // What is held stays as it was.
  expect(held.get('b')).toEqual({ identity_id: 'b', seconds: 5, videos: 1, photos: 0, tracks: 1 });
});
