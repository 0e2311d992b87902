/** Whether a request needs no work: its videos are known as finely as it asks for. Nothing is decoded to tell. */
import { stat } from 'node:fs/promises';
import { clip } from '../../domain/intervals.js';
import { Source } from '../../media/source.js';
import type { IndexRequest } from '../requests/index-video.js';
import type { Resources } from '../resources.js';
import { indexed, type IndexedVideo } from './describe-video.js';
import { mannerOf, movedWarning } from './index-file.js';
import { askedRange, looksOf, missing, whatChanges } from './looks.js';

export interface KnownVideo extends IndexedVideo {
  source: string;
}

/**
 * @param files the videos of the request's source
 * @returns null when there is something to do for one of them. @throws RollcallError `not_found` for a missing file
 */
export async function knownVideos(
  files: readonly string[],
  request: IndexRequest,
  resources: Resources,
  signal: AbortSignal,
): Promise<KnownVideo[] | null> {
  const sources = await Promise.all(files.map((file) => resources.sources.video(file)));
  const local = sources.filter((source) => source.is('file'));
  // What lies behind an address may have changed.
  if (local.length < sources.length) return null;
  if (request.force) return null;
  const library = await resources.library();
  const rows = await library.videos(signal);
  // Reading a file to its end is only worth it when it may be one of them.
  const sizes = await Promise.all(local.map(async (file) => (await stat(Source.locationOf(file))).size));
  if (!sizes.every((size) => rows.some((row) => row.size_bytes === size))) return null;
  const { contentHash } = await import('../../media/files.js');
  const asked = askedRange(request),
    manner = mannerOf(request, resources.settings);
  const known: KnownVideo[] = [];
  for (const [i, file] of local.entries()) {
    const source = files[i] ?? file.shown;
    const hash = await contentHash(file, signal);
    const row = rows.find((r) => r.content_hash === hash);
    if (!row) return null;
    const looks = looksOf(row),
      span = { start_s: row.start_s, end_s: row.duration_s };
    if (clip([asked], span).length === 0 || missing(looks, asked, manner, span).length > 0) return null;
    const warnings = [...movedWarning(row, source), ...whatChanges(looks, asked, { ...manner, asked: [] })];
    known.push({ source, ...(await indexed(resources, row.video_id, true, warnings, signal)) });
  }
  return known;
}
