/** A library in one file, verified, and back again. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { create, extract, list } from 'tar';
import { z } from 'zod';
import { asRollcallError, RollcallError } from '../../domain/errors/errors.js';
import { isAddress } from '../../domain/machine/library-address.js';
import { stopIfAborted } from '../abort.js';
import type { StoreLogger } from '../api.js';
import { checkTables } from './check-tables.js';
import { KEY_FILE } from '../encryption/envelope-copy.js';
import { hasCode } from '../../domain/errors/error-code.js';
import { makePrivateFolder, openHome, PRIVATE_FILE } from '../files/private-folder.js';
import { readHead, replaceHead, writeHead, type Head } from '../head/head.js';
import { copyLibrary, passingFolder, sweepPassing } from './library-copy.js';
import { COPY_FILE, HEAD_FILE, TABLES } from '../places/folder-place.js';
import { downloadTables, uploadTables } from '../places/object-files.js';
import { placeAt, objectPlaceAt } from '../places/place-at.js';
import { lockLost } from '../head/publisher.js';

const LIST_FILE = 'backup.json';
/** What a library is, in the home. */
const OF_LIBRARY = [HEAD_FILE, COPY_FILE, KEY_FILE, TABLES];
const LOCK_STALE_MS = 15_000;
/** Besides these a backup has nothing, and nothing else is taken out of one. */
const CONTENT = /^(?:backup\.json|library\.json|library\.lance\/[a-z]+\.lance\/(?:_?[a-z]+\/)*[\w.-]+)$/;

const listSchema = z.object({
  format: z.literal(1),
  made_at: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});
type FileList = z.infer<typeof listSchema>;

export interface BackupReport {
  file: string;
  bytes: number;
  made_at: string;
  rows: Record<string, number>;
}

interface Options {
  /** Folder or address of the library. */
  home: string;
  /** Folder for what is under way, where the library is not in one. */
  localHome?: string | undefined;
  file: string;
  logger?: StoreLogger | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Writes the library's head and the tables it names into one file (tar), which is read back and compared. Nobody
 * waits for it. Not in it: settings, jobs, models, videos.
 * @throws RollcallError `bad_argument` when the file exists, `not_found` where there is no library, `damaged_library`,
 * `no_space`
 */
export async function backUp({ home, localHome = home, file, logger, signal }: Options): Promise<BackupReport> {
  if (await exists(file))
    throw new RollcallError(
      'bad_argument',
      `${file} exists already.`,
      'Give the name of a file that is not there yet.',
    );
  if ((await readHead(home)) === null) throw noLibrary(home);
  if (localHome !== home) await openHome(localHome, logger);
  await sweepPassing(localHome);
  const folder = passingFolder(localHome, 'backup');
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    const { rows } = await copyOfNow(home, folder, file, { logger, signal });
    const made_at = new Date().toISOString();
    const files = await filesOf(folder, '', signal);
    const listed: FileList = { format: 1, made_at, files };
    await writeFile(path.join(folder, LIST_FILE), JSON.stringify(listed), { mode: PRIVATE_FILE });
    await create({ cwd: folder, file: unfinished, portable: true, strict: true, mode: PRIVATE_FILE }, [
      LIST_FILE,
      HEAD_FILE,
      TABLES,
    ]);
    await chmod(unfinished, PRIVATE_FILE);
    await readBack(unfinished, listed, file, signal);
    await syncFile(unfinished);
    await rename(unfinished, file);
    return { file, bytes: (await stat(file)).size, made_at, rows };
  } catch (error) {
    throw asRollcallError(error);
  } finally {
    await clear(folder);
    await rm(unfinished, { force: true });
  }
}

export interface RestoreReport extends BackupReport {
  /** Where the library that was there lies now. */
  replaced: string | null;
}

/**
 * Puts a backup in the place of the home's library, when every file of it is right and every table reads whole. The
 * library that was there is moved aside; in an object store there must be none.
 * @throws RollcallError `bad_argument` when there is a library and `replace` is not set, `not_found`,
 * `damaged_library` for a backup that is not whole, `incompatible_library` for one of a newer version
 */
export async function restore({
  home,
  localHome = home,
  file,
  replace,
  logger,
  signal,
}: Options & { replace: boolean }): Promise<RestoreReport> {
  const { size: bytes } = await stat(file).catch((cause: unknown) => {
    throw new RollcallError('not_found', `There is no file ${file}.`, 'Give the path of a backup.', { cause });
  });
  await openHome(localHome, logger);
  await sweepPassing(localHome);
  const folder = passingFolder(localHome, 'restore');
  try {
    await makePrivateFolder(folder);
    await extract({
      cwd: folder,
      file,
      strict: true,
      preserveOwner: false,
      filter: (name, entry) =>
        CONTENT.test(name) && 'type' in entry && (entry.type === 'File' || entry.type === 'OldFile'),
    }).catch((cause: unknown) => {
      const known = asRollcallError(cause);
      throw known.code === 'internal' ? damagedBackup(file, cause) : known;
    });
    const listed = await readList(folder, file);
    compare(await filesOf(folder, '', signal), listed, file);
    const head = await readHead(folder);
    if (head === null) throw damagedBackup(file);
    const rows = await rowsOf(folder, head, file, signal);
    const replaced = isAddress(home)
      ? await putInStore(home, folder, head, file, { logger, signal })
      : await putInPlace(home, folder, head, replace, { logger, signal });
    return { file, bytes, made_at: listed.made_at, rows, replaced };
  } catch (error) {
    throw asRollcallError(error);
  } finally {
    await clear(folder);
  }
}

type Watching = Pick<Options, 'logger' | 'signal'>;
type Copied = Pick<BackupReport, 'rows'>;

/**
 * What the head names is never changed, and goes from disk only minutes after nobody should be reading it: so nobody
 * need wait for this. Only where that was not long enough writers do.
 */
async function copyOfNow(home: string, folder: string, file: string, watching: Watching): Promise<Copied> {
  const copied = async (): Promise<Copied> => {
    const head = await readHead(home);
    if (head === null) throw noLibrary(home);
    await copyTo(folder, home, head, watching.signal);
    return { rows: await rowsOf(folder, head, file, watching.signal) };
  };
  try {
    return await copied();
  } catch (error) {
    if (asRollcallError(error).code !== 'damaged_library') throw error;
  }
  await clear(folder);
  const lease = await placeAt(home).lock(LOCK_STALE_MS, watching);
  try {
    return await copied();
  } finally {
    await lease.release();
  }
}

async function copyTo(folder: string, home: string, head: Head, signal?: AbortSignal): Promise<void> {
  if (!isAddress(home)) return copyLibrary(home, head, folder, signal);
  await makePrivateFolder(folder);
  await downloadTables(objectPlaceAt(home), Object.keys(head.versions), folder, signal);
  await writeHead(folder, head);
}

/** The head comes last, when the store has given back every table whole. */
async function putInStore(
  address: string,
  folder: string,
  head: Head,
  file: string,
  watching: Watching,
): Promise<null> {
  const { signal } = watching,
    place = objectPlaceAt(address);
  await place.checkConditions(signal);
  const lease = await place.lock(LOCK_STALE_MS, watching);
  try {
    await uploadTables(place, folder, signal);
    await rowsOf(address, head, file, signal);
    // Of another library's leases.
    const { fence: _, ...own } = head;
    if (lease.lost.aborted || (await replaceHead(place, own, null)) === null) throw lockLost();
    return null;
  } finally {
    await lease.release();
  }
}

/** Somebody may still be writing into it; what stays is swept by the next opening. */
async function clear(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
}

/** The head comes last: a process that dies on the way leaves the old library aside, and nothing half in its place. */
async function putInPlace(
  home: string,
  folder: string,
  head: Head,
  replace: boolean,
  watching: Watching,
): Promise<string | null> {
  const lease = await placeAt(home).lock(LOCK_STALE_MS, watching);
  try {
    const there = (await readdir(home)).filter((name) => OF_LIBRARY.includes(name));
    const isUsed = there.includes(HEAD_FILE) || there.includes(COPY_FILE);
    if (isUsed && !replace)
      throw new RollcallError(
        'bad_argument',
        `There is a library in ${home}.`,
        'Add --replace to move it aside, or set another home folder.',
      );
    const aside = path.join(home, `replaced-${new Date().toISOString().replace(/[:.]/g, '-')}`);
    if (there.length > 0) await makePrivateFolder(aside);
    for (const name of there) await rename(path.join(home, name), path.join(aside, name));
    try {
      await rename(path.join(folder, TABLES), path.join(home, TABLES));
      await writeHead(home, head);
    } catch (error) {
      await putBack(home, aside, there);
      throw error;
    }
    return there.length > 0 ? aside : null;
  } finally {
    await lease.release();
  }
}

/** As it was, what came in its place being gone: on a full disk that frees the room for it. */
async function putBack(home: string, aside: string, names: readonly string[]): Promise<void> {
  for (const name of OF_LIBRARY) await clear(path.join(home, name));
  // The head last, as when it was put aside: without its tables it says nothing.
  for (const name of names.toSorted((a, b) => Number(a === HEAD_FILE) - Number(b === HEAD_FILE)))
    await rename(path.join(aside, name), path.join(home, name));
  await clear(aside);
}

/** @param folder or an address */
async function rowsOf(folder: string, head: Head, file: string, signal?: AbortSignal): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const state of await checkTables(folder, head, signal)) {
    if (state.rows === null)
      throw new RollcallError(
        'damaged_library',
        `The table "${state.table}" of what was to be kept in ${file} can't be read whole.`,
        'Run `rollcall-mcp doctor --repair`, or take another backup.',
      );
    rows[state.table] = state.rows;
  }
  return rows;
}

async function readList(folder: string, file: string): Promise<FileList> {
  try {
    return listSchema.parse(JSON.parse(await readFile(path.join(folder, LIST_FILE), 'utf8')));
  } catch (cause) {
    throw damagedBackup(file, cause);
  }
}

/** @throws RollcallError unless the same files are in both, byte for byte */
function compare(found: FileList['files'], listed: FileList, file: string): void {
  const lines = (files: FileList['files']): string =>
    files
      .filter((f) => f.path !== LIST_FILE)
      .map((f) => `${f.path} ${f.bytes} ${f.sha256}`)
      .sort()
      .join('\n');
  if (lines(found) !== lines(listed.files)) throw damagedBackup(file);
}

/** @throws RollcallError unless the disk gives back what was written to it */
async function readBack(unfinished: string, listed: FileList, file: string, signal?: AbortSignal): Promise<void> {
  try {
    compare(await filesIn(unfinished, signal), listed, file);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RollcallError(
      'damaged_library',
      `What was written to ${file} did not read back as it was, so it was not kept.`,
      'Look whether that disk is sound, and take the backup on another.',
      { cause },
    );
  }
}

/** The files below a folder, with their hashes; paths with slashes. */
async function filesOf(folder: string, below: string, signal?: AbortSignal): Promise<FileList['files']> {
  const files: FileList['files'] = [];
  for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
    stopIfAborted(signal);
    const at = below === '' ? entry.name : `${below}/${entry.name}`;
    if ([COPY_FILE, KEY_FILE].includes(entry.name)) continue;
    if (entry.isDirectory()) files.push(...(await filesOf(folder, at, signal)));
    else files.push({ path: at, ...(await hashed(createReadStream(path.join(folder, at)))) });
  }
  return files;
}

async function filesIn(tarball: string, signal?: AbortSignal): Promise<FileList['files']> {
  const files: Promise<FileList['files'][number]>[] = [];
  await list({
    file: tarball,
    strict: true,
    onReadEntry: (entry) => {
      if (entry.type === 'Directory') return;
      files.push(hashed(entry).then((of) => ({ path: entry.path, ...of })));
    },
  });
  stopIfAborted(signal);
  return Promise.all(files);
}

async function hashed(stream: AsyncIterable<Uint8Array>): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return false;
      throw asRollcallError(error);
    },
  );
}

function noLibrary(home: string): RollcallError {
  return new RollcallError(
    'not_found',
    `There is no library in ${home}.`,
    'Index a video first, or set the home folder.',
  );
}

function damagedBackup(file: string, cause?: unknown): RollcallError {
  return new RollcallError(
    'damaged_library',
    `${file} is no backup of a library, or is not whole.`,
    'Take another one.',
    {
      cause,
    },
  );
}
