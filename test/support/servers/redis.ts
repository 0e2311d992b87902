/** A Redis of a test's own (Debian: the package redis-server), without persistence, that ends with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { freePort } from './free-port.js';

const SERVERS = [process.env.REDIS_SERVER_PATH, '/usr/bin/redis-server', '/usr/local/bin/redis-server'];
const found = SERVERS.find((file) => file !== undefined && existsSync(file));

/** Where it has to be there, as in CI, the tests that need it fail without. */
export const hasRedis = found !== undefined || process.env.ROLLCALL_TEST_REDIS !== undefined;

export interface TestRedis {
  url: string;
  stop(): Promise<void>;
}

/** @param password that it asks for @param port by default any that is free */
export async function startRedis(password: string, port?: number): Promise<TestRedis> {
  if (found === undefined)
    throw new Error('This test needs Redis: `apt-get install redis-server`, or set REDIS_SERVER_PATH to one.');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-redis-'));
  const at = port ?? (await freePort());
  const child = spawn(
    found,
    ['--port', String(at), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--requirepass', password],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await redisReady(child);
  return {
    url: `redis://:${password}@127.0.0.1:${at}/0`,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Until a Redis whose output is read accepts connections. */
export function redisReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('Ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error('Redis ended at its start')));
  });
}
