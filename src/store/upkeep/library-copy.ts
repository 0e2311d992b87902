/** A copy of a library as it is at one moment, by links where the file system has them: it costs next to nothing. */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { stopIfAborted } from '../abort.js';
import type { StoreLogger } from '../api.js';
import { TABLE_NAMES } from '../tables/columns.js';
import { hasCode } from '../../domain/errors/error-code.js';
import { isAlive } from '../files/is-alive.js';
import { waitForLock } from '../files/lock.js';
import { makePrivateFolder } from '../files/private-folder.js';
import { readHead, writeHead, type Head } from '../head/head.js';
import { TABLES } from '../places/folder-place.js';

const PASSING = /^\.(?:backup|restore)-(\d+)-/;
/** What was kept of a library of an earlier schema, or moved aside by restoring and repairing. */
const ASIDE = /^(library-of-schema|replaced|damaged)-/;

/** A folder of this process's own in the home, for what is being copied; see sweepPassing. */
export function passingFolder(home: string, what: 'backup' | 'restore'): string {
  return path.join(home, `.${what}-${process.pid}-${Date.now()}`);
}

/**
 * Puts the head and the tables it names into `folder`, which is made. Files of tables are written once and never
 * changed, so a link is as good as a copy. One that upkeep takes away meanwhile is not in it: read it, or hold the
 * writer's lock.
 */
export async function copyLibrary(home: string, head: Head, folder: string, signal?: AbortSignal): Promise<void> {
  await makePrivateFolder(folder);
  for (const name of TABLE_NAMES) {
    if (head.versions[name] === undefined) continue;
    const [from, to] = [home, folder].map((at) => path.join(at, TABLES, `${name}.lance`));
    if (from !== undefined && to !== undefined) await linkFolder(from, to, signal);
  }
  await writeHead(folder, head);
}

async function linkFolder(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    stopIfAborted(signal);
    const [here, there] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(here, there, signal);
    else if (entry.isFile())
      await link(here, there).catch(async (error: unknown) => {
        if (hasCode(error, 'ENOENT')) return; // gone meanwhile: not of this state, or it shows when it is read
        if (!hasCode(error, 'EPERM', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS')) throw error;
        await copyFile(here, there, constants.COPYFILE_FICLONE);
      });
  }
}

/**
 * Keeps a copy of a library in its own folder, unless there is one of the name already.
 * @param nameFor told the head under the writer's lock; null when no copy is needed after all
 */
export async function keepCopyBeside(
  home: string,
  nameFor: (head: Head) => string | null,
  lockStaleMs: number,
  logger?: StoreLogger,
): Promise<void> {
  const lease = await waitForLock(path.join(home, 'write.lock'), lockStaleMs, { logger });
  try {
    const head = await readHead(home);
    const name = head && nameFor(head);
    if (head === null || name === null || (await readdir(home)).includes(name)) return;
    const passing = passingFolder(home, 'backup');
    await copyLibrary(home, head, passing);
    await rename(passing, path.join(home, name));
    logger?.warn({ name }, 'kept a copy of the library as it was');
  } finally {
    await lease.release();
  }
}

/** Names of copies in the home that were kept or moved aside; `sweepPassing` with `aside` removes them. */
export async function copiesAside(home: string): Promise<string[]> {
  return (await readdir(home).catch((): string[] => [])).filter((name) => ASIDE.test(name)).sort();
}

/** Removes copies that processes left that died over them, and with `aside` those that were kept or moved aside. */
export async function sweepPassing(home: string, { aside = false } = {}): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = PASSING.exec(name)?.[1];
    if ((pid !== undefined && !isAlive(Number(pid))) || (aside && ASIDE.test(name)))
      await rm(path.join(home, name), { recursive: true, force: true });
  }
}
