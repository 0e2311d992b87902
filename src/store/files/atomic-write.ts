/** Files that are replaced in one step: whoever reads sees the old one or the new one, also after a power cut. */
import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../../domain/errors/error-code.js';
import { isAlive } from './is-alive.js';
import { PRIVATE_FILE } from './private-folder.js';

/** `.library.json.1234-0a1b2c3d.tmp`, and what the versions before called theirs, `library.json.1234.tmp`. */
const TEMPORARY = /\.(\d+)(?:-[0-9a-f]{8})?\.tmp$/;
/** Nobody takes so long to write one; a process that seems dead may live on another machine or in a container. */
const SURELY_LEFT_MS = 60_000;
/** Process ids come again: after so long it is not the same process. */
const NO_MATTER_WHOSE_MS = 24 * 3600_000;

/**
 * Puts `content` in place of `file`, or makes it, readable by its owner only (modes are not set on Windows). It is on
 * the disk when this resolves. When it rejects, `file` is as it was and nothing else is left.
 * @param options.durable false for what may be lost in a power cut
 * @throws the system's error, as ENOSPC or EACCES
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array,
  { durable = true }: { durable?: boolean } = {},
): Promise<void> {
  const temporary = besides(file);
  try {
    const handle = await open(temporary, 'wx', PRIVATE_FILE);
    try {
      await handle.writeFile(content);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await replace(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // what went wrong first is what to tell
    throw error;
  }
  if (durable) await syncFolder(path.dirname(file));
}

/** A name next to `file` for what becomes it, or was it, in one step; sweepTemporaries knows it again. */
export function besides(file: string): string {
  const name = `.${path.basename(file)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  return path.join(path.dirname(file), name);
}

/**
 * Renames `from` to `to`, which may exist. Windows refuses to replace a file that somebody is reading this moment:
 * there it is tried again, for half a second.
 */
export async function replace(
  from: string,
  to: string,
  { platform = process.platform, move = rename }: { platform?: NodeJS.Platform; move?: typeof rename } = {},
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await move(from, to);
      return;
    } catch (error) {
      if (platform !== 'win32' || attempt === 10 || !hasCode(error, 'EPERM', 'EACCES', 'EBUSY')) throw error;
      await delay(10 * attempt);
    }
  }
}

/**
 * Removes from `folder` the files and locks that processes left that died while they made them. @returns the names that
 * are gone
 */
export async function sweepTemporaries(folder: string, now = Date.now()): Promise<string[]> {
  const gone: string[] = [];
  for (const name of await readdir(folder)) {
    const pid = TEMPORARY.exec(name)?.[1];
    if (pid === undefined) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    if (!found) continue;
    // Dated ahead counts as old: the clock was set back.
    const age = Math.abs(now - found.mtimeMs);
    if (age < SURELY_LEFT_MS || (age < NO_MATTER_WHOSE_MS && isAlive(Number(pid)))) continue;
    await rm(file, { recursive: true, force: true });
    gone.push(name);
  }
  return gone;
}

/** Without it the new name may be gone after a power cut. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    // Some network folders can't, and a folder may be writable but not readable.
    if (!hasCode(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EACCES')) throw error;
  }
}
