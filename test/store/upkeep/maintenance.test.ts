import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '@lancedb/lancedb';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { versionsToUpkeep } from '../../../src/store/upkeep/maintenance.js';
import {
  addVideo,
  filesUnder,
  filesWith,
  makeIdentity,
  makeReference,
  makeTrack,
  makeVideo,
  open,
  temporaryHome,
} from '../fixtures.js';

const versions = async (home: string, table: string): Promise<number> =>
  (await readdir(path.join(home, 'library.lance', `${table}.lance`, '_versions'))).filter((name) =>
    name.endsWith('.manifest'),
  ).length;

test('versions do not pile up over many writes, and readers go on', async () => {
  const home = await temporaryHome();
  const library = await open(home, { tuning: { upkeepVersions: 10, keepMs: 0 } });
  const other = await open(home);
  await addVideo(library, newId('video'), 5);
  let writes = 0;
  do {
    await library.write((writer) => writer.putIdentities([makeIdentity({ name: `n${writes}` })]));
    expect(await other.identities()).toHaveLength(++writes);
    expect(writes).toBeLessThan(500);
  } while ((await versions(home, 'identities')) > writes / 2);
  expect(await other.tracks()).toHaveLength(5);
});

test('a small table does not lie in many parts, and a large one is not written anew for few', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  const parts = async (): Promise<number> => {
    const table = await (await connect(path.join(home, 'library.lance'))).openTable('identities');
    return (await table.stats()).fragmentStats.numFragments;
  };
  const each: number[] = [];
  for (let n = 0; n < 18; n++) {
    await library.write((writer) => writer.putIdentities([makeIdentity()]));
    each.push(await parts());
  }
  expect(Math.max(...each)).toBeGreaterThan(10);
  expect(each.at(-1)).toBeLessThan(5);
  const of = (rows: number): number => versionsToUpkeep(rows, { upkeepVersions: 64 });
  expect([of(0), of(50_000), of(1e7)]).toEqual([16, 25, 64]);
});

test('what is written at once is found by index soon after', async () => {
  const home = await temporaryHome();
  const library = await open(home, { tuning: { upkeepRows: 300 } });
  await addVideo(library, newId('video'), 5000);
  const unknown = async (): Promise<number | undefined> => {
    const connection = await connect(path.join(home, 'library.lance'));
    const table = await connection.openTable('tracks');
    return (await table.indexStats('track_id_idx'))?.numUnindexedRows;
  };
  expect(await unknown()).toBe(0);
  await addVideo(library, newId('video'), 200);
  expect(await unknown()).toBe(200);
  await addVideo(library, newId('video'), 200);
  expect(await unknown()).toBe(0);
  expect(await library.counts()).toMatchObject({ tracks: 5400 });
});

test('a purge takes what was removed off the disk, and nothing else', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  const other = await open(home);
  const [secret, kept] = [new Uint8Array(randomBytes(600)), new Uint8Array(randomBytes(600))];
  const [gone, stays, run_id] = [newId('video'), newId('video'), newId('run')];
  await addVideo(library, gone, 1, { thumbnail: secret, crops: [secret] });
  // One track of many in a file: too few for compaction to rewrite the file.
  const one = makeTrack(stays, run_id, { thumbnail: secret });
  const rest = Array.from({ length: 60 }, () => makeTrack(stays, run_id, { thumbnail: kept }));
  await library.write(async (writer) => {
    await writer.stageTracks([...rest, one]);
    await writer.commitVideo(makeVideo(stays, run_id));
  });
  const name = `Secret ${randomBytes(8).toString('hex')}`;
  const person = makeIdentity({ name });
  await library.write((writer) => writer.putIdentities([person]));
  // What a process leaves that is killed while it writes a file: nothing refers to it.
  await writeFile(path.join(home, 'library.lance', 'tracks.lance', 'data', `${randomUUID()}.lance`), secret);
  expect(await filesWith(home, secret)).not.toEqual([]);
  expect(await filesWith(home, Buffer.from(name))).not.toEqual([]);
  expect(await other.tracks()).toHaveLength(62);

  await library.write(async (writer) => {
    await writer.removeVideos([gone]);
    await writer.removeTracks([one.track_id]);
    await writer.removeIdentities([person.identity_id]);
  });
  expect(await library.purge()).toMatchObject({
    bytes_removed: expect.any(Number),
    versions_removed: expect.any(Number),
  });
  for (const trace of [
    secret,
    Buffer.from(name),
    Buffer.from(gone),
    Buffer.from(one.track_id),
    Buffer.from(person.identity_id),
  ])
    expect(await filesWith(home, trace)).toEqual([]);
  for (const side of [library, other]) {
    expect((await side.tracks()).map((track) => track.track_id).sort()).toEqual(
      rest.map((track) => track.track_id).sort(),
    );
    expect((await side.pictures(rest[0]?.track_id ?? '')).thumbnail).toEqual(kept);
  }
  for (const table of ['videos', 'tracks', 'identities']) expect(await versions(home, table)).toBe(1);
  await addVideo(library, gone, 2);
  expect(await other.tracks()).toHaveLength(62);
});

test('reads go on while old states are deleted under them', async () => {
  const home = await temporaryHome();
  const [library, other] = [await open(home), await open(home)];
  await addVideo(library, newId('video'), 1500);
  let done = false;
  const purging = (async () => {
    for (let i = 0; i < 10; i++) await library.purge();
  })().finally(() => {
    done = true;
  });
  let reads = 0;
  while (!done) {
    expect((await other.vectors()).ids).toHaveLength(1500);
    reads++;
  }
  await purging;
  expect(reads).toBeGreaterThan(2);
});

test('upkeep that fails does not fail the write', async () => {
  const home = await temporaryHome();
  const warnings: string[] = [];
  const logger = { debug: () => undefined, warn: (_: object, message: string) => void warnings.push(message) };
  const library = await open(home, { logger, tuning: { upkeepVersions: 1, indexRows: 1 } });
  // A file where the index would have its folder.
  await writeFile(path.join(home, 'library.lance', 'tracks.lance', '_indices'), '');
  const rows = await addVideo(library, newId('video'), 300);
  expect((await library.tracks()).map((track) => track.track_id).sort()).toEqual(
    rows.map((row) => row.track_id).sort(),
  );
  expect(warnings).toEqual([expect.stringContaining('upkeep')]);
});

test('a folder with tables but without library.json is not taken for an empty one', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  await addVideo(library, newId('video'), 1);
  await library.close();
  const head = (await filesUnder(home)).find((file) => file.endsWith('library.json')) ?? '';
  const text = await readFile(head, 'utf8');
  await rm(head);
  await expect(open(home)).rejects.toMatchObject({
    code: 'damaged_library',
    hint: expect.stringContaining('backup'),
  });
  await writeFile(head, text);
  expect(await (await open(home)).tracks()).toHaveLength(1);
});

test('a purge that was cut short is made up for by whoever opens the library next', async () => {
  const home = await temporaryHome();
  const secret = new Uint8Array(randomBytes(600));
  const video_id = newId('video');
  const library = await open(home);
  await addVideo(library, video_id, 3, { thumbnail: secret });
  await library.write(async (writer) => {
    await writer.removeVideos([video_id]);
    writer.duePurge();
  });
  // The process dies here.
  await library.close();
  expect(await filesWith(home, secret)).not.toEqual([]);
  const next = await open(home);
  expect(await next.tracks()).toEqual([]);
  await next.close();
  expect(await filesWith(home, secret)).toEqual([]);
  expect(await readFile(path.join(home, 'library.json'), 'utf8')).not.toContain('"purge_due": true');
});

test('a purge takes along a table that a killed write began, and that the library does not know of', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  const reference = makeReference({ crop: new Uint8Array(randomBytes(600)) });
  await expect(
    library.write(async (writer) => {
      await writer.putReferences([reference]);
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect(await filesWith(home, reference.crop)).not.toEqual([]);
  await library.purge();
  expect(await filesWith(home, reference.crop)).toEqual([]);
});
