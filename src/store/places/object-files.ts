/** Tables of a library between an object store and a folder, file by file. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asRollcallError, RollcallError } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';
import { PRIVATE_FILE } from '../files/private-folder.js';
import { HEAD_FILE, TABLES } from './folder-place.js';
import type { ObjectPlace } from './object-place.js';

/** Objects on their way at a time. */
const AT_ONCE = 8;
const PIECE_BYTES = 8 * 2 ** 20;

/**
 * Every object of some tables, into a folder. One that upkeep takes away meanwhile is not in it: read it, or hold the
 * writer's lock.
 */
export async function downloadTables(
  place: ObjectPlace,
  tables: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const wanted = tables.map((table) => `${TABLES}/${table}.lance/`);
  const objects = (await place.list(signal)).filter(({ key }) => wanted.some((prefix) => key.startsWith(prefix)));
  await severalAtOnce(objects, signal, async (object) => {
    const file = path.join(folder, ...object.key.split('/'));
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, place.pieces(object, PIECE_BYTES, signal), { mode: PRIVATE_FILE });
  });
}

/**
 * The tables of a folder into a store where there is no library. Where that fails, what came there is gone again.
 * @throws RollcallError `bad_argument` where something of a library is
 */
export async function uploadTables(place: ObjectPlace, folder: string, signal?: AbortSignal): Promise<void> {
  const there = (await place.list(signal)).some(({ key }) => key === HEAD_FILE || key.startsWith(`${TABLES}/`));
  if (there)
    throw new RollcallError(
      'bad_argument',
      `There is a library in ${place.name}, or what is left of one.`,
      "Set ROLLCALL_HOME to a prefix with nothing below it; nothing in a store is put aside or removed for a backup. The store's own means empty one.",
    );
  const root = path.join(folder, TABLES);
  const entries = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = entries.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return { file, key: [TABLES, ...path.relative(root, file).split(path.sep)].join('/') };
  });
  try {
    await severalAtOnce(files, signal, ({ key, file }) => place.putFile(key, file, signal));
  } catch (error) {
    await severalAtOnce(files, undefined, ({ key }) => place.remove(key)).catch(() => undefined);
    throw asRollcallError(error);
  }
}

async function severalAtOnce<T>(
  all: readonly T[],
  signal: AbortSignal | undefined,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const left = [...all];
  const works = Array.from({ length: AT_ONCE }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      stopIfAborted(signal);
      await work(one);
    }
  });
  try {
    await Promise.all(works);
  } finally {
    left.length = 0;
    await Promise.allSettled(works);
  }
}
