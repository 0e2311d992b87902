/** The work of an index_video job: the photos of its source, many at a time, then its videos, two at a time. */
import { RollcallError, asRollcallError, toErrorCode } from '../../domain/errors/errors.js';
import { isPictureName } from '../../domain/photos.js';
import type { IndexJobRecord, JobVideoRecord } from '../../store/records/job-record.js';
import type { IndexedVideo } from '../indexing/describe-video.js';
import type { IndexingService } from '../indexing/index-video.js';
import { PHOTOS_AT_ONCE, type PhotoOutcome } from '../indexing/photos/index-photos.js';
import type { Progress, WorkContext } from '../progress.js';
import type { IndexRequest } from '../requests/index-video.js';
import { folderProgress } from './folder-progress.js';
import type { ChangeJob } from './job-kinds.js';
import { type LeftOut, passedOverRecord } from './left-out.js';
import { overlapping } from './overlapping.js';
import { tryAgain } from './try-again.js';

/**
 * While one film begins or joins the library, which leaves cores idle, another is watched. They join in their order:
 * who is P1 does not depend on which was quicker.
 */
const FILMS_AT_ONCE = 2;

/** What an index_video job works with. */
export interface IndexWork {
  job: IndexJobRecord;
  request: IndexRequest;
  indexing: IndexingService;
  change: ChangeJob<IndexJobRecord>;
  signal: AbortSignal;
  /** Files that it goes on without, known from the start or told meanwhile. */
  leftOut: LeftOut;
}

/**
 * Videos that an earlier run finished are not done again. In a folder a video that fails is noted and the others go on.
 */
export async function indexVideos(work: IndexWork): Promise<void> {
  const { leftOut } = work;
  leftOut.add(work.job.left_out ?? []);
  const stays = (video: JobVideoRecord): boolean => !leftOut.has(video.source);
  const kept: Kept = { videos: [...work.job.videos], glanced: [...(work.job.glanced ?? [])] };
  const leave = (): void => {
    kept.videos = kept.videos.filter(stays);
    kept.glanced = kept.glanced.filter(stays);
    const { videos, glanced } = kept;
    work.change({ videos, ...(work.job.glanced || glanced.length > 0 ? { glanced } : {}), left_out: leftOut.marks });
  };
  if (leftOut.marks.length > 0) leave();
  const end = leftOut.watch(leave);
  try {
    await indexAll(work, kept);
  } finally {
    end();
  }
}

/** What came of the files so far. */
interface Kept {
  videos: JobVideoRecord[];
  glanced: JobVideoRecord[];
}

async function indexAll(work: IndexWork, kept: Kept): Promise<void> {
  const { request, indexing, change, signal, leftOut } = work;
  const found = await indexing.expandSource(request.source, signal);
  const sources = found.files,
    passedOver = passedOverRecord(found.passedOver);
  const done = new Set(kept.videos.map((v) => v.source)),
    folder = sources.length > 1 || passedOver.passed_over !== undefined;
  // What lies by itself is looked at for what it is, whatever its name.
  const photos = stillToDo(folder ? sources.filter(isPictureName) : [], done),
    films = stillToDo(folder ? sources.filter((source) => !isPictureName(source)) : sources, done);
  change({ folder, ...passedOver });
  const progress = folderProgress(sources, done, change);
  const keep = (more: readonly JobVideoRecord[]): void => {
    kept.videos = [...kept.videos, ...more.filter((video) => !leftOut.has(video.source))];
    change({ videos: kept.videos });
    progress.done(more.map((video) => video.source));
  };
  for (let i = 0; i < photos.left.length; i += PHOTOS_AT_ONCE) {
    signal.throwIfAborted();
    const some = photos.left.slice(i, i + PHOTOS_AT_ONCE).filter((source) => !leftOut.has(source));
    const onProgress = ({ fraction }: Progress): void =>
      progress.at(some, fraction, `photo ${photos.before + i + Math.round(fraction * some.length)} of ${photos.all}`);
    if (some.length === 0) continue;
    const outcomes = await tryAgain(
      () => indexing.indexPhotos(some, request, { signal, onProgress }, sources),
      signal,
      (stage) => change({ stage, eta_s: null }),
    );
    keep(outcomes.map(finishedPhoto));
  }
  if (request.quick) await glanceAtAll(films, work, kept);
  let begun = films.before;
  await overlapping(films.left, FILMS_AT_ONCE, async (source, earlier) => {
    signal.throwIfAborted();
    if (leftOut.has(source)) return;
    const number = ++begun;
    const onProgress = (p: Progress): void => {
      progress.at([source], p.fraction, folder ? `${number} of ${films.all}: ${p.stage}` : p.stage);
      if (!folder) change({ eta_s: p.eta_s });
    };
    try {
      const context = { onProgress, key: work.job.job_id, joinAfter: earlier };
      const record = await leftOut.during([source], signal, (until) =>
        indexOne(indexing, { ...request, source }, folder, { ...context, signal: until }, (stage) =>
          change({ stage: folder ? `${number} of ${films.all}: ${stage}` : stage, eta_s: null }),
        ),
      );
      await earlier;
      keep([record]);
    } catch (error) {
      if (signal.aborted || !leftOut.has(source)) throw error;
    }
  });
  const error = errorOfAll(kept.videos);
  if (error) throw error;
}

/** Files of which an earlier run may have done some: they are counted all the same. */
interface ToDo {
  left: string[];
  /** How many an earlier run has done, and how many there are. */
  before: number;
  all: number;
}

function stillToDo(files: readonly string[], done: ReadonlySet<string>): ToDo {
  const left = files.filter((source) => !done.has(source));
  return { left, before: files.length - left.length, all: files.length };
}

/** What is wrong with a folder of which no file could be indexed; null when one could. */
export function errorOfAll(videos: readonly JobVideoRecord[]): RollcallError | null {
  const errors = videos.flatMap((v) => v.error ?? []);
  const [first] = errors;
  if (!first || errors.length < videos.length) return null;
  // What all of them suffer from (a missing model, say) is the folder's trouble.
  const shared = errors.every((e) => e.code === first.code);
  return new RollcallError(
    shared ? toErrorCode(first.code) : 'not_a_video',
    `None of the ${errors.length} files in the folder could be indexed; the first: ${first.message}`,
    shared ? first.hint : 'See videos[].error for the reason of each.',
  );
}

/** The cast of all films is known before the first is watched whole. What goes wrong is told when that is done. */
async function glanceAtAll(
  { left, before, all }: ToDo,
  { request, indexing, change, signal, leftOut }: IndexWork,
  kept: Kept,
): Promise<void> {
  for (const [i, source] of left.entries()) {
    const where = all > 1 ? `${before + i + 1} of ${all}: ` : '';
    const onProgress = ({ stage }: Progress): void => change({ stage: where + stage });
    try {
      const seen = await leftOut.during([source], signal, (until) =>
        indexing.glance({ ...request, source }, { signal: until, onProgress }),
      );
      if (!seen || leftOut.has(source)) continue;
      kept.glanced = [...kept.glanced, finishedVideo(source, seen)];
      change({ glanced: kept.glanced });
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }
}

async function indexOne(
  indexing: IndexingService,
  request: IndexRequest,
  folder: boolean,
  context: WorkContext & { signal: AbortSignal },
  tell: (stage: string) => void,
): Promise<JobVideoRecord> {
  try {
    const video = await tryAgain(() => indexing.indexVideo(request, context), context.signal, tell);
    return finishedVideo(request.source, video);
  } catch (error) {
    if (!folder || context.signal.aborted) throw error;
    return failedVideo(request.source, error);
  }
}

/** What is kept of a file that needed no work. */
export function knownFile(outcome: PhotoOutcome): JobVideoRecord {
  if ('error' in outcome || outcome.coverage.photo) return finishedPhoto(outcome);
  const { source, ...video } = outcome;
  return finishedVideo(source, video);
}

/** What a job keeps of a video that was indexed. */
export function finishedVideo(source: string, video: IndexedVideo): JobVideoRecord {
  // A GIF of one picture is a photo, though its name is that of a film.
  return { source, ...video, error: null, ...(video.coverage.photo && { photo: true as const }) };
}

/** Of thousands of photos no coverage is kept in the job: the library has it. */
export function finishedPhoto(outcome: PhotoOutcome): JobVideoRecord {
  if ('error' in outcome) return { ...failedVideo(outcome.source, outcome.error), photo: true };
  const { source, ...video } = outcome;
  return { ...finishedVideo(source, video), coverage: null, photo: true };
}

/** What a job keeps of a file that could not be indexed. */
export function failedVideo(source: string, thrown: unknown): JobVideoRecord {
  const { code, message, hint } = asRollcallError(thrown);
  return {
    source,
    video_id: null,
    duration_s: 0,
    identities_total: 0,
    already_indexed: false,
    warnings: [],
    coverage: null,
    error: { code, message, hint },
  };
}
