/** How much room a folder takes. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { stopIfAborted } from '../abort.js';

/** Milliseconds without a change after which what is in a folder of LanceDB's is taken to be written. */
const SETTLED_MS = 60_000;

/** What lies in a folder itself. */
interface Content {
  bytes: number;
  folders: readonly string[];
}

/** By folder: what was there when it was last changed. */
type Remembered = Map<string, Content & { changed_ms: number }>;

/** Bytes of the files in a folder and below, without folders of it that are named. What goes meanwhile counts 0. */
export async function folderBytes(
  folder: string,
  without: readonly string[] = [],
  signal?: AbortSignal,
): Promise<number> {
  return bytesBelow(folder, without, { before: new Map(), now: new Map() }, signal);
}

/**
 * The same, asked again and again: LanceDB never changes a file that it has written, so that of its folders only those
 * are read again in which something came or went. Of a large library that is one look in twelve.
 */
export function rememberedFolderBytes(): typeof folderBytes {
  let before: Remembered = new Map();
  return async (folder, without = [], signal) => {
    const now: Remembered = new Map();
    const bytes = await bytesBelow(folder, without, { before, now }, signal);
    before = now;
    return bytes;
  };
}

async function bytesBelow(
  folder: string,
  without: readonly string[],
  remembered: { before: Remembered; now: Remembered },
  signal: AbortSignal | undefined,
): Promise<number> {
  const content = folder.includes('.lance')
    ? await rememberedContent(folder, remembered, signal)
    : await contentOf(folder, signal);
  let { bytes } = content;
  for (const name of content.folders)
    if (!without.includes(name)) bytes += await bytesBelow(path.join(folder, name), [], remembered, signal);
  return bytes;
}

async function rememberedContent(
  folder: string,
  { before, now }: { before: Remembered; now: Remembered },
  signal: AbortSignal | undefined,
): Promise<Content> {
  // Asked first: what comes while it is read is seen next time.
  const changed_ms = (await stat(folder).catch(() => null))?.mtimeMs ?? Infinity;
  const known = before.get(folder);
  const content = known?.changed_ms === changed_ms ? known : await contentOf(folder, signal);
  if (Date.now() - changed_ms > SETTLED_MS) now.set(folder, { ...content, changed_ms });
  return content;
}

async function contentOf(folder: string, signal: AbortSignal | undefined): Promise<Content> {
  const folders: string[] = [];
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    stopIfAborted(signal);
    if (entry.isDirectory()) folders.push(entry.name);
    else if (entry.isFile()) bytes += (await stat(path.join(folder, entry.name)).catch(() => null))?.size ?? 0;
  }
  return { bytes, folders };
}
