/** Two servers of one library behind a balancer that sends each request to the next of them. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { serveHttpProcess, TOKEN } from '../../support/servers/http-process.js';
import { loungeClip } from '../../support/libraries/index-footage.js';

const headers = { authorization: `Bearer ${TOKEN}` };
const startedSchema = z.object({ job: z.object({ job_id: z.string() }) });
const jobSchema = z.object({ job: z.object({ state: z.string(), progress: z.number() }).optional() });
const peopleSchema = z.object({
  identities: z.array(z.object({ identity_id: z.string(), name: z.string().nullish() })),
});

/** @returns where it listens, and how many requests each server got */
async function balance(ports: readonly number[]): Promise<{ port: number; asked: number[] }> {
  const asked = ports.map(() => 0);
  let turn = 0;
  const balancer = http.createServer((req, res) => {
    const at = turn++ % ports.length;
    asked[at] = (asked[at] ?? 0) + 1;
    const { method, url, headers: given } = req;
    const on = http.request({ port: ports[at], host: '127.0.0.1', method, path: url, headers: given }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    on.on('error', () => res.destroy());
    res.on('close', () => on.destroy());
    req.pipe(on);
  });
  balancer.listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  onTestFinished(() => {
    balancer.closeAllConnections();
    balancer.close();
  });
  return { port: (balancer.address() as AddressInfo).port, asked }; // it listens on TCP
}

test('a job begun at one is followed, and its people are edited and found, at both', { timeout: 200_000 }, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-balanced-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const home = path.join(folder, 'home');
  const source = await loungeClip();
  const servers = [await serveHttpProcess(home), await serveHttpProcess(home)];
  const ports = servers.map(({ port }) => Number(port));
  const { port, asked } = await balance(ports);
  const client = new Client({ name: 'balanced', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`), { requestInit: { headers } }),
  );
  onTestFinished(() => client.close());
  const call = async <T>(name: string, args: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> => {
    const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
    expect(isError, JSON.stringify(content)).not.toBe(true);
    return schema.parse(structuredContent);
  };
  const { job } = await call('index_video', { source, wait_s: 0 }, startedSchema);
  let state = 'queued';
  for (let times = 0; ['queued', 'running'].includes(state); times++) {
    expect(times).toBeLessThan(100);
    state = (await call('job', { job_id: job.job_id, wait_s: 5 }, jobSchema)).job?.state ?? 'done';
  }
  expect(state).toBe('done');
  const people = async () => (await call('list_identities', {}, peopleSchema)).identities;
  const first = await people();
  expect(first).toHaveLength(5);
  expect(await people()).toEqual(first);
  const [one] = first;
  await call(
    'edit_identities',
    { edits: [{ action: 'name', identity_id: one?.identity_id, name: 'Ada' }] },
    z.looseObject({}),
  );
  for (const _ of ports) expect((await people()).map(({ name }) => name)).toContain('Ada');
  for (const _ of ports) await call('find_person', { name: 'ada' }, z.looseObject({}));
  expect(Math.min(...asked)).toBeGreaterThan(3);

  // What a balancer and Prometheus ask each server.
  const ask = (at: number, what: string, given = {}) =>
    fetch(`http://127.0.0.1:${at}${what}`, { headers: { connection: 'close', ...given } });
  const pictures: number[] = [];
  for (const at of ports) {
    expect(await (await ask(at, '/health')).text()).toBe('ok\n');
    expect(await (await ask(at, '/ready')).text()).toBe('ready\n');
    expect((await ask(at, '/metrics')).status).toBe(401);
    const metrics = await (await ask(at, '/metrics', headers)).text();
    expect(metrics).toContain('rollcall_jobs{state="done"} 1');
    expect(metrics).toMatch(/rollcall_tool_call_seconds_count\{tool="find_person",outcome="ok"\} 1/);
    expect(metrics).not.toContain('Ada');
    pictures.push(Number(/^rollcall_pictures_total (\d+)$/m.exec(metrics)?.[1]));
  }
  // One of them has watched the clip, five times a second.
  expect(Math.min(...pictures)).toBe(0);
  expect(Math.max(...pictures)).toBeGreaterThan(30);
});
