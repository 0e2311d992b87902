/** How much room a folder takes. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { stopIfAborted } from '../abort.js';

/** Bytes of the files in a folder and below, without folders of it that are named. What goes meanwhile counts 0. */
export async function folderBytes(
  folder: string,
  without: readonly string[] = [],
  signal?: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    stopIfAborted(signal);
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += without.includes(entry.name) ? 0 : await folderBytes(at, [], signal);
    else if (entry.isFile()) bytes += (await stat(at).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
