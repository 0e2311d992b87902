/** Photos are videos without time, and there are far more of them than films: nothing may look at each for each. */
import { expect, it } from 'vitest';
import type { Hit } from '../../../src/services/questions/found-together.js';
import { filmsWithAll, momentsTogether } from '../../../src/services/questions/found-together.js';
import type { VideoRow } from '../../../src/store/rows.js';
import { makeVideo } from '../../store/rows.js';

const PHOTOS = 30_000;

function photo(video_id: string): VideoRow {
  const video = makeVideo(video_id, 'run');
  return { ...video, coverage: { ...video.coverage, photo: { taken_at: null } } };
}

/** Somebody who is in every so manyeth photo. */
function inEvery(nth: number, identity_id: string): Hit {
  const appearances = Array.from({ length: PHOTOS / nth }, (_, i) => ({
    ...{ video_id: `video_${i * nth}`, start_s: 0, end_s: 0, photo: true as const, score: null },
    ...{ identity_id, track_ids: [`track_${identity_id}_${i * nth}`] },
  }));
  const hit = { query: identity_id, box: null, decision: null, identity_id, name: null, seconds_on_screen: 0 };
  return { hit: { ...hit, candidates: [] }, appearances };
}

it('finds who is together in tens of thousands of photos in under two seconds', () => {
  const ids = Array.from({ length: PHOTOS }, (_, i) => `video_${i}`);
  const videos = new Map(ids.map((id) => [id, photo(id)]));
  const view = { videos, titles: () => new Map<string, string>() };
  const people = [[inEvery(1, 'a')], [inEvery(2, 'b')], [inEvery(3, 'c')]];
  const began = performance.now();
  const moments = momentsTogether(people, view);
  const films = filmsWithAll(people, view);
  expect(performance.now() - began).toBeLessThan(2000);
  expect([moments.length, films.length]).toEqual([PHOTOS / 6, PHOTOS / 6]);
  expect(moments[0]).toMatchObject({ photo: true, start_s: 0, track_ids: ['track_a_0', 'track_b_0', 'track_c_0'] });
});
