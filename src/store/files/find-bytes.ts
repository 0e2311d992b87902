/** Looks for byte strings in all files of a folder, or in what else comes in pieces: the proof that they are gone. */
import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { stopIfAborted } from '../abort.js';
import { hasCode } from '../../domain/errors/error-code.js';

/** Bytes read at once. */
export const CHUNK = 1 << 22;
/** A filter over the first four bytes of what is looked for: 2^22 places. */
const FILTER_BITS = 22;
const SHORTEST = 4;

export interface BytesFound {
  files: number;
  bytes: number;
  /** Files in which anything was found, and what: its places in the list that was given. */
  found: { file: string; patterns: number[] }[];
}

/**
 * @param patterns of at least 4 bytes each; shorter ones are left out, since they are found anywhere
 * @param without folders directly in `folder` that are left out
 */
export async function findBytes(
  folder: string,
  patterns: readonly Uint8Array[],
  without: readonly string[] = [],
  signal?: AbortSignal,
): Promise<BytesFound> {
  const finder = new Finder(patterns);
  const result: BytesFound = { files: 0, bytes: 0, found: [] };
  for (const file of await filesIn(folder, without)) {
    stopIfAborted(signal);
    const hits = new Set<number>();
    const bytes = await finder.search(file, hits, signal);
    if (bytes === null) continue;
    result.files++;
    result.bytes += bytes;
    if (hits.size > 0) result.found.push({ file, patterns: [...hits].sort((a, b) => a - b) });
  }
  return result;
}

async function filesIn(folder: string, without: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!without.includes(entry.name)) files.push(...(await filesIn(at, [])));
    } else if (entry.isFile()) files.push(at);
  }
  return files;
}

/** What may not be looked into was not searched. @throws the system's error; not for a folder that is no more */
async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
}

/** Finds any of many byte strings in one pass. */
export class Finder {
  readonly #byStart = new Map<number, { index: number; bytes: Buffer }[]>();
  readonly #filter = new Uint8Array(1 << FILTER_BITS);
  readonly #longest: number;

  constructor(patterns: readonly Uint8Array[]) {
    let longest = SHORTEST;
    for (const [index, pattern] of patterns.entries()) {
      if (pattern.length < SHORTEST) continue;
      const bytes = Buffer.from(pattern);
      const start = bytes.readInt32LE(0);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), { index, bytes }]);
      this.#filter[place(start)] = 1;
      longest = Math.max(longest, bytes.length);
    }
    this.#longest = longest;
  }

  /** @returns bytes read; null when the file is no more */
  async search(file: string, hits: Set<number>, signal: AbortSignal | undefined): Promise<number | null> {
    try {
      const handle = await open(file, 'r');
      try {
        const buffer = Buffer.alloc(CHUNK);
        const pieces = async function* (): AsyncGenerator<Buffer> {
          for (;;) {
            const { bytesRead } = await handle.read(buffer, 0, CHUNK);
            if (bytesRead === 0) return;
            yield buffer.subarray(0, bytesRead);
          }
        };
        return await this.searchIn(pieces(), hits, signal);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  }

  /** @param pieces one after the other, of at most CHUNK bytes @param hits is added to @returns bytes read */
  async searchIn(pieces: AsyncIterable<Buffer>, hits: Set<number>, signal?: AbortSignal): Promise<number> {
    const buffer = Buffer.alloc(CHUNK + this.#longest);
    let total = 0,
      carried = 0;
    for await (const piece of pieces) {
      stopIfAborted(signal);
      total += piece.length;
      piece.copy(buffer, carried);
      const filled = buffer.subarray(0, carried + piece.length);
      this.#scan(filled, hits);
      // What begins at the end of this piece goes on in the next.
      carried = Math.min(this.#longest - 1, filled.length);
      filled.copy(buffer, 0, filled.length - carried);
    }
    return total;
  }

  #scan(bytes: Buffer, hits: Set<number>): void {
    const last = bytes.length - SHORTEST;
    if (last < 0) return;
    let key = bytes.readInt32LE(0);
    for (let at = 0; ; at++) {
      if (this.#filter[place(key)] === 1)
        for (const { index, bytes: wanted } of this.#byStart.get(key) ?? [])
          if (
            !hits.has(index) &&
            at + wanted.length <= bytes.length &&
            bytes.compare(wanted, 0, wanted.length, at, at + wanted.length) === 0
          )
            hits.add(index);
      if (at === last) return;
      key = (key >>> 8) | ((bytes[at + SHORTEST] ?? 0) << 24);
    }
  }
}

function place(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - FILTER_BITS);
}
