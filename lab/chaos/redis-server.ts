/** A Redis that is killed, hung and started again: on the same port, with what its persistence has kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { freePort } from '../../test/support/servers/free-port.js';
import { redisReady } from '../../test/support/servers/redis.js';

/** What it has after a kill: all, all but about the last second (as when its machine dies with it), nothing. */
export type Kept = 'all' | 'all but a second' | 'nothing';

const LONGEST_MS = 120_000;

/** @param job fields of a job's hash, as `src/services/jobs/queued/queued-record.ts` names them */
function isJoining(job: Record<string, string>): boolean {
  return Object.entries(job).some(([field, text]) => {
    const [, n] = /^cuts:(\d+)$/.exec(field) ?? [];
    if (n === undefined || job[`file:${n}`] !== undefined) return false;
    return z
      .array(z.number())
      .parse(JSON.parse(text))
      .concat(0)
      .every((_, part) => job[`part:${n}:${part}`] !== undefined);
  });
}

export class RedisServer {
  #child: ChildProcess | undefined;
  #asked: Redis | undefined;
  /** Lengths of the log of commands, a few a second. */
  #lengths: { at: number; file: string; bytes: number }[] = [];
  #watching: NodeJS.Timeout | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly kept: Kept,
  ) {}

  static async start(folder: string, kept: Kept): Promise<RedisServer> {
    await mkdir(folder, { recursive: true });
    const server = new RedisServer(folder, await freePort(), kept);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const persistence = this.kept === 'nothing' ? [] : ['--appendonly', 'yes', '--appendfsync', 'always'];
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    const child = spawn('redis-server', [...args, ...persistence], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    await redisReady(child);
    if (this.kept !== 'all but a second') return;
    this.#lengths = [];
    this.#watching = setInterval(() => void this.#measure().catch(() => undefined), 100);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name);
  }

  async kill(): Promise<void> {
    await this.#end();
    if (this.kept !== 'all but a second') return;
    const before = this.#lengths.findLast(({ at }) => at <= performance.now() - 1000);
    if (before) await truncate(before.file, before.bytes);
  }

  /** Returns when a film of which all parts are through is about to be put together. */
  async untilJoining(): Promise<void> {
    for (const latest = performance.now() + LONGEST_MS; performance.now() < latest; await sleep(2))
      if (await this.isJoining()) return;
    throw new Error('no film was put together');
  }

  async isJoining(): Promise<boolean> {
    const redis = (this.#asked ??= new Redis(this.port));
    for (const job of await redis.keys('rollcall:job:*')) if (isJoining(await redis.hgetall(job))) return true;
    return false;
  }

  async end(): Promise<void> {
    this.#asked?.disconnect();
    await this.#end();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    clearInterval(this.#watching);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async #measure(): Promise<void> {
    const logs = path.join(this.folder, 'appendonlydir');
    const name = (await readdir(logs)).findLast((one) => one.endsWith('.incr.aof'));
    if (name === undefined) return;
    const file = path.join(logs, name);
    this.#lengths.push({ at: performance.now(), file, bytes: (await stat(file)).size });
  }
}
