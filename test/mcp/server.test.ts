import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMcpServer } from '../../src/mcp/server.js';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { allTools } from '../../src/tools/all-tools.js';
import { calibrationReport } from '../services/calibration/fake-calibration.js';
import { type FakeHost, fakeHost } from '../support/servers/fake-host.js';

const catalogue = createCatalogue(() => Promise.resolve(allTools));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function connect(host: FakeHost): Promise<Client> {
  closers.push(() => host.close());
  const [here, there] = InMemoryTransport.createLinkedPair();
  const mcp = createMcpServer(host, catalogue, '1.2.3');
  await mcp.connect(there);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(here);
  await client.listTools(); // from here on the client holds every answer against its output schema
  closers.push(() => client.close());
  return client;
}

const codeSchema = z.object({ code: z.string() });
const resultSchema = z.object({
  isError: z.boolean().default(false),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  _meta: z.record(z.string(), z.unknown()).optional(),
});
const call = async (client: Client, name: string, args: Record<string, unknown> = {}) =>
  resultSchema.parse(await client.callTool({ name, arguments: args }));
const errorOf = async (client: Client, name: string, args: Record<string, unknown> = {}) => {
  const result = await call(client, name, args);
  expect(result).toMatchObject({ isError: true });
  expect(result.structuredContent).toBeUndefined();
  const error: unknown = JSON.parse(result.content[0]?.text ?? '');
  expect(result._meta).toEqual({ 'rollcall/error': error });
  return error;
};
const jobOf = (result: { structuredContent?: Record<string, unknown> | undefined }) =>
  z.object({ job_id: z.string(), state: z.string() }).parse(result.structuredContent?.job);

describe('the list of tools', () => {
  it('names them all, each with schemas, four hints and words to choose by', async () => {
    const { tools } = await (await connect(fakeHost())).listTools();
    expect(tools.map((t) => t.name)).toEqual([
      'index_video',
      'job',
      'list_identities',
      'find_person',
      'co_occurrence',
      'verify_faces',
      'show_faces',
      'edit_identities',
      'library',
      'forget',
      'export',
      'calibrate',
    ]);
    for (const tool of tools) {
      expect(Object.keys(tool.annotations ?? {}).sort(), tool.name).toEqual([
        ...(tool.annotations?.readOnlyHint ? [] : ['destructiveHint', 'idempotentHint']),
        'openWorldHint',
        'readOnlyHint',
      ]);
      expect(tool.inputSchema.additionalProperties, tool.name).toBe(false);
      // Some clients give a model structured content alone: what shows pictures has none.
      expect(tool.outputSchema?.type, tool.name).toBe(tool.name === 'show_faces' ? undefined : 'object');
      expect(tool.description?.length, tool.name).toBeGreaterThan(100);
      expect(tool.title, tool.name).toBeTruthy();
    }
  });

  it('describes coverage where videos are indexed, and what is left of it in brief once', async () => {
    const { tools } = await (await connect(fakeHost())).listTools();
    const coverage = (name: string) => tools.find((t) => t.name === name)?.outputSchema?.properties?.coverage;
    const describing = (words: RegExp) => ({ description: expect.stringMatching(words) as unknown });
    expect(coverage('index_video')).toEqual(describing(/decoded .*faces_seen.*ended_early/));
    expect(coverage('list_identities')).toEqual(describing(/as index_video's; brief/));
    for (const name of ['find_person', 'co_occurrence']) expect(coverage(name), name).toEqual({});
  });
});

describe('index_video and job', () => {
  it('answer with the video when it is done in time', async () => {
    const result = await call(await connect(fakeHost()), 'index_video', { source: 'https://example.org/a' });
    expect(result.structuredContent).toMatchObject({
      video_id: 'video_https://example.org/a',
      identities: [],
      coverage: [{ faces_seen: 0 }],
    });
    expect(result.structuredContent?.job).toBeUndefined();
    expect(result.content[0]?.text).toContain('00:00:10.000');
  });

  it('answer with a job that can be waited for, listed and cancelled', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['slow'], passedOver: [] });
    const client = await connect(host);
    const started = await call(client, 'index_video', { source: 'slow', wait_s: 0.2 });
    const { job_id } = jobOf(started);
    expect(started.structuredContent).toMatchObject({
      job: { state: 'running', progress: 0.5 },
      hint: expect.stringContaining(job_id) as unknown,
    });
    expect((await call(client, 'job', {})).structuredContent).toMatchObject({ jobs: [{ job_id }] });
    expect(jobOf(await call(client, 'job', { job_id, wait_s: 0 })).state).toBe('running');
    expect(jobOf(await call(client, 'job', { job_id, cancel: true })).state).toBe('cancelled');
  });

  it('hold what index_video would have returned once a job is done, video_id first', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['b'], passedOver: [] });
    const client = await connect(host);
    const { job_id } = jobOf(await call(client, 'index_video', { source: 'b', wait_s: 0 }));
    const done = await call(client, 'job', { job_id, wait_s: 10 });
    expect(Object.keys(done.structuredContent ?? {})[0]).toBe('video_id');
    expect(done.structuredContent).toMatchObject({ video_id: 'video_b', job: { state: 'done' } });
  });

  it('list what became of the videos of a folder', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['a', 'bad', 'c'], passedOver: [] });
    const result = await call(await connect(host), 'index_video', { source: 'folder', detail: 'full' });
    expect(result.structuredContent).toMatchObject({
      videos_total: 3,
      videos: [{ video_id: 'video_a' }, { video_id: null, error: { code: 'not_a_video' } }, { video_id: 'video_c' }],
    });
  });

  it('pass a failure of the job on with its code', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['bad'], passedOver: [] });
    expect(await errorOf(await connect(host), 'index_video', { source: 'bad' })).toEqual({
      code: 'not_a_video',
      message: 'bad is not a video.',
      hint: 'Give a video.',
    });
  });

  it('cancel the job when the request is cancelled, not when the client goes away', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async (s) => ({ files: [s.endsWith('1') ? 'slow1' : 'slow2'], passedOver: [] });
    const codes: unknown[] = [];
    const logger = pino(
      { level: 'warn' },
      { write: (line) => void codes.push(codeSchema.parse(JSON.parse(line)).code) },
    );
    const client = await connect({ ...host, logger });
    const cancelling = new AbortController();
    const request = client.callTool({ name: 'index_video', arguments: { source: 's1' } }, undefined, {
      signal: cancelling.signal,
      onprogress: () => cancelling.abort(),
    });
    await expect(request).rejects.toThrow();
    const [cancelled] = await (await host.jobs()).list();
    expect((await (await host.jobs()).wait(cancelled?.job_id ?? '', { wait_s: 10 })).state).toBe('cancelled');

    const left = new Promise<void>((resolve) => {
      client
        .callTool({ name: 'index_video', arguments: { source: 's2' } }, undefined, {
          onprogress: () => void client.close().then(resolve),
        })
        .catch(() => undefined);
    });
    await left;
    const [kept] = await (await host.jobs()).list();
    expect((await (await host.jobs()).wait(kept?.job_id ?? '', { wait_s: 1 })).state).toBe('running');
    expect(codes).toEqual(['cancelled', 'cancelled']);
  });

  it('send rising progress to those who ask', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['a', 'b', 'c'], passedOver: [] });
    const seen: number[] = [];
    await (await connect(host)).callTool({ name: 'index_video', arguments: { source: 'folder' } }, undefined, {
      onprogress: (p) => seen.push(p.progress),
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });
});

describe('calibrate', () => {
  const refused = {
    calibration_id: null,
    chosen: null,
    operating_point: 'balanced' as const,
    needed: { genuine: 40, impostor: 2580 },
    shipped: [
      {
        point: 'balanced' as const,
        threshold: 0.37,
        far: { rate: 0, errors: 0, trials: 420, low: 0, high: 0.00906 },
        frr: { rate: null, errors: 0, trials: 0, low: 0, high: 1 },
      },
    ],
  };

  it('answers with the report and what is in force, and job with the same', async () => {
    const client = await connect(fakeHost());
    const { structuredContent } = await call(client, 'calibrate', { pairs_file: '/x/pairs.csv', detail: 'full' });
    expect(structuredContent).toMatchObject({
      report: { calibration_id: 'calibration_a', applied: false },
      in_force: { calibration_id: null },
      history: [],
      hint: expect.stringContaining('calibration_a') as unknown,
    });
    const {
      jobs: [listed],
    } = z
      .object({ jobs: z.array(z.object({ job_id: z.string() })) })
      .parse((await call(client, 'job')).structuredContent);
    const done = await call(client, 'job', { job_id: listed?.job_id, wait_s: 10, detail: 'full' });
    expect(done.structuredContent).toEqual({
      ...structuredContent,
      job: expect.objectContaining({ state: 'done', source: '/x/pairs.csv' }) as unknown,
    });
  });

  it('is an answer, not an error, when there are too few pairs', async () => {
    const host = fakeHost();
    host.calibration.calibrate = async () => calibrationReport(refused);
    const result = await call(await connect(host), 'calibrate', { action: 'apply', detail: 'full' });
    expect(result).toMatchObject({ isError: false, structuredContent: { report: refused } });
    expect(result.content[0]?.text).toContain(
      '2580 more pairs of two people and 40 more pairs of one person are needed',
    );
    expect(result.content[0]?.text).toContain('0 false accepts in 420 pairs: FAR at most 0.91 %; no pairs for FRR');
  });

  it('answers with a job when it takes long, and passes a failure on', async () => {
    const client = await connect(fakeHost());
    const started = await call(client, 'calibrate', { pairs_file: '/x/slow.csv', wait_s: 0.2 });
    const { job_id } = jobOf(started);
    expect(started.structuredContent).toMatchObject({
      job: { state: 'running', progress: 0.5, eta_s: 1 },
      hint: expect.stringContaining(job_id) as unknown,
    });
    expect(await errorOf(client, 'job', { job_id, wait_s: 26 })).toMatchObject({ code: 'bad_argument' });
    const cancelled = await call(client, 'job', { job_id, cancel: true });
    expect(cancelled.structuredContent).toMatchObject({
      job: { state: 'cancelled' },
      hint: 'calibrate starts over.',
    });
    expect(await errorOf(client, 'calibrate', { pairs_file: '/x/bad.csv' })).toEqual({
      code: 'bad_argument',
      message: 'line 7 lacks a picture.',
      hint: 'Mend it.',
    });
  });

  it('shows, reverts and applies without measuring', async () => {
    const host = fakeHost(),
      client = await connect(host);
    for (const args of [
      { action: 'status' },
      { action: 'revert' },
      { action: 'apply', calibration_id: 'calibration_b' },
    ])
      expect((await call(client, 'calibrate', args)).structuredContent).toMatchObject({ in_force: { set: 'LFW' } });
    expect(host.calibration.did).toEqual(['status', 'revert', 'apply calibration_b']);
    expect(host.calibration.asked).toEqual([]);
    for (const args of [
      { calibration_id: 'calibration_b' },
      { action: 'status', operating_point: 'strict' },
      { action: 'apply', calibration_id: 'calibration_b', pairs_file: '/x/pairs.csv' },
      { pairs_file: '/x/pairs.csv', pairs: [{ image_a: '/x/a', image_b: '/x/b', same: true }] },
      { revert: true },
    ])
      expect(await errorOf(client, 'calibrate', args)).toMatchObject({ code: 'bad_argument' });
    expect(host.calibration.did).toHaveLength(3);
  });
});

describe('listings', () => {
  it('page through every appearance without changing the question', async () => {
    const host = fakeHost({ appearances: 430 });
    const client = await connect(host);
    const starts: unknown[] = [];
    let cursor: unknown;
    let pages = 0;
    do {
      const { structuredContent } = await call(client, 'find_person', {
        identity_id: 'identity_1',
        limit: 200,
        ...(cursor ? { cursor } : {}),
      });
      starts.push(
        ...z
          .array(z.object({ start_s: z.number() }))
          .parse(structuredContent?.appearances)
          .map((a) => a.start_s),
      );
      expect(structuredContent).toMatchObject({
        appearances_total: 430,
        coverage_totals: { videos: 1, decoded_s: 10 },
      });
      cursor = structuredContent?.next_cursor;
      pages++;
    } while (cursor);
    expect(starts).toEqual(Array.from({ length: 430 }, (_, i) => i));
    expect(pages).toBe(3);
    expect(host.asked[0]).toEqual({ identity_id: 'identity_1' });
  });

  it('stay small by default and say how much there is', async () => {
    const client = await connect(fakeHost({ identities: 300, pairs: 90 }));
    const people = await call(client, 'list_identities');
    expect(people.structuredContent).toMatchObject({
      identities_total: 300,
      next_cursor: expect.any(String) as unknown,
    });
    const listed = z
      .array(z.object({ appearances: z.array(z.unknown()), appearances_total: z.number() }))
      .parse(people.structuredContent?.identities)
      .map((i) => [i.appearances.length, i.appearances_total]);
    // As many as fit: what stands beside them takes room as well.
    expect(listed.length).toBeGreaterThan(15);
    expect(listed).toEqual(listed.map(() => [1, 8]));
    const pairs = await call(client, 'co_occurrence');
    expect(pairs.structuredContent).toMatchObject({ pairs_total: 90 });
    expect(
      z
        .array(z.object({ intervals: z.array(z.unknown()), intervals_total: z.number() }))
        .parse(pairs.structuredContent?.pairs)[0],
    ).toMatchObject({ intervals_total: 30, intervals: { length: 1 } });
    const whole = await call(client, 'list_identities', { limit: 200, max_appearances: 50 });
    for (const result of [people, pairs, whole])
      expect(JSON.stringify(result.structuredContent).length).toBeLessThan(45_000);
  });

  it('say what to do when nothing is indexed', async () => {
    const { structuredContent } = await call(await connect(fakeHost()), 'list_identities');
    expect(structuredContent).toMatchObject({
      identities: [],
      hint: expect.stringContaining('index_video') as unknown,
      coverage: [],
    });
  });
});

describe('errors', () => {
  it('say what to do next, without structured content that would not fit the schema', async () => {
    const client = await connect(fakeHost());
    expect(await errorOf(client, 'verify_faces', { image_a: 'a.jpg', image_b: 'b.jpg' })).toEqual({
      code: 'no_face',
      message: 'There is no face in image_a.',
      hint: 'Give a picture in which a face can be seen.',
    });
    expect(await errorOf(client, 'verify_faces', { image_a: 'a.jpg', identity_id: 'identity_1' })).toMatchObject({
      code: 'internal',
      message: 'a bug',
    });
    expect(await errorOf(client, 'job', { job_id: 'job_0' })).toMatchObject({ code: 'unknown_id' });
    expect(await errorOf(client, 'list_identities', { cursor: 'x' })).toMatchObject({ code: 'bad_cursor' });
  });

  it.each([
    ['verify_faces', { image_a: 'a' }],
    ['verify_faces', { image_a: 'a', image_b: 'b', identity_id: 'identity_1' }],
    ['find_person', {}],
    ['find_person', { name: 'Ada', people: [{ name: 'Bob' }] }],
    ['find_person', { people: [{}] }],
    ['find_person', { identity_id: "identity_1' OR 1=1" }],
    ['co_occurrence', { mode: 'within_s' }],
    ['co_occurrence', { within_s: 3 }],
    ['index_video', { source: 'a', wait_s: 60 }],
    ['index_video', { source: 'a', start_s: 5, end_s: 5 }],
    ['index_video', { source: 'a', fps: 3 }],
    ['list_identities', { limit: 0 }],
  ])('%s refuses %j', async (name, args) => {
    expect(await errorOf(await connect(fakeHost()), name, args)).toMatchObject({ code: 'bad_argument' });
  });

  it('answer an unknown tool with a protocol error', async () => {
    await expect(call(await connect(fakeHost()), 'find_faces')).rejects.toThrow(
      /There is no tool find_faces; there are index_video/,
    );
  });
});
