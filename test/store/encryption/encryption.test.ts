import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { parseKey } from '../../../src/config/library-key.js';
import { newId } from '../../../src/domain/ids.js';
import type { Library, Reader } from '../../../src/store/api.js';
import { backUp, restore } from '../../../src/store/upkeep/backup.js';
import { findBytes } from '../../../src/store/files/find-bytes.js';
import { readHead } from '../../../src/store/head/head.js';
import { repairLibrary } from '../../../src/store/upkeep/repair.js';
import type { TrackRow } from '../../../src/store/rows.js';
import {
  addVideo,
  makeIdentity,
  makeReference,
  makeTrack,
  makeVideo,
  open,
  randomVector,
  temporaryHome,
} from '../fixtures.js';

const HEX = randomBytes(32).toString('hex');
const KEY = parseKey(HEX, 'a test');
const OTHER = parseKey('a passphrase of some length', 'another test');
const NAME = 'Wilhelmina Sealed-Away';

/** A library with all that is sealed. @returns what must not be on the disk */
async function fill(library: Library): Promise<{ video_id: string; tracks: TrackRow[]; secrets: Uint8Array[] }> {
  const video_id = newId('video');
  const crops = [randomBytes(900), randomBytes(800)].map((b) => new Uint8Array(b));
  const thumbnail = new Uint8Array(randomBytes(700));
  const tracks = await addVideo(library, video_id, 3, { crops, thumbnail });
  const reference = makeReference({ pack: library.pack, crop: new Uint8Array(randomBytes(600)) });
  const at = { created_at: new Date().toISOString() };
  await library.write(async (writer) => {
    await writer.putReferences([reference]);
    await writer.putIdentities([makeIdentity({ name: NAME, track_ids: tracks.map((t) => t.track_id) })]);
    await writer.appendEdits([{ edit_id: newId('edit'), ...at, body: { action: 'name', name: NAME } }]);
    await writer.appendCalibrations([{ calibration_id: newId('calibration'), ...at, body: { of: NAME } }]);
  });
  const vectors = [...tracks, reference].map((t) => new Uint8Array(t.vector.slice().buffer).subarray(0, 64));
  const pictures = [...crops, thumbnail, reference.crop].map((p) => p.subarray(300, 364));
  return { video_id, tracks, secrets: [...vectors, ...pictures, Buffer.from(NAME)] };
}

async function contentOf(reader: Reader): Promise<unknown> {
  const tracks = await reader.tracks();
  return {
    tracks,
    vectors: await reader.vectors(),
    pictures: await Promise.all(tracks.map((t) => reader.pictures(t.track_id))),
    boxes: await reader.boxesIn([...new Set(tracks.map((t) => t.video_id))]),
    identities: await reader.identities(),
    seen: await reader.seen(),
    edits: await reader.edits(),
    calibrations: await reader.calibrations(),
    references: await reader.references(),
    labels: await reader.labels(),
  };
}

async function found(home: string, secrets: readonly Uint8Array[]): Promise<number> {
  return new Set((await findBytes(home, secrets)).found.flatMap((f) => f.patterns)).size;
}

test('a library made with a key holds nothing that can be read without, and refuses wrong keys and none', async () => {
  const home = await temporaryHome();
  const library = await open(home, { key: KEY });
  const { secrets } = await fill(library);
  const run_id = newId('run');
  const staged = makeTrack(newId('video'), run_id, { crops: [new Uint8Array(randomBytes(500))] });
  await library.resumeRun(run_id, 'job_1');
  await library.stageTracks([staged]);
  await library.checkpoint(run_id, { name: NAME });
  await library.leaveRun(run_id);
  const vector = new Uint8Array(staged.vector.slice().buffer).subarray(0, 64);
  expect(await found(home, [...secrets, vector, staged.crops[0]?.subarray(200, 264) ?? new Uint8Array()])).toBe(0);
  const content = await contentOf(library);
  expect((await library.resumeRun(run_id, 'job_1'))?.tracks[0]?.vector).toEqual(staged.vector);
  await library.close();

  const before = await readFile(path.join(home, 'library.json'));
  await expect(open(home)).rejects.toMatchObject({ code: 'library_locked' });
  await expect(open(home, { key: OTHER })).rejects.toMatchObject({ code: 'wrong_key' });
  await expect(repairLibrary({ home })).resolves.toMatchObject({ mended: [] });
  expect(await readFile(path.join(home, 'library.json'))).toEqual(before);
  expect(await contentOf(await open(home, { key: KEY }))).toEqual(content);
});

test('encrypting and decrypting keep every bit, take what was there off the disk, and are seen by who has it open', async () => {
  const home = await temporaryHome();
  const plain = await open(home);
  const { secrets, tracks } = await fill(plain);
  expect(await found(home, secrets)).toBe(secrets.length);
  await plain.write((writer) => writer.putIdentities([makeIdentity({ name: null, track_ids: [] })]));
  const content = await contentOf(plain);
  const question = tracks[1]?.vector ?? randomVector();
  const nearest = await plain.nearest(question, 3);
  await expect(open(home, { key: KEY })).rejects.toMatchObject({ code: 'incompatible_library' });

  const other = await open(home);
  await other.changeEncryption(KEY);
  await other.close();
  expect(await found(home, secrets)).toBe(0);
  await expect(plain.edits()).rejects.toMatchObject({ code: 'library_locked' });
  await plain.close();

  const sealed = await open(home, { key: KEY });
  expect(await contentOf(sealed)).toEqual(content);
  const again = await sealed.nearest(question, 3);
  expect(again.map(({ cosine: _, ...rest }) => rest)).toEqual(nearest.map(({ cosine: _, ...rest }) => rest));
  for (const [i, { cosine }] of again.entries()) expect(cosine).toBeCloseTo(nearest[i]?.cosine ?? NaN, 5);
  expect((await readHead(home))?.schema_version).toBe(10);

  await sealed.changeKey(KEY, OTHER);
  expect(await contentOf(sealed)).toEqual(content);
  await sealed.close();
  await expect(open(home, { key: KEY })).rejects.toMatchObject({ code: 'wrong_key' });
  const rekeyed = await open(home, { key: OTHER });
  await rekeyed.changeEncryption(null);
  await rekeyed.close();
  const decrypted = await open(home);
  expect(await contentOf(decrypted)).toEqual(content);
  expect(await decrypted.nearest(question, 3)).toEqual(nearest);
  expect((await readHead(home))?.schema_version).toBe(10);
});

test('a sealed value can be put in no other place, one that was changed is told, and what is forgotten is gone', async () => {
  const home = await temporaryHome();
  const library = await open(home, { key: KEY });
  const { video_id, tracks } = await fill(library);
  const [one, two] = tracks;
  // As whoever can write to the disk might: LanceDB itself does it here.
  const lance = await import('@lancedb/lancedb');
  const connection = await lance.connect(path.join(home, 'library.lance'));
  const table = await connection.openTable('tracks');
  const rows: unknown = await table
    .query()
    .where(`track_id = '${one?.track_id}'`)
    .select(['vector', 'thumbnail'])
    .toArray();
  const bytes = z.instanceof(Uint8Array).transform((b) => b.slice());
  const [row] = z.array(z.object({ vector: bytes, thumbnail: bytes })).parse(rows);
  await table.update({ where: `track_id = '${two?.track_id}'`, values: { vector: Buffer.from(row?.vector ?? []) } });
  const head = await readHead(home);
  const versions = { ...head?.versions, tracks: await table.version() };
  await writeFile(path.join(home, 'library.json'), JSON.stringify({ ...head, seq: (head?.seq ?? 0) + 1, versions }));
  await expect(library.vectors({ track_ids: [two?.track_id ?? ''] })).rejects.toMatchObject({
    code: 'damaged_library',
  });
  expect((await library.vectors({ track_ids: [one?.track_id ?? ''] })).data).toEqual(one?.vector);
  expect((await library.tracks({ video_ids: [video_id] })).length).toBe(3);

  // What was sealed goes from the disk with its rows too.
  const sealed = [row?.vector, row?.thumbnail].map((b) => b?.subarray(0, 64) ?? new Uint8Array());
  expect(await found(home, sealed)).toBe(2);
  await library.write((writer) => writer.removeVideos([video_id]));
  await library.purge();
  expect(await found(home, sealed)).toBe(0);
});

test('tracks that are kept under another id, and edits and calibrations that are replaced, are sealed anew', async () => {
  const home = await temporaryHome();
  const library = await open(home, { key: KEY });
  const { video_id, tracks } = await fill(library);
  const [kept] = tracks;
  const becomes = newId('track');
  await library.write(async (writer) => {
    const { track_id, start_s, presence } = kept ?? makeTrack(video_id, newId('run'));
    await writer.commitVideo(makeVideo(video_id, newId('run')), [
      { track_id, becomes, start_s, end_s: start_s + 0.1, presence },
    ]);
    const [calibration] = await library.calibrations();
    if (calibration) await writer.replaceCalibrations([{ ...calibration, body: { of: null } }]);
    await writer.replaceEdits((await library.edits()).map((edit) => ({ ...edit, body: ['nothing'] })));
  });
  expect((await library.vectors()).data).toEqual(kept?.vector);
  expect(await library.pictures(becomes)).toEqual({ crops: kept?.crops, thumbnail: kept?.thumbnail });
  expect((await library.calibrations()).map((c) => c.body)).toEqual([{ of: null }]);
  expect((await library.edits()).map((e) => e.body)).toEqual([['nothing']]);
});

test('backups stay encrypted, and a head lost with its copy comes back by library.key', async () => {
  const home = await temporaryHome(),
    elsewhere = await temporaryHome();
  const library = await open(home, { key: KEY });
  const { secrets } = await fill(library);
  const content = await contentOf(library);
  await library.close();
  const file = path.join(elsewhere, 'kept.tar');
  await backUp({ home, file });
  expect(await found(elsewhere, secrets)).toBe(0);
  const restored = path.join(elsewhere, 'home');
  await restore({ home: restored, file, replace: false });
  const back = await open(restored, { key: KEY });
  expect(await contentOf(back)).toEqual(content);
  await back.close();

  for (const name of ['library.json', 'library.json.copy']) await rm(path.join(restored, name));
  await expect(repairLibrary({ home: restored })).rejects.toMatchObject({ code: 'library_locked' });
  await repairLibrary({ home: restored, key: KEY });
  expect(await (await open(restored, { key: KEY })).vectors()).toMatchObject({ ids: expect.anything() as unknown });
  await rm(path.join(restored, 'library.json'));
  await rm(path.join(restored, 'library.json.copy'));
  await rm(path.join(restored, 'library.key'));
  await expect(repairLibrary({ home: restored, key: KEY })).rejects.toMatchObject({ code: 'damaged_library' });
});

/** Encrypts a library in a process that is killed as soon as something in a folder of it changes. */
async function killedAt(home: string, folder: string, changed: (name: string) => boolean): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(import.meta.dirname, 'encrypt-child.ts'), home, HEX],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const watcher = watch(path.join(home, folder), (_, name) => {
    if (changed(String(name))) child.kill('SIGKILL');
  });
  const [, by] = (await once(child, 'exit')) as unknown[];
  watcher.close();
  expect(by).toBe('SIGKILL');
}

test('killed on the way it is still plain, or encrypted with the rest made up for', async () => {
  const home = await temporaryHome();
  const plain = await open(home);
  const { secrets } = await fill(plain);
  const content = await contentOf(plain);
  await plain.close();
  const tuning = { lockStaleMs: 2000 };

  await killedAt(home, 'library.lance/tracks.lance/_versions', () => true);
  const still = await open(home, { tuning });
  expect(await contentOf(still)).toEqual(content);
  await still.close();

  await killedAt(home, '.', (name) => name === 'library.json');
  expect(await readHead(home)).toMatchObject({ purge_due: true, encryption: { v: 1 } });
  expect(await found(home, secrets)).toBe(secrets.length);
  await expect(open(home, { tuning })).rejects.toMatchObject({ code: 'library_locked' });
  const sealed = await open(home, { tuning, key: KEY });
  expect(await contentOf(sealed)).toEqual(content);
  await vi.waitUntil(async () => (await readHead(home))?.purge_due === false, { timeout: 60_000, interval: 100 });
  expect(await found(home, secrets)).toBe(0);
  expect(await contentOf(sealed)).toEqual(content);
});
