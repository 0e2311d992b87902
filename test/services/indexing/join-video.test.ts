/** Videos that join a real library: again, and when they would merge too much. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { createIndexingService } from '../../../src/services/indexing/index-video.js';
import { joinVideo } from '../../../src/services/indexing/join-video.js';
import { stagedTrack } from '../../../src/services/indexing/track-successors.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import type { Resources } from '../../../src/services/resources.js';
import type { Library } from '../../../src/store/api.js';
import { open, temporaryHome } from '../../store/fixtures.js';
import { makeTrack, makeVideo } from '../../store/rows.js';
import { certainty } from '../../support/libraries/certainty.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { joinTracks } from '../../support/libraries/join-tracks.js';
import { axis, scoring, SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

const using = comparing();

const join = (library: Library, tracks: readonly SyntheticTrack[]) => joinTracks(library, tracks, using);

const people = async (library: Library) =>
  (await library.identities()).map((row) => ({ ...row, track_ids: [...row.track_ids].sort(), updated_at: '' }));

it('changes nobody when a video that is there joins again with the same tracks', async () => {
  const library = await open(await temporaryHome(), { dimensions: 256 });
  const videos = byVideo(new SyntheticCast(21).library(25, 160));
  for (const video of videos) await join(library, video);
  const before = await people(library);
  expect(before.filter((row) => row.track_ids.length > 1).length).toBeGreaterThan(5);
  for (const video of videos) {
    await join(library, video);
    expect(await people(library)).toEqual(before);
  }
  expect(await library.tracks()).toHaveLength(160);
});

it('says so, then and later, when it would have made one person of many', async () => {
  const library = await open(await temporaryHome(), { dimensions: 256 });
  const cast = new SyntheticCast(22);
  const known = Array.from({ length: 20 }, (_, k) =>
    cast.track(`person-${k}`, `video-${k % 4}`, { quality: 0.5, vector: scoring(axis(255), 0.55, axis(k)) }),
  );
  const masks = Array.from({ length: 40 }, () => cast.track('masked', 'masks', { quality: 0.9, vector: axis(255) }));
  const service = createIndexingService({
    view: createViewReader(() => Promise.resolve(library)),
    certainty,
  } as Partial<Resources> as Resources);
  const warnings = async ([track]: readonly SyntheticTrack[]) =>
    (await service.describeVideo(track?.video_id ?? '')).warnings;
  for (const video of byVideo(known)) await join(library, video);
  await join(library, masks);
  expect(await library.identities()).toHaveLength(20);
  expect(await warnings(masks)).toEqual([expect.stringMatching(/one person of 20 .*nobody was merged/)]);
});

it('keeps ids where faces are in their place, however unlike they come out; of two who were one, one redirects', async () => {
  const library = await open(await temporaryHome(), { dimensions: 256 });
  const video_id = newId('video');
  const look = async (faces: readonly { x: number; start_s: number; end_s: number; vector: number }[]) => {
    const run_id = newId('run');
    const tracks = faces.map(({ x, start_s, end_s, vector }) => {
      const seen = { start_s, end_s, presence: [{ start_s, end_s }], vector: axis(vector), quality: 0.3 };
      const boxes = [{ time_s: (start_s + end_s) / 2, box: { x, y: 0, w: 80, h: 80 } }];
      return makeTrack(video_id, run_id, { ...seen, boxes });
    });
    await library.stageTracks(tracks);
    const joining = { library, rows: tracks.map(stagedTrack), rule: using.rule(), compare: using.pipeline() };
    await library.write((writer) => joinVideo(makeVideo(video_id, run_id), [], { ...joining, writer }));
    const people = await library.identities();
    return tracks.map((t) => people.find((p) => p.track_ids.includes(t.track_id))?.identity_id);
  };
  const [left, early, late] = await look([
    { x: 0, start_s: 0, end_s: 10, vector: 1 },
    { x: 200, start_s: 0, end_s: 6, vector: 2 },
    { x: 200, start_s: 7, end_s: 10, vector: 3 },
  ]);
  const now = await look([
    { x: 205, start_s: 0, end_s: 10, vector: 4 },
    { x: 5, start_s: 0, end_s: 10, vector: 5 },
  ]);
  expect(now).toEqual([early, left]);
  expect((await library.identity(late ?? ''))?.merged_into).toBe(early);
});
