// A library in a real S3-compatible store, which several machines share: each has a local folder of its own here.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { newId } from '../../src/domain/ids.js';
import type { Library } from '../../src/store/api.js';
import { openLibrary } from '../../src/store/library.js';
import { serveHttpProcess, TOKEN } from '../support/http-process.js';
import { loungeClip } from '../support/index-footage.js';
import { type ObjectStore, startObjectStore } from '../support/object-store.js';
import { addVideo, DIMENSIONS, makeIdentity, PACK, temporaryHome } from './fixtures.js';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
const TUNING = { lockStaleMs: 2000, upkeepVersions: 8, keepMs: 60_000 };

let store: ObjectStore;
beforeAll(async () => {
  store = await startObjectStore();
  for (const [name, value] of Object.entries(store.env)) vi.stubEnv(name, value);
}, 60_000);
afterAll(() => store.stop());

const newAddress = (): string => `s3://${store.bucket}/${newId('run')}`;

/** Opens it as another machine would. */
async function open(home: string): Promise<Library> {
  const library = await openLibrary({
    home,
    localHome: await temporaryHome(),
    dimensions: DIMENSIONS,
    pack: PACK,
    tuning: TUNING,
  });
  onTestFinished(() => library.close());
  return library;
}

interface Child {
  process: ChildProcessByStdio<null, Readable, null>;
  next(): Promise<string>;
}

async function start(home: string, what: string, count = 0): Promise<Child> {
  const args = ['--import', 'tsx', CHILD, home, what, String(count), await temporaryHome()];
  const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: process.env });
  onTestFinished(() => void process_.kill('SIGKILL'));
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  return { process: process_, next: async () => String((await lines.next()).value) };
}

test('what one machine writes the others read', async () => {
  const home = newAddress();
  const here = await open(home);
  const there = await open(home);
  const video_id = newId('video');
  const tracks = await addVideo(here, video_id, 3);
  await there.write((writer) => writer.putIdentities([makeIdentity({ name: 'Ada' })]));
  expect((await there.tracks()).map((track) => track.track_id).sort()).toEqual(tracks.map((t) => t.track_id).sort());
  expect((await here.identities()).map((row) => row.name)).toEqual(['Ada']);
});

test('of two processes that write at once nothing is lost', async () => {
  const home = newAddress();
  const library = await open(home);
  const children = await Promise.all([start(home, 'write', 2), start(home, 'write', 2)]);
  for (const child of children) {
    expect(await child.next()).toBe('ready');
    expect(await child.next()).toBe('done');
  }
  expect(await library.videos()).toHaveLength(4);
  expect(await library.tracks()).toHaveLength(8);
  expect(new Set((await library.identities()).map((row) => row.name)).size).toBe(4);
  expect((await library.edits()).map((edit) => edit.seq)).toEqual([1, 2, 3, 4]);
});

test('a writer that is killed in the middle leaves nothing, and its lease runs out', async () => {
  const home = newAddress();
  const library = await open(home);
  const kept = await addVideo(library, newId('video'), 2);
  const child = await start(home, 'die-in-write');
  expect(await child.next()).toMatch(/^inside run_/);
  child.process.kill('SIGKILL');
  await once(child.process, 'exit');
  const added = await addVideo(library, newId('video'), 1);
  expect((await library.tracks()).map((track) => track.track_id).sort()).toEqual(
    [...kept, ...added].map((track) => track.track_id).sort(),
  );
  expect(await library.videos()).toHaveLength(2);
  expect(await library.identities()).toEqual([]);
});

const peopleSchema = z.object({
  identities: z.array(z.object({ identity_id: z.string(), seconds_on_screen: z.number() })),
});
const indexedSchema = peopleSchema.extend({ video_id: z.string() });

test('a film that one server indexes is found by another, over MCP', { timeout: 200_000 }, async () => {
  const home = newAddress();
  const connect = async () => {
    const url = await serveHttpProcess(home, { ...store.env, ROLLCALL_LOCAL_HOME: await temporaryHome() });
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
