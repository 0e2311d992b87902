import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { IDS_PER_PREDICATE } from '../../../src/store/tables/predicates.js';
import {
  addVideo,
  DIMENSIONS,
  makeIdentity,
  makeTrack,
  makeVideo,
  open,
  randomVector,
  temporaryHome,
} from '../fixtures.js';

test('what is written comes back, to the bit, from another opening', async () => {
  const home = await temporaryHome();
  const [video_id, run_id] = [newId('video'), newId('run')];
  // Values that a detour over float64, text or normalisation would change.
  const odd = randomVector();
  odd.set([1e-42, -0, 0.1, Number.MIN_VALUE]);
  const a = makeTrack(video_id, run_id, {
    start_s: 2,
    end_s: 3,
    vector: odd,
    crops: [new Uint8Array([0, 255, 10, 13]), new Uint8Array(5000).fill(7)],
    thumbnail: null,
  });
  const b = makeTrack(video_id, run_id, { start_s: 1, end_s: 2, presence: [], boxes: [], crops: [] });
  const video = makeVideo(video_id, run_id, {
    title: 'Zoë\'s “film” — 映画 🎬\n\\ "q"; DROP TABLE videos; --',
    range: { start_s: 1, end_s: 9 },
    coverage: { ...makeVideo(video_id, run_id).coverage, gated: { 'too small': 3 }, ended_early: 'Prüfsumme' },
  });
  const people = [
    makeIdentity({ name: "Ærøskøbing O'Neill 李", track_ids: [a.track_id], created_at: '2026-01-01T00:00:00.000Z' }),
    makeIdentity({
      merged_into: newId('identity'),
      split_from: newId('identity'),
      created_at: '2026-01-02T00:00:00.000Z',
    }),
  ];
  const edit = {
    edit_id: newId('edit'),
    created_at: '2026-01-02T00:00:00.000Z',
    body: { kind: 'name', to: '李', nested: [1, null, { x: true }] },
  };

  const first = await open(home);
  await first.write(async (writer) => {
    await writer.stageTracks([a]);
    await writer.stageTracks([b]);
    await writer.putIdentities(people);
    expect(await writer.appendEdits([edit])).toEqual([{ ...edit, seq: 1 }]);
    await writer.commitVideo(video);
  });
  await first.close();

  const library = await open(home);
  expect(await library.videos()).toEqual([video]);
  expect(await library.video(video_id)).toEqual(video);
  expect(await library.videoByHash(video.content_hash)).toEqual(video);
  const summary = ({ vector, boxes, crops, thumbnail, ...rest }: typeof a): object => ({
    ...rest,
    had: [vector, boxes, crops, thumbnail].length,
  });
  expect((await library.tracks()).map((track) => ({ ...track, had: 4 }))).toEqual([summary(b), summary(a)]);
  const block = await library.vectors();
  expect(block.ids).toEqual([b.track_id, a.track_id]);
  expect(block.video_ids).toEqual([video_id, video_id]);
  expect(Buffer.from(block.data.buffer)).toEqual(
    Buffer.concat([Buffer.from(b.vector.buffer), Buffer.from(a.vector.buffer)]),
  );
  expect(block.quality).toEqual(Float32Array.of(b.quality, a.quality));
  expect(await library.pictures(a.track_id)).toEqual({ crops: a.crops, thumbnail: null });
  expect(await library.pictures(b.track_id)).toEqual({ crops: [], thumbnail: b.thumbnail });
  expect(await library.boxes(a.track_id)).toEqual(a.boxes);
  expect(await library.identities()).toEqual(people);
  expect(await library.edits()).toEqual([{ ...edit, seq: 1 }]);
});

test('what is not there is null or unknown_id, and what is no id is refused', async () => {
  const library = await open(await temporaryHome());
  expect(await library.video(newId('video'))).toBeNull();
  expect(await library.identity(newId('identity'))).toBeNull();
  expect(await library.videoByHash('sha256:00')).toBeNull();
  await expect(library.pictures(newId('track'))).rejects.toMatchObject({ code: 'unknown_id' });
  for (const bad of ["video_x' OR '1'='1", newId('track'), ''])
    await expect(library.video(bad)).rejects.toMatchObject({ code: 'unknown_id' });
  await expect(library.tracks({ track_ids: ["x') OR true --"] })).rejects.toMatchObject({ code: 'unknown_id' });
  await expect(library.videoByHash("' OR '1'='1")).rejects.toMatchObject({ code: 'bad_argument' });
  await expect(
    library.write((writer) => writer.putIdentities([makeIdentity({ identity_id: "x'" })])),
  ).rejects.toMatchObject({ code: 'unknown_id' });
});

test('filters: by video, by track, by both, more ids than fit one predicate, none', async () => {
  const library = await open(await temporaryHome());
  const [one, two] = [newId('video'), newId('video')];
  const first = await addVideo(library, one, IDS_PER_PREDICATE + 50);
  const second = await addVideo(library, two, 5);
  const ids = (rows: readonly { track_id: string }[]): string[] => rows.map((row) => row.track_id).sort();
  expect(ids(await library.tracks({ video_ids: [two] }))).toEqual(ids(second));
  expect(ids(await library.tracks({ track_ids: ids(first) }))).toEqual(ids(first));
  expect(ids(await library.tracks({ track_ids: ids([...first, ...second]), video_ids: [two, two] }))).toEqual(
    ids(second),
  );
  expect((await library.vectors({ track_ids: ids(first) })).ids.sort()).toEqual(ids(first));
  expect(await library.tracks({ track_ids: [] })).toEqual([]);
  expect((await library.vectors({ video_ids: [] })).data).toHaveLength(0);
  expect(await library.tracks()).toHaveLength(first.length + second.length);
});

test('identities are replaced by id, and the last of two in one call counts', async () => {
  const library = await open(await temporaryHome());
  const [a, b] = [
    makeIdentity({ name: 'A', created_at: '2026-01-01' }),
    makeIdentity({ name: 'B', created_at: '2026-01-02' }),
  ];
  await library.write((writer) => writer.putIdentities([a, b]));
  await library.write((writer) =>
    writer.putIdentities([
      { ...a, name: 'nobody' },
      { ...a, name: 'Anna' },
    ]),
  );
  expect(await library.identities()).toEqual([{ ...a, name: 'Anna' }, b]);
  await library.write((writer) => writer.removeIdentities([b.identity_id]));
  expect(await library.identities()).toEqual([{ ...a, name: 'Anna' }]);
});

test('vectors that nothing can be compared with are refused', async () => {
  const library = await open(await temporaryHome());
  const row = makeTrack(newId('video'), newId('run'));
  for (const vector of [
    new Float32Array(DIMENSIONS),
    new Float32Array(DIMENSIONS).fill(NaN),
    randomVector(DIMENSIONS - 1),
  ]) {
    await expect(library.stageTracks([{ ...row, vector }])).rejects.toMatchObject({ code: 'bad_argument' });
  }
  await expect(library.nearest(randomVector(8), 1)).rejects.toMatchObject({ code: 'bad_argument' });
});
