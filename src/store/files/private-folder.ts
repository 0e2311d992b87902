/**
 * The home folder is its owner's alone: biometric data, paths, names. Nothing here does anything on Windows, where a
 * user's folders are closed by what they inherit and modes mean little.
 */
import { chmod, lstat, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { StoreLogger } from '../api.js';
import { hasCode } from '../../domain/errors/error-code.js';

export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/** What lies in a home, as far as it is ours. */
const OURS =
  /^(library\.(json|json\.copy|key|lance)|staged\.lance|config\.json|write\.lock|runs|jobs|audit|cache|models|\.doctor-\d+|.*\.tmp|\.DS_Store)$/;
/** Copies of a library that lie beside it (library-copy, repair). */
const COPIES = /^((library-of-schema|replaced|damaged)-|\.(backup|restore)-)/;

/** Makes a folder below the home, and what leads to it. @throws the system's error */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
}

/**
 * Makes the home, or closes one that was made too open: the folder itself, which closes all below it, and what of ours
 * lies in it, in case that it holds other things too, as a folder that people share would; that is not closed, nor
 * what a link in it leads to.
 * Logs who else could, or still can, put files there.
 * @throws the system's error when it can't be made
 */
export async function openHome(home: string, logger?: StoreLogger): Promise<void> {
  await makePrivateFolder(home);
  if (process.platform === 'win32') return;
  const folder = await realpath(home);
  const names = await readdir(folder);
  const ours = names.filter((name) => OURS.test(name) || COPIES.test(name)).map((name) => path.join(folder, name));
  const closed: string[] = [];
  for (const file of ours.length === names.length ? [folder, ...ours] : ours)
    if (await closeToOthers(file)) closed.push(file);
  if (closed.length > 0)
    logger?.warn(
      { closed: closed.map((file) => (file === folder ? 'home' : path.basename(file))) },
      'others of this machine could open these: closed to them',
    );
  for (const trouble of await homeTroubles(home)) logger?.warn({}, trouble);
}

/** What is wrong with who may enter a home, in sentences. @param uid of this process; undefined on Windows */
export async function homeTroubles(home: string, uid = process.getuid?.()): Promise<string[]> {
  if (uid === undefined) return [];
  const found = await stat(home);
  return [
    ...(found.uid === uid ? [] : [`The home folder belongs to somebody else (user ${found.uid}; this is ${uid}).`]),
    ...((found.mode & OTHERS_WRITE) === 0
      ? []
      : [`Others may write to the home folder (mode ${(found.mode & 0o7777).toString(8).padStart(4, '0')}).`]),
  ];
}

/** @returns whether it was open */
async function closeToOthers(file: string): Promise<boolean> {
  try {
    const found = await lstat(file);
    // Where it leads may be anything, as /etc in a home that others could write to.
    if (found.isSymbolicLink()) return false;
    // What belongs to somebody else is theirs to close; for root chmod would succeed.
    if ((found.mode & OTHERS) === 0 || found.uid !== process.getuid?.()) return false;
    await chmod(file, found.mode & 0o7777 & ~OTHERS);
    return true;
  } catch (error) {
    // Gone meanwhile, as the temporary file of another process; or a file system without modes: homeTroubles sees it.
    if (hasCode(error, 'ENOENT', 'EPERM', 'ENOTSUP', 'EROFS')) return false;
    throw error;
  }
}
