/** What can be brought back of a library whose files are lost or damaged. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { checkTables } from '../../../src/store/upkeep/check-tables.js';
import { readHead } from '../../../src/store/head/head.js';
import { loadEngine } from '../../../src/store/tables/database-engine.js';
import { repairLibrary } from '../../../src/store/upkeep/repair.js';
import { makeIdentity, makeTrack, makeVideo, open, temporaryHome } from '../fixtures.js';

/** Three videos, each with two tracks of somebody with a name. */
async function made(): Promise<string> {
  const home = await temporaryHome();
  const library = await open(home);
  for (const name of ['a', 'b', 'c']) {
    const [video_id, run_id] = [newId('video'), newId('run')];
    const rows = [makeTrack(video_id, run_id), makeTrack(video_id, run_id)];
    await library.write(async (writer) => {
      await writer.stageTracks(rows);
      await writer.putIdentities([makeIdentity({ name, track_ids: rows.map((row) => row.track_id) })]);
      await writer.appendEdits([{ edit_id: newId('edit'), created_at: new Date().toISOString(), body: name }]);
      await writer.commitVideo(makeVideo(video_id, run_id, { source: `/films/${name}.mp4` }));
    });
  }
  await library.close();
  return home;
}

async function expectWhole(home: string, counts: object): Promise<void> {
  const head = await readHead(home);
  if (head) expect((await checkTables(home, head)).filter(({ rows }) => rows === null)).toEqual([]);
  const library = await open(home);
  const [videos, tracks, people] = [await library.videos(), await library.tracks(), await library.identities()];
  expect({
    videos: videos.map((video) => path.basename(video.source, '.mp4')).join(''),
    tracks: tracks.length,
    people: people.map((person) => person.name).join(''),
    edits: (await library.edits()).length,
  }).toEqual(counts);
  const owned = people.flatMap((person) => person.track_ids);
  expect([...owned].sort()).toEqual(tracks.map((track) => track.track_id).sort());
  // And it can be written to.
  await library.write((writer) => writer.putIdentities([makeIdentity()]));
}

/** The newest file of a part of a table. */
async function newest(home: string, table: string, part: string): Promise<string> {
  const folder = path.join(home, 'library.lance', `${table}.lance`, part);
  const names = (await readdir(folder)).sort();
  return path.join(folder, names[0] ?? ''); // manifests are numbered downwards
}

test('a library that is whole is left as it is', async () => {
  const home = await made();
  const before = await readFile(path.join(home, 'library.json'), 'utf8');
  expect(await repairLibrary({ home })).toEqual({ mended: [], index_again: [], aside: null });
  expect(await readFile(path.join(home, 'library.json'), 'utf8')).toBe(before);
});

test.each([
  ['lost', ['library.json']],
  ['lost with its copy', ['library.json', 'library.json.copy']],
])('a head that is %s', async (_, names) => {
  const home = await made();
  for (const name of names) await rm(path.join(home, name));
  await expect(open(home)).rejects.toMatchObject({ code: 'damaged_library' });
  const { mended, index_again } = await repairLibrary({ home });
  expect([mended, index_again]).toEqual([[expect.stringContaining('library.json')], []]);
  await expectWhole(home, { videos: 'abc', tracks: 6, people: 'abc', edits: 3 });
});

test('both heads lost, and a state of people that can not be opened: they are as they were before it', async () => {
  const home = await made();
  for (const name of ['library.json', 'library.json.copy']) await rm(path.join(home, name));
  await writeFile(await newest(home, 'identities', '_versions'), 'damaged');
  await repairLibrary({ home });
  await expectWhole(home, { videos: 'ab', tracks: 4, people: 'ab', edits: 3 });
});

test('both heads lost, of very many people: no short name is given twice', async () => {
  const home = await made();
  const { lance } = await loadEngine();
  const connection = await lance.connect(path.join(home, 'library.lance'));
  const labels = await connection.openTable('labels');
  const [from, many] = [1000, 150_000];
  await labels.add(Array.from({ length: many }, (_, i) => ({ id: `identity_${i}`, number: from + many - i })));
  connection.close();
  for (const name of ['library.json', 'library.json.copy']) await rm(path.join(home, name));
  await repairLibrary({ home });
  expect((await readHead(home))?.labelled).toEqual({ identity: from + many, video: 3 });
});

test('a damaged head', async () => {
  const home = await made();
  await writeFile(path.join(home, 'library.json'), '{"schema');
  await repairLibrary({ home });
  await expectWhole(home, { videos: 'abc', tracks: 6, people: 'abc', edits: 3 });
});

test('tracks of the last video: the others stay, and it is named', async () => {
  const home = await made();
  await writeFile(await newest(home, 'tracks', '_versions'), 'damaged');
  const { mended, index_again, aside } = await repairLibrary({ home });
  expect(mended).toEqual([expect.stringContaining('"tracks" is back at an earlier state, with 4 rows')]);
  expect(index_again).toEqual(['/films/c.mp4']);
  expect(await readdir(aside ?? '')).toHaveLength(1);
  await expectWhole(home, { videos: 'ab', tracks: 4, people: 'abc', edits: 3 });
});

test('the row of a video: its tracks go, and it can be indexed again', async () => {
  const home = await made();
  await writeFile(await newest(home, 'videos', '_versions'), '');
  await repairLibrary({ home });
  await expectWhole(home, { videos: 'ab', tracks: 4, people: 'abc', edits: 3 });
});

test('people: videos of those who are lost are named', async () => {
  const home = await made();
  await writeFile(await newest(home, 'identities', '_versions'), '');
  expect((await repairLibrary({ home })).index_again).toEqual(['/films/c.mp4']);
  await expectWhole(home, { videos: 'ab', tracks: 4, people: 'ab', edits: 3 });
});

test('a table of which nothing is left, and one that the library can do without', async () => {
  const home = await made();
  for (const table of ['edits', 'labels'])
    await rm(path.join(home, 'library.lance', `${table}.lance`), { recursive: true });
  const { mended, index_again } = await repairLibrary({ home });
  expect(mended).toEqual([expect.stringContaining('"edits"'), expect.stringContaining('"labels"')]);
  expect(index_again).toEqual([]);
  await expectWhole(home, { videos: 'abc', tracks: 6, people: 'abc', edits: 0 });
});

test('both heads lost, and tracks that can not be opened: what is there is not called nothing', async () => {
  const home = await made();
  for (const name of ['library.json', 'library.json.copy']) await rm(path.join(home, name));
  const folder = path.join(home, 'library.lance', 'tracks.lance', '_versions');
  for (const name of await readdir(folder)) await writeFile(path.join(folder, name), '');
  await expect(repairLibrary({ home })).rejects.toMatchObject({
    code: 'damaged_library',
    hint: expect.stringContaining('restore FILE') as unknown,
  });
});

test('where there is no library it says so', async () => {
  await expect(repairLibrary({ home: await temporaryHome() })).rejects.toMatchObject({ code: 'not_found' });
});
