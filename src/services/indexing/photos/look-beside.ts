/** Where a photo lies that another took the place of: one that was only renamed is itself, and not what lies there. */
import { stat } from 'node:fs/promises';
import { Source } from '../../../media/sources/source.js';
import type { VideoRow } from '../../../store/rows.js';
import type { Resources } from '../../resources.js';

/**
 * @param files those that are indexed with it; nothing is read of them before it is asked
 * @returns whether one of them has the content of this photo under another name
 */
export function lookBeside(
  files: readonly string[],
  { sources }: Pick<Resources, 'sources'>,
  signal: AbortSignal,
): (photo: Pick<VideoRow, 'source' | 'size_bytes' | 'content_hash'>) => Promise<boolean> {
  let bySize: Promise<ReadonlyMap<number, Source<'file'>[]>> | undefined;
  return async ({ source, size_bytes, content_hash }) => {
    bySize ??= filesBySize();
    const { contentHash } = await import('../../../media/sources/files.js');
    for (const file of (await bySize).get(size_bytes) ?? []) {
      if (file.shown === source) continue;
      if ((await contentHash(file, signal).catch(() => null)) === content_hash) return true;
    }
    signal.throwIfAborted();
    return false;
  };

  async function filesBySize(): Promise<ReadonlyMap<number, Source<'file'>[]>> {
    const found = new Map<number, Source<'file'>[]>();
    for (const name of files) {
      signal.throwIfAborted();
      try {
        const file = await sources.file(name),
          { size } = await stat(Source.locationOf(file));
        found.set(size, [...(found.get(size) ?? []), file]);
      } catch {
        // What can't be read is told of by whoever indexes it.
      }
    }
    return found;
  }
}
