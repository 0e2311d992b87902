/** The file that a video was indexed from, if it is still there. */
import { stat } from 'node:fs/promises';
import { RollcallError } from '../../domain/errors/errors.js';
import { Source } from '../../media/sources/source.js';
import type { VideoRow } from '../../store/rows.js';
import type { Resources } from '../resources.js';

/** The file, or in words why there is none. */
export async function footageOf(
  video: VideoRow,
  { sources }: Pick<Resources, 'sources'>,
): Promise<{ file: Source<'file'> } | { missing: string }> {
  if (/^https?:/i.test(video.source)) return { missing: 'It was indexed from the web and is not kept' };
  try {
    const file = await sources.file(video.source);
    const { size } = await stat(Source.locationOf(file));
    return size === video.size_bytes ? { file } : { missing: 'Another file lies in its place' };
  } catch (error) {
    return { missing: whyUnreadable(error) };
  }
}

/** Why the footage can't be read. @throws RollcallError `cancelled` when that is why */
export function whyUnreadable(error: unknown): string {
  if (error instanceof RollcallError && error.code === 'cancelled') throw error;
  return error instanceof RollcallError && error.code === 'forbidden'
    ? 'It lies outside the folders that may be read'
    : 'Its file is gone, moved or damaged';
}
