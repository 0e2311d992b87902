/** Which photo of the library a file is: one that is known, one that was moved, another in the place of one, or new. */
import { deriveId } from '../../../domain/ids.js';
import type { OpenedPhoto } from '../../../media/pictures/images.js';
import type { VideoRow } from '../../../store/rows.js';
import { movedWarning } from '../looked-at.js';
import { movedTo } from '../moved.js';
import { PHOTO_VERSION, type PhotoFile } from './photo-rows.js';

export type NamedPhoto =
  | { is: 'known'; video_id: string; warnings: string[] }
  /** Known, and no longer where it was. */
  | { is: 'moved'; row: VideoRow }
  | { is: 'new'; photo: PhotoFile };

/**
 * Names photos, one after the other.
 * @param rows all of the library; @param force what is known is looked at again
 * @param isThere whether what was indexed as this row still lies where it was
 * @param isBeside whether it lies under another name by now
 */
export function photoNamer(
  rows: readonly VideoRow[],
  run_id: string,
  force: boolean,
  isThere: (row: VideoRow) => Promise<boolean>,
  isBeside: (row: VideoRow) => Promise<boolean>,
): (source: string, opened: Pick<OpenedPhoto, 'content_hash' | 'size_bytes'>) => Promise<NamedPhoto> {
  const photos = rows.filter((row) => row.coverage.photo);
  const byHash = new Map(photos.map((row) => [row.content_hash, row])),
    bySource = new Map(photos.map((row) => [row.source, row])),
    hashOf = new Map(rows.map((row) => [row.video_id, row.content_hash]));
  const begun = new Map<string, PhotoFile>();

  return async (source, { content_hash, size_bytes }) => {
    const twin = begun.get(content_hash);
    if (twin) return { is: 'known', video_id: twin.video_id, warnings: movedWarning(twin, source) };
    let same = byHash.get(content_hash);
    if (same && same.source !== source && !(await isThere(same))) {
      bySource.delete(same.source);
      same = movedTo(same, source);
      byHash.set(content_hash, same);
      bySource.set(source, same);
      if (isUpToDate(same)) return { is: 'moved', row: same };
    }
    if (same && isUpToDate(same)) return { is: 'known', video_id: same.video_id, warnings: movedWarning(same, source) };
    const photo = { video_id: await idFor(source, content_hash, same), run_id, source, content_hash, size_bytes };
    begun.set(content_hash, photo);
    return { is: 'new', photo };
  };

  function isUpToDate(row: VideoRow): boolean {
    return !force && row.pipeline_version === PHOTO_VERSION;
  }

  /** A photo that takes the place of another in its file goes on under its id, with its label and its edits. */
  async function idFor(source: string, content_hash: string, same: VideoRow | undefined): Promise<string> {
    if (same) return same.video_id;
    const there = bySource.get(source),
      before = there && !(await isBeside(there)) ? there : undefined;
    if (before) byHash.delete(before.content_hash);
    const own = deriveId('video', content_hash);
    const isFree = !hashOf.has(own);
    const video_id = before?.video_id ?? (isFree ? own : deriveId('video', content_hash, source));
    hashOf.set(video_id, content_hash);
    return video_id;
  }
}
