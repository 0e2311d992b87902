/** What the objects of a library hold: how much, and whether anything of what is looked for. */
import { stopIfAborted } from '../abort.js';
import { type BytesFound, CHUNK, Finder } from '../files/find-bytes.js';
import { objectPlaceAt } from './place-at.js';

/** Looks for byte strings in every object of a library. Reads all of it: what the store asks for that is to be paid. */
export async function findInObjects(
  address: string,
  patterns: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<BytesFound> {
  const place = objectPlaceAt(address);
  const finder = new Finder(patterns);
  const result: BytesFound = { files: 0, bytes: 0, found: [] };
  for (const object of await place.list(signal)) {
    stopIfAborted(signal);
    const hits = new Set<number>();
    result.bytes += await finder.searchIn(place.pieces(object, CHUNK, signal), hits, signal);
    result.files++;
    if (hits.size > 0)
      result.found.push({ file: `${place.name}/${object.key}`, patterns: [...hits].sort((a, b) => a - b) });
  }
  return result;
}

/** Bytes of all objects of a library. */
export async function objectBytes(address: string, signal?: AbortSignal): Promise<number> {
  return (await objectPlaceAt(address).list(signal)).reduce((sum, { bytes }) => sum + bytes, 0);
}
