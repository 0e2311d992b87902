/** Whose a lock is, so that that of a dead process is told at once, and not only by its age. */
import fs from 'node:fs';
import { mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { besides, replace } from './atomic-write.js';
import { hasCode } from '../../domain/errors/error-code.js';
import { isAlive } from './is-alive.js';
import { PRIVATE_FILE, PRIVATE_FOLDER } from './private-folder.js';
import { asError } from '../../domain/errors/thrown.js';

/** Lies in the folder that is the lock, and goes with it. */
const OWNER = 'owner';
/** Two heartbeats (lock.ts). */
const NOBODYS_MS = 3000;

/**
 * Where process ids mean the same: this start of this machine, and on Linux this container. Containers may share a home
 * and be called alike.
 */
function place(): string {
  return [
    os.hostname(),
    () => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    () => fs.readlinkSync('/proc/self/ns/pid'),
  ]
    .map((part) => {
      if (typeof part === 'string') return part;
      try {
        return part();
      } catch {
        return ''; // not Linux
      }
    })
    .join(' ');
}

const owner = (lock: string): string => path.join(lock, OWNER);

/** Node's own for proper-lockfile, but that the folder has a mode and says whose it is from the moment it is there. */
export const lockFolders = {
  ...fs,
  mkdir(lock: string, done: fs.NoParamCallback): void {
    tell(makeLock(lock), done);
  },
  rmdir(lock: string, done: fs.NoParamCallback): void {
    tell(removeLock(lock), done);
  },
};

function tell(done: Promise<void>, callback: fs.NoParamCallback): void {
  done.then(
    () => callback(null),
    (error: unknown) => callback(asError(error)),
  );
}

/** @throws the system's error, EEXIST when the lock is there */
async function makeLock(lock: string): Promise<void> {
  // An empty folder would be replaced by what is renamed to it: the lock of one who could not say whose it is.
  if (fs.existsSync(lock)) throw Object.assign(new Error(`${lock} is there`), { code: 'EEXIST' });
  const made = besides(lock);
  await mkdir(made, { mode: PRIVATE_FOLDER });
  try {
    await writeFile(owner(made), `${process.pid} ${randomBytes(8).toString('hex')} ${place()}`, { mode: PRIVATE_FILE });
    await rename(made, lock);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // A lock that doesn't say whose it is goes stale, as on a full disk.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY'))
      return mkdir(lock, { mode: PRIVATE_FOLDER });
    throw Object.assign(new Error(`${lock} is there`, { cause: error }), { code: 'EEXIST' });
  }
}

/**
 * Removes a lock, whosever it is, unless there is something in it that is not a lock's. In one step: whoever is killed
 * over it leaves no lock. @throws the system's error
 */
export async function removeLock(lock: string): Promise<void> {
  const aside = besides(lock);
  await replace(lock, aside);
  try {
    await removeFolder(aside);
  } catch (error) {
    await rename(aside, lock).catch(() => undefined); // what went wrong first is what to tell
    throw error;
  }
}

async function removeFolder(lock: string): Promise<void> {
  await rm(owner(lock), { force: true });
  await rmdir(lock);
}

/** Removes the lock of a process of this machine that is dead. @returns whether it was */
export async function clearDead(lock: string): Promise<boolean> {
  const said = await ownerOf(lock);
  if (!(await isDead(lock, said))) return false;
  // Moved away first: another process that found the same may have cleared it by now, and have taken it.
  const aside = besides(lock);
  try {
    await rename(lock, aside);
    if ((await ownerOf(aside)) === said && (await isDead(aside, said))) await removeFolder(aside);
    else await rename(aside, lock);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY')) return false;
    throw error;
  }
}

/**
 * Whoever dies in the instant between taking or leaving a lock and saying so leaves one that is nobody's: that of a
 * living process has its heartbeat.
 */
async function isDead(lock: string, said: string): Promise<boolean> {
  const [, pid, , where] = /^(\d+) (\S+) (.*)$/.exec(said) ?? [];
  if (pid !== undefined) return where === place() && !isAlive(Number(pid));
  const found = await stat(lock).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > NOBODYS_MS;
}

/** What a lock of this process begins with. */
export function asOwner(): string {
  return `${process.pid} ${place()}`;
}

/** @returns who holds a lock, as asOwner tells it, or "" where it does not say; null for nobody, or one who is dead */
export async function livingOwner(lock: string, staleMs: number): Promise<string | null> {
  const found = await stat(lock).catch(() => null);
  if (!found || Math.abs(Date.now() - found.mtimeMs) > staleMs) return null;
  const said = await ownerOf(lock);
  if (await isDead(lock, said)) return null;
  return said.replace(/^(\d+) \S+ /, '$1 ');
}

/** @returns an empty text where nobody is said */
function ownerOf(lock: string): Promise<string> {
  return readFile(owner(lock), 'utf8').catch(() => '');
}
