/** A video that is committed again while some of its tracks stay. */
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { addVideo, makeTrack, makeVideo, open, temporaryHome } from '../fixtures.js';

test('kept tracks stay with their vectors and pictures, shortened where they are kept in part', async () => {
  const library = await open(await temporaryHome());
  const [video_id, other, run_id] = [newId('video'), newId('video'), newId('run')];
  const [whole, part, moved, gone] = await addVideo(library, video_id, 4);
  await addVideo(library, other, 2);
  if (!whole || !part || !moved || !gone) throw new Error('four tracks were made');
  const fresh = makeTrack(video_id, run_id, { start_s: 50 });
  const becomes = newId('track');
  const presence = [{ start_s: 2, end_s: 3 }];
  await library.stageTracks([fresh]);
  await library.write((writer) =>
    writer.commitVideo(makeVideo(video_id, run_id), [
      { ...whole, becomes: whole.track_id },
      { track_id: part.track_id, becomes: part.track_id, start_s: 2, end_s: 3, presence },
      { track_id: moved.track_id, becomes, start_s: 2, end_s: 3, presence },
    ]),
  );
  const rows = new Map((await library.tracks({ video_ids: [video_id] })).map((t) => [t.track_id, t]));
  expect([...rows.keys()].sort()).toEqual([whole.track_id, part.track_id, becomes, fresh.track_id].sort());
  const { vector: _v, boxes: _b, crops: _c, thumbnail: _t, ...summary } = whole;
  expect(rows.get(whole.track_id)).toEqual(summary);
  expect(rows.get(part.track_id)).toMatchObject({ start_s: 2, end_s: 3, presence, quality: part.quality });
  expect(rows.get(becomes)).toMatchObject({ presence, run_id: moved.run_id });
  const block = await library.vectors({ track_ids: [becomes] });
  expect(block.data).toEqual(moved.vector);
  expect(await library.pictures(becomes)).toEqual({ crops: moved.crops, thumbnail: moved.thumbnail });
  expect(await library.tracks({ video_ids: [other] })).toHaveLength(2);
});
