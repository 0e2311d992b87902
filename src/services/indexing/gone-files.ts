/** Films that the library knows and whose files are gone, or are others by now: who they show still counts. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../../domain/errors/error-code.js';
import type { VideoRow } from '../../store/rows.js';

/** A folder as it is found now. */
export interface FolderNow {
  /** Paths of the videos and photos in it. */
  files: string[];
  /** Those that the library knows and that are no longer there. */
  gone: string[];
}

/**
 * @param folder as its files' paths begin
 * @param there files that a look into the folder found
 * @returns paths, sorted; a file that can't be reached counts as there
 */
export async function goneFiles(
  folder: string,
  there: Iterable<string>,
  known: readonly Pick<VideoRow, 'source'>[],
): Promise<string[]> {
  const prefix = folder.endsWith(path.sep) ? folder : folder + path.sep,
    found = new Set(there);
  const missing = [...new Set(known.map(({ source }) => source))].filter(
    (source) => source.startsWith(prefix) && !found.has(source),
  );
  const gone: string[] = [];
  for (const file of missing.sort()) if (await isGone(file)) gone.push(file);
  return gone;
}

/**
 * Films that were indexed from where another lies now: overwritten, or indexed as they were still being written.
 * @param now what lies where
 * @returns video_ids
 */
export function formerFilms(
  now: readonly { source: string; video_id: string | null }[],
  known: readonly Pick<VideoRow, 'source' | 'video_id'>[],
): string[] {
  const at = new Map(now.flatMap(({ source, video_id }) => (video_id === null ? [] : [[source, video_id] as const])));
  return known
    .filter(({ source, video_id }) => at.has(source) && at.get(source) !== video_id)
    .map(({ video_id }) => video_id);
}

async function isGone(file: string): Promise<boolean> {
  return stat(file).then(
    () => false,
    (error: unknown) => hasCode(error, 'ENOENT'),
  );
}
