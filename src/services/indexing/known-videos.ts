/**
 * Whether a request needs no work: its videos are known as finely as it asks for. Nothing is decoded to tell, but for a
 * few pictures that may be unreadable.
 */
import { stat } from 'node:fs/promises';
import { asRollcallError, type RollcallError } from '../../domain/errors/errors.js';
import { clip } from '../../domain/intervals.js';
import { isPictureName } from '../../domain/photos.js';
import type { FindSandbox } from '../../media/processes/confinement.js';
import { Source } from '../../media/sources/source.js';
import type { VideoRow } from '../../store/rows.js';
import type { IndexRequest } from '../requests/index-video.js';
import { type Resources, sandboxOf } from '../resources.js';
import { describer } from './describe-video.js';
import type { FileExaminer } from './examine-file.js';
import { mannerOf } from './film/index-file.js';
import { askedRange, looksOf, missing, movedWarning, whatChanges } from './looked-at.js';
import { hasMoved } from './moved.js';
import { PHOTO_LIMITS, type PhotoOutcome } from './photos/index-photos.js';
import { PHOTO_VERSION } from './photos/photo-rows.js';

/** A file of the request; of one that can't be read, why. */
export type KnownVideo = PhotoOutcome;

/** Pictures that are not known and are tried, to tell which can't be read; with more of them there is work to do. */
const TRIED = 5;
/** What is wrong with the picture itself, however often it is tried. */
const UNREADABLE: readonly string[] = ['not_an_image', 'too_large'];

/**
 * @param files the videos of the request's source
 * @returns null when there is something to do for one of them. @throws RollcallError `not_found` for a missing file
 */
export async function knownVideos(
  files: readonly string[],
  request: IndexRequest,
  resources: Resources,
  signal: AbortSignal,
  examiner: FileExaminer,
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
  const unknown: { source: string; file: Source<'file'> }[] = [];
  const isTried = (source: string): boolean => files.length > 1 && isPictureName(source) && unknown.length < TRIED;
  for (const [i, file] of local.entries()) {
    if (sizes.has((await stat(Source.locationOf(file))).size)) continue;
    const source = files[i] ?? file.shown;
    if (!isTried(source)) return null;
    unknown.push({ source, file });
  }
  const asked = askedRange(request),
    manner = mannerOf(request, resources.settings);
  const byHash = new Map(rows.map((row) => [row.content_hash, row]));
  const known: { source: string; video_id: string; warnings: string[] }[] = [];
  const inPlace = new Set<string>();
  const photos: VideoRow[] = [];
  for (const [i, file] of local.entries()) {
    const source = files[i] ?? file.shown;
    if (unknown.some((u) => u.file === file)) continue;
    const row = byHash.get((await examiner.facts(file, signal)).content_hash);
    if (!row) {
      if (!isTried(source)) return null;
      unknown.push({ source, file });
      continue;
    }
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
    if (await hasMoved(row, source, resources)) return null;
    const warnings = [...movedWarning(row, source), ...whatChanges(looks, asked, { ...manner, asked: [] })];
    known.push({ source, video_id: row.video_id, warnings });
  }
  // A photo that is not where it was may have been moved, which is worth remembering.
  if (photos.some((row) => !inPlace.has(row.video_id))) return null;
  // A folder of which nothing is known is told of by its job.
  if (known.length === 0) return null;
  const unreadable = new Map<string, RollcallError>();
  for (const { source, file } of unknown) {
    const error = await whyUnreadable(file, sandboxOf(resources), signal);
    if (!error) return null;
    unreadable.set(source, error);
  }
  const describe = await describer(
    resources,
    known.map((k) => k.video_id),
    signal,
  );
  const told = new Map(known.map((k) => [k.source, describe({ ...k, already_indexed: true })]));
  return files.flatMap((source): KnownVideo[] => {
    const error = unreadable.get(source),
      video = told.get(source);
    return error ? [{ source, error }] : video ? [{ source, ...video }] : [];
  });
}

/** What is wrong with a picture; null when it can be read, or might be another time. */
async function whyUnreadable(
  file: Source<'file'>,
  findSandbox: FindSandbox,
  signal: AbortSignal,
): Promise<RollcallError | null> {
  const { openPhoto } = await import('../../media/pictures/images.js');
  try {
    await (await openPhoto(file, { ...PHOTO_LIMITS, findSandbox }, signal)).decode();
    return null;
  } catch (thrown) {
    const error = asRollcallError(thrown);
    return UNREADABLE.includes(error.code) ? error : null;
  }
}
