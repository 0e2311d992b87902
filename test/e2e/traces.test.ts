/** Traces of a real indexing, at a collector that listens: in one process, and over a queue. */
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CollectedSpan, startCollector } from '../support/servers/collector.js';
import { hasRedis, startRedis } from '../support/servers/redis.js';
import { startWorker } from './worker-process.js';
import { clip, ffmpeg, workplace } from './workplace.js';

const at = workplace();
const fast = { ROLLCALL_PACK: 'fast', ROLLCALL_THREADS: '1' };
const STAGES = ['probe', 'watch', 'embed', 'commit', 'join'];
const indexed = z.object({ video_id: z.string() });

/** Names of a span and of those above it, from the top. */
function lineage(span: CollectedSpan, all: readonly CollectedSpan[]): string[] {
  const parent = all.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent ? lineage(parent, all) : []), span.name];
}

async function film(folder: string): Promise<string> {
  return ffmpeg(['-i', clip('lounge.mp4'), '-t', '2', '-c', 'copy'], path.join(folder, 'a-name-of-a-film.mp4'));
}

describe('traces', () => {
  it('show what a call came to, by ids and counts alone, until the server has ended', async () => {
    const folder = await at.folder(),
      collector = await startCollector(),
      unasked = await startCollector();
    at.keep(collector.stop);
    at.keep(unasked.stop);
    const home = path.join(folder, 'home'),
      file = await film(folder);
    const server = await at.stdio(home, {
      ...fast,
      ROLLCALL_TRACES: collector.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: unasked.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=let-me-in',
    });
    const { video_id } = await server.index({ source: file }, indexed);
    expect(await server.fails('index_video', { source: `${file}.none` })).toMatchObject({ code: 'not_found' });
    await server.close();

    const { spans } = collector;
    const [call] = spans.filter((s) => s.name === 'tool call' && s.parentSpanId === undefined);
    const of = spans.filter(({ traceId }) => traceId === call?.traceId);
    for (const stage of STAGES) {
      const [found] = of.filter(({ name }) => name === stage);
      const above = { embed: ['watch'], join: ['commit'] }[stage] ?? [];
      expect(found && lineage(found, of)).toEqual(['tool call', 'job', 'film', ...above, stage]);
    }
    const facts = (name: string) => of.find((s) => s.name === name)?.attributes;
    expect(facts('tool call')).toEqual({ 'rollcall.tool': 'index_video' });
    expect(facts('job')).toEqual({
      'rollcall.job_id': expect.stringMatching(/^job_/),
      'rollcall.kind': 'index_video',
      'rollcall.state': 'done',
    });
    expect(facts('film')).toEqual({ 'rollcall.video_id': video_id, 'rollcall.is_known': false });
    expect(facts('join')).toEqual({ 'rollcall.video_id': video_id, 'rollcall.tracks': expect.any(Number) });
    expect(spans.find(({ status }) => status?.code === 2)).toMatchObject({
      name: 'tool call',
      attributes: { 'rollcall.code': 'not_found' },
      status: { message: 'not_found' },
      events: [],
    });
    const sent = collector.bodies.join('');
    for (const secret of [folder, 'a-name-of-a-film', 'lounge']) expect(sent).not.toContain(secret);
    expect(collector.resources[0]).toEqual({ 'service.name': 'rollcall-mcp', 'service.version': expect.any(String) });
    expect(collector.asked[0]).toMatchObject({ path: 'POST /v1/traces', headers: { 'x-key': 'let-me-in' } });
    expect(unasked.bodies).toEqual([]);
  });
});

describe.runIf(hasRedis)('traces over a queue', () => {
  it('have what a worker does below the call that asked for it', async () => {
    const folder = await at.folder(),
      collector = await startCollector(),
      redis = await startRedis('a-password');
    at.keep(redis.stop);
    at.keep(collector.stop);
    const home = path.join(folder, 'home'),
      env = { ...fast, ROLLCALL_QUEUE: redis.url, ROLLCALL_TRACES: collector.url };
    const worker = await startWorker(home, env, at.keep);
    const server = await at.stdio(home, env);
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { structuredContent } = await server.client.callTool({
      name: 'index_video',
      arguments: { source: await film(folder), wait_s: 0 },
      _meta: { traceparent: parent },
    });
    await server.follow(z.object({ job: z.object({ job_id: z.string() }) }).parse(structuredContent).job.job_id);
    const ended = once(worker.child, 'exit');
    worker.child.kill('SIGTERM');
    await ended;
    await server.close();

    const { spans } = collector;
    const join = spans.find(({ name }) => name === 'join');
    expect(join && lineage(join, spans)).toEqual(['tool call', 'task', 'film', 'commit', 'join']);
    const asked = spans.filter((s) => s.attributes['rollcall.tool'] === 'index_video' || s.name === 'task');
    expect(new Set(asked.map(({ traceId }) => traceId))).toEqual(new Set(['0af7651916cd43dd8448eb211c80319c']));
    expect(asked.find(({ name }) => name === 'tool call')?.parentSpanId).toBe('b7ad6b7169203331');
    expect(asked.flatMap(({ attributes }) => attributes['rollcall.kind'] ?? []).sort()).toEqual(['film', 'plan']);
    for (const { attributes } of asked.filter(({ name }) => name === 'task'))
      expect(attributes).toMatchObject({ 'rollcall.is_done': true, 'rollcall.begun': 1 });
  });
});
