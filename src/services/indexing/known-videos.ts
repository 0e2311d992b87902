/** Whether a request needs no work: its videos are known as finely as it asks for. Nothing is decoded to tell. */
import { stat } from 'node:fs/promises';
import { clip } from '../../domain/intervals.js';
import { Source } from '../../media/source.js';
import type { VideoRow } from '../../store/rows.js';
import type { IndexRequest } from '../requests/index-video.js';
import type { Resources } from '../resources.js';
import { indexedAll, type IndexedVideo } from './describe-video.js';
import { mannerOf } from './index-file.js';
import { askedRange, looksOf, missing, movedWarning, whatChanges } from './looks.js';
import { PHOTO_VERSION } from './photo-rows.js';

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
  const sizes = new Set(rows.map((row) => row.size_bytes));
  for (const file of local) if (!sizes.has((await stat(Source.locationOf(file))).size)) return null;
  const { contentHash } = await import('../../media/files.js');
  const asked = askedRange(request),
    manner = mannerOf(request, resources.settings);
  const byHash = new Map(rows.map((row) => [row.content_hash, row]));
  const known: { source: string; video_id: string; warnings: string[] }[] = [];
  const inPlace = new Set<string>();
  const photos: VideoRow[] = [];
  for (const [i, file] of local.entries()) {
    const source = files[i] ?? file.shown;
    const row = byHash.get(await contentHash(file, signal));
    if (!row) return null;
    if (row.coverage.photo) {
      if (row.pipeline_version !== PHOTO_VERSION) return null;
      if (row.source === file.shown) inPlace.add(row.video_id);
      photos.push(row);
      known.push({ source, video_id: row.video_id, warnings: movedWarning(row, file.shown) });
      continue;
    }
    const looks = looksOf(row),
      span = { start_s: row.start_s, end_s: row.duration_s };
    if (clip([asked], span).length === 0 || missing(looks, asked, manner, span).length > 0) return null;
    const warnings = [...movedWarning(row, source), ...whatChanges(looks, asked, { ...manner, asked: [] })];
    known.push({ source, video_id: row.video_id, warnings });
  }
  // One that is not where it was may have been moved, which is worth remembering.
  if (photos.some((row) => !inPlace.has(row.video_id))) return null;
  const videos = await indexedAll(
    resources,
    known.map((k) => ({ ...k, already_indexed: true })),
    signal,
  );
  return videos.map((video, i) => ({ source: known[i]?.source ?? video.coverage.source, ...video }));
}
