// A library in a real S3-compatible store, which several machines share: each has a local folder of its own here.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, onTestFinished, test as tests, vi } from 'vitest';
import { z } from 'zod';
import { type LibraryKey, parseKey } from '../../../src/config/library-key.js';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import { backUp, restore } from '../../../src/store/upkeep/backup.js';
import { fence, readHeadAt, replaceHead } from '../../../src/store/head/head.js';
import { openLibrary } from '../../../src/store/library.js';
import { repairLibrary } from '../../../src/store/upkeep/repair.js';
import { findInObjects } from '../../../src/store/places/find-in-objects.js';
import { objectPlaceAt } from '../../../src/store/places/place-at.js';
import { badNetwork } from '../../support/servers/bad-network.js';
import { serveHttpProcess, TOKEN } from '../../support/servers/http-process.js';
import { loungeClip } from '../../support/libraries/index-footage.js';
import { addFilmOf } from '../../support/servers/shared-place.js';
import { hasObjectStore, type ObjectStore, startObjectStore } from '../../support/servers/object-store.js';
import { addVideo, DIMENSIONS, makeIdentity, makeTrack, makeVideo, PACK, temporaryHome } from '../fixtures.js';

const CHILD = fileURLToPath(new URL('../writing/child.ts', import.meta.url));
const TUNING = { lockStaleMs: 2000, upkeepVersions: 8, keepMs: 60_000 };

const test = tests.runIf(hasObjectStore);

let store: ObjectStore;
/** One library for most tests, as making one takes longer than what they do; this machine's view of it. */
let home: string, localHome: string, near: Library;
beforeAll(async () => {
  if (!hasObjectStore) return;
  store = await startObjectStore();
  for (const [name, value] of Object.entries(store.env)) vi.stubEnv(name, value);
  home = newAddress();
  localHome = await mkdtemp(path.join(os.tmpdir(), 'rollcall-near-'));
  near = await openElsewhere(home, localHome);
}, 60_000);
afterAll(async () => {
  if (!hasObjectStore) return;
  try {
    await near.close();
  } finally {
    await store.stop();
    await rm(localHome, { recursive: true, force: true, maxRetries: 5 });
  }
});

const newAddress = (): string => `s3://${store.bucket}/${newId('run')}`;

/** Opens it as another machine would. */
function openElsewhere(address: string, localHome: string): Promise<Library> {
  return openLibrary({ home: address, localHome, dimensions: DIMENSIONS, pack: PACK, tuning: TUNING });
}

/** Likewise, over a network. */
async function openOver(url: string): Promise<Library> {
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  try {
    const library = await openElsewhere(home, await temporaryHome());
    onTestFinished(() => library.close());
    return library;
  } finally {
    vi.stubEnv('AWS_ENDPOINT_URL', store.endpoint);
  }
}

/** How much there is. */
const counts = async (library: Library) => ({
  videos: (await library.videos()).length,
  tracks: (await library.tracks()).length,
  people: (await library.identities()).length,
});

interface Child {
  process: ChildProcessByStdio<null, Readable, null>;
  next(): Promise<string>;
}

async function start(what: string, count = 0): Promise<Child> {
  const args = ['--import', 'tsx', CHILD, home, what, String(count), await temporaryHome()];
  const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: process.env });
  onTestFinished(() => void process_.kill('SIGKILL'));
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  return { process: process_, next: async () => String((await lines.next()).value) };
}

test('what one machine writes over a slow network the others read', async () => {
  const { url } = await badNetwork(store.endpoint, { delayMs: 25 }, onTestFinished);
  const far = await openOver(url);
  const tracks = await addVideo(far, newId('video'), 3);
  expect((await near.tracks()).map((track) => track.track_id).sort()).toEqual(tracks.map((t) => t.track_id).sort());
});

test('of two processes that write at once nothing is lost', async () => {
  const { videos, tracks, people } = await counts(near);
  const children = await Promise.all([start('write', 2), start('write', 2)]);
  for (const child of children) {
    expect(await child.next()).toBe('ready');
    expect(await child.next()).toBe('done');
  }
  expect(await counts(near)).toEqual({ videos: videos + 4, tracks: tracks + 8, people: people + 4 });
  expect(new Set((await near.identities()).map((row) => row.name)).size).toBe(people + 4);
  expect((await near.edits()).map((edit) => edit.seq)).toEqual([1, 2, 3, 4]);
});

test('a writer that is killed in the middle leaves nothing, and its lease runs out', async () => {
  const { videos, tracks, people } = await counts(near);
  const child = await start('die-in-write');
  expect(await child.next()).toMatch(/^inside run_/);
  child.process.kill('SIGKILL');
  await once(child.process, 'exit');
  await addVideo(near, newId('video'), 1);
  expect(await counts(near)).toEqual({ videos: videos + 1, tracks: tracks + 1, people });
});

test('a writer that slept while another took over is refused, and leaves nothing', async () => {
  const { people } = await counts(near);
  const child = await start('sleep-in-write');
  expect(await child.next()).toBe('inside');
  child.process.kill('SIGSTOP');
  await near.write((writer) => writer.putIdentities([makeIdentity({ name: 'awake' })]));
  child.process.kill('SIGCONT');
  expect(await child.next()).toBe('busy');
  await near.write((writer) => writer.putIdentities([makeIdentity({ name: 'later' })]));
  const names = (await near.identities()).map((row) => row.name);
  expect(names).toHaveLength(people + 2);
  expect(names).not.toContain('asleep');
});

test('whoever takes a lease over makes the head of before stale', async () => {
  const place = objectPlaceAt(home);
  const slept = await readHeadAt(place);
  if (!slept) throw new Error('no head');
  const nothing = (): Promise<void> => Promise.resolve();
  const lost = new AbortController().signal;
  await fence(place, { tookOver: true, fence: 1000, lost, confirm: nothing, release: nothing });
  expect(await replaceHead(place, { ...slept.head, seq: 100 }, slept.version)).toBeNull();
  expect((await readHeadAt(place))?.head).toEqual({ ...slept.head, fence: 1000 });
});

test('a network that breaks is tried again or told of, and tears nothing', async () => {
  const network = await badNetwork(store.endpoint, { cutEvery: 29 }, onTestFinished);
  const far = await openOver(network.url);
  const tried: string[] = [],
    written: string[] = [],
    told: string[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const video_id = newId('video');
    tried.push(video_id);
    await addVideo(far, video_id, 2).then(
      () => written.push(video_id),
      (error: unknown) => told.push(error instanceof RollcallError ? error.code : String(error)),
    );
  }
  expect(network.cuts).toBeGreaterThan(3);
  expect(['unreachable', 'busy']).toEqual(expect.arrayContaining([...new Set(told)]));
  const there = (await near.videos()).map((row) => row.video_id).filter((id) => tried.includes(id));
  expect(there).toEqual(expect.arrayContaining(written));
  for (const video_id of there) expect(await near.tracks({ video_ids: [video_id] })).toHaveLength(2);
});

test('what is forgotten is in no object any more, and none of before is left', async () => {
  const gone = newId('video');
  await addVideo(near, gone, 2);
  const { videos, tracks } = await counts(near);
  const objects = async () =>
    (await objectPlaceAt(home).list()).map(({ key }) => key).filter((key) => key.startsWith('library.lance/'));
  const before = await objects();
  const trace = [Buffer.from(gone)];
  expect((await findInObjects(home, trace)).found).not.toEqual([]);
  await near.write(async (writer) => {
    await writer.removeVideos([gone]);
    writer.duePurge();
  });
  await near.purge();
  expect((await findInObjects(home, trace)).found).toEqual([]);
  expect(before.length).toBeGreaterThan(10);
  const after = await objects();
  expect(before.filter((key) => after.includes(key))).toEqual([]);
  expect(await counts(near)).toMatchObject({ videos: videos - 1, tracks: tracks - 2 });
});

test('a run goes on on another machine at its checkpoint, and goes when nobody wants it', async () => {
  const wanted = new Set(['job_1']);
  const machine = async () => {
    const keepsRun = async (owner: string) => wanted.has(owner);
    const library = await openLibrary({
      home,
      localHome: await temporaryHome(),
      dimensions: DIMENSIONS,
      pack: PACK,
      tuning: TUNING,
      keepsRun,
      sharesRuns: true,
    });
    onTestFinished(() => library.close());
    return library;
  };
  const kept = async () => (await objectPlaceAt(home).list()).filter(({ key }) => key.startsWith('runs/')).length;
  const [first, second] = await Promise.all([machine(), machine()]);
  const [video_id, run_id] = [newId('video'), newId('run')];
  const rows = Array.from({ length: 5 }, () => makeTrack(video_id, run_id));
  expect(await first.resumeRun(run_id, 'job_1')).toBeNull();
  await first.stageTracks(rows.slice(0, 2));
  await first.checkpoint(run_id, { at_s: 1 });
  await first.stageTracks(rows.slice(2, 4));
  await first.checkpoint(run_id, { at_s: 2 });
  await first.stageTracks([makeTrack(video_id, run_id)]);
  await second.sweep();

  const resumed = await second.resumeRun(run_id, 'job_1');
  expect(resumed?.state).toEqual({ at_s: 2 });
  const ids = (some: readonly { track_id: string }[] = []) => some.map((row) => row.track_id).sort();
  expect(ids(resumed?.tracks)).toEqual(ids(rows.slice(0, 4)));
  await expect(first.checkpoint(run_id, { at_s: 3 })).rejects.toMatchObject({ code: 'busy' });
  await second.stageTracks(rows.slice(4));
  await second.checkpoint(run_id, { at_s: 4 });
  expect(await kept()).toBe(4);
  expect(await near.dropRestingRuns()).toMatchObject({ dropped: 1 });
  await second.checkpoint(run_id, { at_s: 5 });
  expect(await kept()).toBe(0);
  await second.write((writer) => writer.commitVideo(makeVideo(video_id, run_id)));
  expect(ids(await near.tracks({ video_ids: [video_id] }))).toEqual(ids(rows));

  const left = newId('run');
  await second.resumeRun(left, 'job_1');
  await second.checkpoint(left, {});
  await second.leaveRun(left);
  await first.sweep();
  expect(await kept()).toBe(1);
  wanted.clear();
  await first.sweep();
  expect(await kept()).toBe(0);
});

test('an encrypted library has no name in any object, and opens elsewhere with its key alone', async () => {
  const address = newAddress(),
    key = parseKey('a passphrase of some length', 'a test');
  const openWith = async (given: LibraryKey | null) =>
    openLibrary({
      home: address,
      localHome: await temporaryHome(),
      dimensions: DIMENSIONS,
      pack: PACK,
      key: given,
      tuning: TUNING,
    });
  const name = 'Wilhelmina Sealed-Away';
  const here = await openWith(null);
  await here.write((writer) => writer.putIdentities([makeIdentity({ name })]));
  const trace = [Buffer.from(name)];
  expect((await findInObjects(address, trace)).found).not.toEqual([]);
  await here.changeEncryption(key);
  await here.close();
  expect((await findInObjects(address, trace)).found).toEqual([]);
  await expect(openWith(null)).rejects.toMatchObject({ code: 'library_locked' });
  const there = await openWith(key);
  onTestFinished(() => there.close());
  expect((await there.identities()).map((row) => row.name)).toEqual([name]);
});

test('a backup of a library in a store is put back into another, and over none', async () => {
  const file = path.join(await temporaryHome(), 'films.tar'),
    work = await temporaryHome();
  // More than goes into an object at once.
  await addVideo(near, newId('video'), 1, { thumbnail: randomBytes(9 * 2 ** 20) });
  const report = await backUp({ home, localHome: work, file });
  await expect(restore({ home, localHome: work, file, replace: true })).rejects.toMatchObject({ code: 'bad_argument' });
  const address = newAddress();
  expect(await restore({ home: address, localHome: work, file, replace: false })).toMatchObject({ rows: report.rows });
  expect(await readdir(work)).toEqual([]);
  const there = await openElsewhere(address, await temporaryHome());
  onTestFinished(() => there.close());
  expect(await there.tracks()).toEqual(await near.tracks());
  expect(await there.vectors()).toEqual(await near.vectors());
});

test('a table of which a file is gone from the store is repaired, and what was lost is named', async () => {
  const address = newAddress(),
    place = objectPlaceAt(address);
  const library = await openElsewhere(address, await temporaryHome());
  const commit = async (name: string) => {
    await addFilmOf(library, name);
    return (await place.list()).map(({ key }) => key).filter((key) => key.includes('/tracks.lance/data/'));
  };
  const [before, after] = [await commit('a'), await commit('b')];
  await library.close();
  const lost = after.filter((key) => !before.includes(key));
  expect(lost).toHaveLength(1);
  for (const key of lost) await place.remove(key);
  const { mended, index_again, aside } = await repairLibrary({ home: address, localHome: await temporaryHome() });
  expect(mended).toEqual([expect.stringContaining('"tracks" is back at an earlier state, with 2 rows')]);
  expect([index_again, aside?.startsWith(`${address}/damaged/`)]).toEqual([['/films/b.mp4'], true]);
  const repaired = await openElsewhere(address, await temporaryHome());
  onTestFinished(() => repaired.close());
  expect(await counts(repaired)).toEqual({ videos: 1, tracks: 2, people: 2 });
});

const peopleSchema = z.object({
  identities: z.array(z.object({ identity_id: z.string(), seconds_on_screen: z.number() })),
});
const indexedSchema = peopleSchema.extend({ video_id: z.string() });

test('a film that one server indexes is found by another, over MCP', { timeout: 200_000 }, async () => {
  const address = newAddress();
  const connect = async () => {
    const url = await serveHttpProcess(address, { ...store.env, ROLLCALL_LOCAL_HOME: await temporaryHome() });
    const client = new Client({ name: 'shared', version: '1' });
    const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
    onTestFinished(() => client.close());
    return async <T>(name: string, args: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> => {
      const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
      expect(isError, JSON.stringify(content)).not.toBe(true);
      return schema.parse(structuredContent);
    };
  };
  const here = await connect();
  const there = await connect();
  let indexed = await here('index_video', { source: await loungeClip(), wait_s: 25 }, z.looseObject({}));
  const { data: slow } = z.object({ job: z.object({ job_id: z.string() }) }).safeParse(indexed);
  if (slow) indexed = await here('job', { job_id: slow.job.job_id, wait_s: 25 }, z.looseObject({}));
  const { identities, video_id } = indexedSchema.parse(indexed);
  const people = await there('list_identities', {}, peopleSchema);
  expect(people.identities.map((one) => one.identity_id).sort()).toEqual(
    identities.map((one) => one.identity_id).sort(),
  );
  const found = await there(
    'find_person',
    { identity_id: identities[0]?.identity_id },
    z.object({ appearances: z.array(z.object({ video_id: z.string() })).min(1) }),
  );
  expect(found.appearances[0]?.video_id).toBe(video_id);
});
