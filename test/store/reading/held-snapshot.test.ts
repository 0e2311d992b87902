import { rename } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { Library, Reader } from '../../../src/store/api.js';
import { addVideo, makeIdentity, open, randomVector, temporaryHome } from '../fixtures.js';

/** Two films: two people in both, one of them with a name, one more in the second, and one who redirects. */
async function smallLibrary(home: string): Promise<{ library: Library; videos: string[]; track_ids: string[] }> {
  const library = await open(home);
  const videos = [newId('video'), newId('video')];
  const [first = [], second = []] = [
    await addVideo(library, videos[0] ?? '', 4),
    await addVideo(library, videos[1] ?? '', 6),
  ];
  const ids = (rows: readonly { track_id: string }[]): string[] => rows.map((row) => row.track_id);
  const ada = makeIdentity({ track_ids: [...ids(first.slice(0, 2)), ...ids(second.slice(0, 2))], name: 'Ada' });
  const rows = [
    ada,
    makeIdentity({ track_ids: [...ids(first.slice(2, 3)), ...ids(second.slice(2, 4))] }),
    makeIdentity({ track_ids: ids(second.slice(4, 5)) }),
    makeIdentity({ merged_into: ada.identity_id }),
  ];
  await library.write((writer) => writer.putIdentities(rows));
  return { library, videos, track_ids: ids([...first, ...second]) };
}

/** What questions ask of a reader, in an order of its own where it has none. */
async function asked(reader: Reader, videos: readonly string[], track_ids: readonly string[]): Promise<unknown> {
  const people = (await reader.identities()).map((row) => row.identity_id);
  const [video_ids, identity_ids] = [videos.slice(1), people.slice(1, 3)];
  const seen = async (filter?: Parameters<Reader['seen']>[0]) =>
    (await reader.seen(filter)).toSorted((a, b) =>
      `${a.identity_id} ${a.video_id}` < `${b.identity_id} ${b.video_id}` ? -1 : 1,
    );
  const block = async (filter: Parameters<Reader['vectors']>[0]) => {
    const { data, ...rest } = await reader.vectors(filter);
    return { ...rest, data: [...data] };
  };
  const some = track_ids.slice(2, 7);
  const [owners, light] = [await reader.ownersOf(some), await reader.lightOf(some)];
  return {
    videos: await reader.videos(),
    videosOf: await reader.videosOf(video_ids),
    tracks: await reader.tracks(),
    tracksOfVideo: await reader.tracks({ video_ids }),
    tracksOfBoth: await reader.tracks({ video_ids, track_ids: some }),
    noTracks: await reader.tracks({ track_ids: [] }),
    vectors: await block({ video_ids, track_ids: some }),
    named: await reader.named(),
    identitiesOf: await reader.identitiesOf([...identity_ids, newId('identity'), 'nobody']),
    owners: some.map((t) => owners.get(t)),
    light: some.map((t) => light.get(t)),
    seen: await seen(),
    seenOfSome: await seen({ video_ids, identity_ids }),
    seenOfNone: await seen({ identity_ids: [] }),
  };
}

/** Takes the library's tables out of its reach, but for what it was asked of them. */
async function hideTables(home: string): Promise<void> {
  for (const table of ['tracks', 'identities', 'owners', 'seen', 'videos'])
    await rename(path.join(home, 'library.lance', `${table}.lance`), path.join(home, `hidden-${table}`));
}

test('a small library answers as one that reads by id, and again from memory', async () => {
  const home = await temporaryHome();
  const { library, videos, track_ids } = await smallLibrary(home);
  const plain = await open(home, { tuning: { heldTracks: 0 } });
  const query = randomVector();
  const [state, other] = [await library.snapshot(), await plain.snapshot()];
  const near = await other.nearest(query, 5);
  const found = await state.nearest(query, 5);
  expect(found.map((n) => n.track_id)).toEqual(near.map((n) => n.track_id));
  const said = await asked(other, videos, track_ids);
  expect(await asked(state, videos, track_ids)).toEqual(said);
  await hideTables(home);
  expect(await asked(state, videos, track_ids)).toEqual(said);
  expect(await state.nearest(query, 5)).toEqual(found);
});

test('what is kept is of one state', async () => {
  const home = await temporaryHome();
  const { library, videos, track_ids } = await smallLibrary(home);
  await asked(await library.snapshot(), videos, track_ids);
  const [added] = await addVideo(library, newId('video'), 1);
  const bea = makeIdentity({ track_ids: [added?.track_id ?? ''], name: 'Bea' });
  await library.write((writer) => writer.putIdentities([bea]));
  const plain = await open(home, { tuning: { heldTracks: 0 } });
  const all = [...track_ids, added?.track_id ?? ''];
  const after = await asked(await library.snapshot(), videos, all);
  expect(after).toEqual(await asked(await plain.snapshot(), videos, all));
  expect((await library.named()).map((row) => row.name)).toEqual(['Ada', 'Bea']);
  expect((await library.nearest(added?.vector ?? randomVector(), 1))[0]?.track_id).toBe(added?.track_id);
});

test('with more tracks than are kept every question reads what it needs', async () => {
  const home = await temporaryHome();
  const { library } = await smallLibrary(home);
  await library.close();
  const large = await open(home, { tuning: { heldTracks: 9 } });
  const state = await large.snapshot();
  expect(await state.tracks()).toHaveLength(10);
  await hideTables(home);
  await expect(state.seen()).rejects.toThrow();
});

test('what is no id is refused, and a read that failed is tried again', async () => {
  const home = await temporaryHome();
  const { library } = await smallLibrary(home);
  const state = await library.snapshot();
  const refused = expect.objectContaining({ code: 'unknown_id' });
  await expect(state.tracks({ track_ids: ['x'] })).rejects.toEqual(refused);
  await expect(state.seen({ video_ids: ["' OR 1=1"] })).rejects.toEqual(refused);
  await expect(state.ownersOf(['x'])).rejects.toEqual(refused);
  const table = path.join(home, 'library.lance', 'seen.lance');
  await rename(table, path.join(home, 'hidden-seen'));
  await expect(state.seen()).rejects.toThrow();
  await rename(path.join(home, 'hidden-seen'), table);
  expect(await state.seen()).toHaveLength(5);
});
