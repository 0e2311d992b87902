/** The processes of one seed: a server, workers, their Redis, and where the library lies. Each may be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { type Server, startServer } from '../demo/server.js';

/** Longer than any fault lasts: what has not answered by then never would. */
const LONGEST_SILENCE_MS = 240_000;

export interface SiteOptions {
  bin: string;
  folder: string;
  /** Of the library: a folder, or an address in an object store. */
  home: string;
  /** What all processes are given. */
  env: Record<string, string>;
  workers: number;
  /** Of the parts that workers watch a longer film in. */
  part_minutes: number;
  signal: AbortSignal;
}

export class Site {
  readonly workers: ChildProcess[] = [];
  /** All that workers wrote. */
  said = '';
  #server: Server | undefined;
  /** Where each worker runs, by number; the server has a machine of its own. */
  readonly #machines = new Map<ChildProcess, number>();

  readonly #ready = new Set<ChildProcess>();

  constructor(readonly options: SiteOptions) {}

  async open(): Promise<void> {
    await mkdir(this.temporary, { recursive: true });
    for (let n = 0; n < this.options.workers; n++) this.startWorker();
  }

  get temporary(): string {
    return path.join(this.options.folder, 'tmp');
  }

  /** What stays on each machine of a library in a store; a folder has it all. */
  get machines(): string {
    return path.join(this.options.folder, 'machines');
  }

  /** @param after what ran on its machine before */
  startWorker(after?: ChildProcess): void {
    const machine = (after && this.#machines.get(after)) ?? this.workers.length + 1;
    const { bin, home, part_minutes } = this.options;
    const child = spawn(process.execPath, [bin, 'worker', '--part-minutes', String(part_minutes)], {
      env: { ...process.env, ...this.#env(machine), ROLLCALL_HOME: home, ROLLCALL_LOG_LEVEL: 'info' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk) => {
      this.said += String(chunk);
      if (String(chunk).includes('takes work')) this.#ready.add(child);
    });
    this.workers.push(child);
    this.#machines.set(child, machine);
  }

  async killServer(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    process.kill(server.pid, 'SIGKILL');
    await server.close().catch(() => undefined);
  }

  async server(): Promise<Server> {
    const { bin, home, signal } = this.options;
    return (this.#server ??= await startServer(bin, home, signal, { detail: 'full' }, this.#env(0)));
  }

  /** Asks, and again while nothing answers. @throws the first other error, in the words of the tool, or the last one */
  async ask<T>(tool: string, args: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> {
    const latest = performance.now() + LONGEST_SILENCE_MS;
    for (;;) {
      this.options.signal.throwIfAborted();
      try {
        return await (await this.server()).call(tool, args, schema);
      } catch (error) {
        const isAway = /unreachable|busy|Connection closed|Not connected|timed out/.test(String(error));
        if (!isAway || performance.now() > latest) throw error;
        if (/Connection closed|Not connected/.test(String(error))) this.#server = undefined;
        await sleep(300);
      }
    }
  }

  /** Ends what still runs, as an administrator does. @returns how each worker that was not killed ended */
  async close(): Promise<string[]> {
    const ends = await Promise.all(
      this.workers.map(async (child) => {
        if (child.signalCode === 'SIGKILL') return 'killed';
        const gone = child.exitCode === null ? once(child, 'exit') : Promise.resolve();
        child.kill('SIGTERM');
        await gone;
        // A signal ends at once what is only starting.
        return child.signalCode === 'SIGTERM' && !this.#ready.has(child)
          ? '0'
          : String(child.exitCode ?? child.signalCode);
      }),
    );
    await this.#server?.close();
    this.#server = undefined;
    return ends.filter((end) => end !== 'killed');
  }

  async destroy(): Promise<void> {
    for (const child of this.workers) child.kill('SIGKILL');
    await this.killServer();
    await rm(this.options.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Each process as if on a machine of its own. */
  #env(machine: number): Record<string, string> {
    const local = path.join(this.machines, String(machine));
    const isFolder = path.isAbsolute(this.options.home);
    return { ...this.options.env, TMPDIR: this.temporary, ...(isFolder ? {} : { ROLLCALL_LOCAL_HOME: local }) };
  }
}
