/** The built server as a client starts it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';
import { JSONRPCErrorResponseSchema, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../src/domain/ids.js';
import { openLibrary } from '../../../src/store/library.js';
import { addVideo, DIMENSIONS, PACK } from '../../store/fixtures.js';

const bin = inject('bin');
const BUDGET_MS = 5000;
/** The SDK has no error without an id, JSON-RPC 2.0 has: of a message whose id can't be read. */
const lineSchema = z.union([JSONRPCMessageSchema, JSONRPCErrorResponseSchema.extend({ id: z.null() })]);
let home: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-stdio-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

interface Running {
  child: ChildProcess;
  send(message: object): void;
  next(): Promise<unknown>;
  all: string[];
}

function start(env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [bin], {
    env: { ...process.env, ROLLCALL_HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  const all: string[] = [];
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('no pipes');
  const lines = createInterface({ input: stdout });
  lines.on('line', (line) => all.push(line));
  return {
    child,
    all,
    send: (message) => stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    next: async () => {
      const [line]: unknown[] = await once(lines, 'line');
      return JSON.parse(String(line));
    },
  };
}

async function handshake(server: Running): Promise<void> {
  server.send({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  });
  expect(await server.next()).toMatchObject({
    id: 1,
    result: { serverInfo: { name: 'rollcall-mcp' }, capabilities: { tools: {} } },
  });
  server.send({ method: 'notifications/initialized' });
}

/** Milliseconds from now until it is gone. */
async function gone(child: ChildProcess): Promise<number> {
  const began = performance.now();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return performance.now() - began;
}

/** A minute of moving picture. */
function footage(): string {
  const file = path.join(home, 'clip.mp4');
  execFileSync(process.env.FFMPEG_PATH ?? 'ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=640x360:rate=10:duration=60',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    file,
  ]);
  return file;
}

describe('the stdio server', () => {
  it('writes nothing but protocol to stdout, also for broken input and failing calls', async () => {
    const server = start();
    await handshake(server);
    for (const [sent, code] of [
      ['this is not JSON', -32700],
      [Buffer.from([0x22, 0xff, 0x22]), -32700],
      ['{"jsonrpc":"2.0"}', -32600],
      ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600],
      ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"job","arguments":[]}}', -32602],
    ] as const) {
      server.child.stdin?.write(sent);
      server.child.stdin?.write('\n');
      expect(await server.next()).toMatchObject({ error: { code } });
    }
    for (const [i, params] of [
      { name: 'list_identities' },
      { name: 'nothing' },
      { name: 'index_video', arguments: { source: path.join(home, 'missing.mp4') } },
      { name: 'job' },
      { name: 'job', task: { ttl: 60_000 } },
    ].entries()) {
      server.send({ id: 10 + i, method: 'tools/call', params });
      expect(await server.next()).toMatchObject({ id: 10 + i });
    }
    server.send({ id: 99, method: 'ping' });
    await server.next();
    server.child.stdin?.end();
    await gone(server.child);
    expect(server.all).toHaveLength(12);
    for (const line of server.all) expect(lineSchema.safeParse(JSON.parse(line)).success, line).toBe(true);
  });

  it('says when the videos or people of its library have changed, whoever changed them', async () => {
    const changing = mkdtempSync(path.join(os.tmpdir(), 'rollcall-changing-'));
    const library = await openLibrary({ home: changing, pack: PACK, dimensions: DIMENSIONS });
    onTestFinished(async () => {
      await library.close();
      rmSync(changing, { recursive: true, force: true });
    });
    const server = start({ ROLLCALL_HOME: changing });
    await handshake(server);
    let told = false;
    const next = server.next().finally(() => (told = true));
    while (!told) await addVideo(library, newId('video'), 1);
    expect(await next).toEqual({ jsonrpc: '2.0', method: 'notifications/resources/list_changed' });
  });

  it('takes long messages in time in proportion to their length, refuses longer ones, and goes on', async () => {
    const server = start({ ROLLCALL_LOG_LEVEL: 'silent' });
    await handshake(server);
    const asked = async (id: number, megabytes: number): Promise<{ ms: number; answer: unknown }> => {
      const began = performance.now();
      server.send({ id, method: 'no/such/method', params: { data: 'A'.repeat(megabytes * 1e6) } });
      const answer = await server.next();
      return { ms: performance.now() - began, answer };
    };
    await asked(2, 1);
    const [small, large, over] = [await asked(3, 10), await asked(4, 33), await asked(5, 60)];
    process.stderr.write(`10, 33, 60 MB: ${[small, large, over].map(({ ms }) => ms.toFixed(0)).join(', ')} ms\n`);
    expect(small.answer).toMatchObject({ id: 3, error: { code: -32601 } });
    expect(large.answer).toMatchObject({ id: 4, error: { code: -32601 } });
    expect(over.answer).toMatchObject({ id: 5, error: { code: -32600 } });
    expect(large.ms).toBeLessThan(7 * small.ms + 200);
    server.send({ id: 6, method: 'ping' });
    expect(await server.next()).toEqual({ jsonrpc: '2.0', id: 6, result: {} });
  });

  it('ends when stdin ends', async () => {
    const server = start();
    await handshake(server);
    server.child.stdin?.end();
    expect(await gone(server.child)).toBeLessThan(BUDGET_MS);
    expect(server.child.exitCode).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends on %s', async (signal) => {
    const server = start();
    await handshake(server);
    server.child.kill(signal);
    expect(await gone(server.child)).toBeLessThan(BUDGET_MS);
    expect(server.child.exitCode).toBe(0);
  });

  it('ends in time while it works, and the next server goes on with the job', async () => {
    const source = footage();
    const server = start();
    await handshake(server);
    server.send({
      id: 2,
      method: 'tools/call',
      params: { name: 'index_video', arguments: { source, sample_fps: 10, wait_s: 0.5 } },
    });
    const answer = JSON.stringify(await server.next());
    const job_id = /job_[0-9a-z]+/.exec(answer)?.[0];
    expect(job_id, answer).toBeDefined();
    server.child.stdin?.end();
    expect(await gone(server.child)).toBeLessThan(BUDGET_MS);

    const next = start();
    await handshake(next);
    next.send({ id: 3, method: 'tools/call', params: { name: 'job', arguments: { job_id, wait_s: 5 } } });
    expect(await next.next()).toMatchObject({
      result: { structuredContent: { job: { state: expect.stringMatching(/running|done/) as unknown } } },
    });
    next.send({ id: 4, method: 'tools/call', params: { name: 'job', arguments: { job_id, cancel: true } } });
    expect(await next.next()).toMatchObject({
      result: { structuredContent: { job: { state: expect.stringMatching(/cancelled|done/) as unknown } } },
    });
  }, 60_000);

  it.skipIf(process.platform === 'win32')('ends when its parent dies, though its stdin stays open', async () => {
    const parent = spawn('sh', ['-c', '"$0" "$1" <&3 & echo $!; wait', process.execPath, bin], {
      env: { ...process.env, ROLLCALL_HOME: home, ROLLCALL_LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    children.push(parent);
    const [stdout, stdin] = [parent.stdio[1], parent.stdio[3]];
    if (!stdout || !(stdin instanceof Duplex)) throw new Error('no pipes');
    const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ id: 1 });
    // A container's init may not bury orphans: a zombie is as gone as a process gets there.
    const state = (): string => {
      try {
        return execFileSync('ps', ['-o', 'stat=,args=', '-p', String(pid)]).toString();
      } catch {
        return 'Z';
      }
    };
    expect(state()).toContain('rollcall-mcp');
    parent.kill('SIGKILL');
    await expect.poll(state, { timeout: BUDGET_MS + 3000, interval: 100 }).toMatch(/^Z/);
  });

  it('says on stderr why it cannot start', async () => {
    const server = start({ ROLLCALL_SAMPLE_FPS: '900' });
    let said = '';
    server.child.stderr?.on('data', (chunk) => {
      said += String(chunk);
    });
    await gone(server.child);
    expect(server.child.exitCode).toBe(1);
    expect(said).toContain('ROLLCALL_SAMPLE_FPS');
    expect(server.all).toEqual([]);
  });
});
