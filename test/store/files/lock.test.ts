/** Locks: held, freed, stale, dated ahead, lost. */
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { tryLock } from '../../../src/store/files/lock.js';
import { temporaryHome } from '../fixtures.js';

const STALE_MS = 2000;

function recorder(): {
  said: string[];
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
} {
  const said: string[] = [];
  return { said, debug: () => undefined, warn: (_, message) => void said.push(message) };
}

/** A lock that somebody left, dated `ms` from now. */
async function leftLock(ms: number): Promise<string> {
  const file = path.join(await temporaryHome(), 'x.lock');
  await mkdir(file);
  const date = new Date(Date.now() + ms);
  await utimes(file, date, date);
  return file;
}

test('one holder at a time; free again when it lets go; closed to others whatever the umask', async () => {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const file = path.join(await temporaryHome(), 'x.lock');
  const lease = await tryLock(file, STALE_MS);
  expect(lease).not.toBeNull();
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o700);
  expect(await tryLock(file, STALE_MS)).toBeNull();
  await lease?.release();
  const next = await tryLock(file, STALE_MS);
  expect(next).not.toBeNull();
  await next?.release();
});

test("a dead process's lock is taken over, a living one's is not", async () => {
  const lease = await tryLock(await leftLock(-STALE_MS - 500), STALE_MS);
  expect(lease).not.toBeNull();
  await lease?.release();
  expect(await tryLock(await leftLock(-500), STALE_MS)).toBeNull();
});

test("a lock says whose it is: a dead process's of this machine is taken over at once, another machine's ages", async () => {
  const file = path.join(await temporaryHome(), 'x.lock');
  const lease = await tryLock(file, STALE_MS);
  const mine = await readFile(path.join(file, 'owner'), 'utf8');
  await lease?.release();
  const dead = mine.replace(/^\d+/, '999999999');
  for (const [owner, isTaken] of [
    [dead, true],
    [mine.replace(/^\d+/, String(process.ppid)), false],
    [dead.replace(os.hostname(), 'elsewhere'), false],
    ['', false],
  ] as const) {
    const lock = path.join(await temporaryHome(), 'x.lock');
    await mkdir(lock);
    await writeFile(path.join(lock, 'owner'), owner);
    const taken = await tryLock(lock, STALE_MS);
    expect(taken !== null, owner).toBe(isTaken);
    await taken?.release();
    expect(await readdir(path.dirname(lock))).toHaveLength(isTaken ? 0 : 1);
  }
});

test('one that says nobody, of a process that died as it took or left it, is free after two heartbeats', async () => {
  expect(await tryLock(await leftLock(-1500), 15_000)).toBeNull();
  const lease = await tryLock(await leftLock(-3500), 15_000);
  expect(lease).not.toBeNull();
  await lease?.release();
});

test('a lock dated ahead of the clock holds nobody up, and the log says so', async () => {
  const log = recorder();
  const lease = await tryLock(await leftLock(3600_000), STALE_MS, log);
  expect(lease).not.toBeNull();
  expect(log.said).toEqual([expect.stringContaining('dated in the future')]);
  await lease?.release();
  // Clocks of two machines on one folder differ a little.
  expect(await tryLock(await leftLock(STALE_MS - 500), STALE_MS, log)).toBeNull();
  expect(log.said).toHaveLength(1);
});

test('whoever loses a lock is told, and leaves the new one alone', async () => {
  const file = path.join(await temporaryHome(), 'x.lock');
  const lease = await tryLock(file, STALE_MS);
  if (!lease) throw new Error('not locked');
  const told = once(lease.lost, 'abort');
  await utimes(file, new Date(), new Date(Date.now() - 500)); // as another holder's heartbeat
  await told;
  await lease.release();
  expect((await stat(file)).isDirectory()).toBe(true);
});

test('a lock that cannot be removed does not spoil what was done under it', async () => {
  const log = recorder();
  const file = path.join(await temporaryHome(), 'x.lock');
  const lease = await tryLock(file, STALE_MS, log);
  await writeFile(path.join(file, 'in the way'), '');
  await lease?.release();
  expect(log.said).toEqual(['could not let go of a lock']);
});
