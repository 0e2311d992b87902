/** Whether what LanceDB says it wrote is on the disk. */
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { RollcallError } from '../../domain/errors/errors.js';

/** Data and manifests end with this (Lance file format, footer). */
const MAGIC = 'LANC';
/** Clocks of file systems are coarse. */
const COARSE_MS = 2000;

/**
 * LanceDB may lose the error of a write that was cut short, as at a limit on the size of files, and name the short file
 * in a version all the same. So before a version is named, its new files must have their ends.
 * @param folder of a table
 * @param since when the write began, ms
 * @throws RollcallError `no_space`
 */
export async function checkWritten(folder: string, since: number): Promise<void> {
  for (const part of ['data', '_versions']) {
    const names = await readdir(path.join(folder, part)).catch(() => []);
    for (const name of names) {
      // What is named by a UUID is of another format.
      if (!/^([0-9a-f]+\.lance|\d+\.manifest)$/.test(name)) continue;
      const file = path.join(folder, part, name);
      const found = await stat(file).catch(() => null); // gone meanwhile
      if (found && found.mtimeMs >= since - COARSE_MS && !(await isWhole(file, found.size))) throw cutShort();
    }
  }
}

async function isWhole(file: string, size: number): Promise<boolean> {
  if (size < MAGIC.length) return false;
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, size - MAGIC.length);
    return buffer.toString('latin1') === MAGIC;
  } finally {
    await handle.close();
  }
}

function cutShort(): RollcallError {
  return new RollcallError(
    'no_space',
    'A file of the library was cut short: the disk is full, or a quota or a limit on the size of files is reached.',
    'Nothing was changed. Make room where ROLLCALL_HOME is, then call again.',
  );
}
