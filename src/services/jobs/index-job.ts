/** The work of an index_video job: the photos of its source, many at a time, then its videos, one after another. */
import { RollcallError, asRollcallError, toErrorCode } from '../../domain/errors.js';
import { isPictureName } from '../../domain/photos.js';
import type { IndexJobRecord, JobVideoRecord } from '../../store/records/job-record.js';
import { type IndexedVideo, type IndexingService, PHOTOS_AT_ONCE, type PhotoOutcome } from '../indexing/index-video.js';
import type { Progress, WorkContext } from '../progress.js';
import type { IndexRequest } from '../requests/index-video.js';
import { folderProgress } from './folder-progress.js';
import type { ChangeJob } from './job-kinds.js';

/** What an index_video job works with. */
export interface IndexWork {
  job: IndexJobRecord;
  request: IndexRequest;
  indexing: IndexingService;
  change: ChangeJob<IndexJobRecord>;
  signal: AbortSignal;
}

/**
 * Videos that an earlier run finished are not done again. In a folder a video that fails is noted and the others go on.
 */
export async function indexVideos(work: IndexWork): Promise<void> {
  const { job, request, indexing, change, signal } = work;
  const sources = await indexing.expandSource(request.source, signal);
  const videos = [...job.videos],
    done = new Set(videos.map((v) => v.source)),
    folder = sources.length > 1;
  const left = sources.filter((source) => !done.has(source));
  // What lies by itself is looked at for what it is, whatever its name.
  const photos = folder ? left.filter(isPictureName) : [],
    films = folder ? left.filter((source) => !isPictureName(source)) : left;
  change({ folder });
  const progress = folderProgress(sources, done, change);
  const keep = (more: readonly JobVideoRecord[]): void => {
    videos.push(...more);
    change({ videos: [...videos] });
    progress.done(more.map((video) => video.source));
  };
  for (let i = 0; i < photos.length; i += PHOTOS_AT_ONCE) {
    signal.throwIfAborted();
    const some = photos.slice(i, i + PHOTOS_AT_ONCE);
    const onProgress = ({ fraction }: Progress): void =>
      progress.at(some, fraction, `photo ${i + Math.round(fraction * some.length)} of ${photos.length}`);
    keep((await indexing.indexPhotos(some, request, { signal, onProgress })).map(finishedPhoto));
  }
  if (request.quick) await glanceAtAll(films, work);
  for (const [i, source] of films.entries()) {
    signal.throwIfAborted();
    const onProgress = (p: Progress): void => {
      progress.at([source], p.fraction, folder ? `${i + 1} of ${films.length}: ${p.stage}` : p.stage);
      if (!folder) change({ eta_s: p.eta_s });
    };
    keep([await indexOne(indexing, { ...request, source }, folder, { signal, onProgress, key: job.job_id })]);
  }
  const errors = videos.flatMap((v) => v.error ?? []);
  const [first] = errors;
  if (first && errors.length === videos.length) {
    // What all of them suffer from (a missing model, say) is the folder's trouble.
    const shared = errors.every((e) => e.code === first.code);
    throw new RollcallError(
      shared ? toErrorCode(first.code) : 'not_a_video',
      `None of the ${errors.length} files in the folder could be indexed; the first: ${first.message}`,
      shared ? first.hint : 'See videos[].error for the reason of each.',
    );
  }
}

/** The cast of all films is known before the first is watched whole. What goes wrong is told when that is done. */
async function glanceAtAll(
  films: readonly string[],
  { job, request, indexing, change, signal }: IndexWork,
): Promise<void> {
  const glanced = [...(job.glanced ?? [])];
  for (const [i, source] of films.entries()) {
    const where = films.length > 1 ? `${i + 1} of ${films.length}: ` : '';
    const onProgress = ({ stage }: Progress): void => change({ stage: where + stage });
    try {
      const seen = await indexing.glance({ ...request, source }, { signal, onProgress });
      if (!seen) continue;
      glanced.push(finishedVideo(source, seen));
      change({ glanced: [...glanced] });
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }
}

async function indexOne(
  indexing: IndexingService,
  request: IndexRequest,
  folder: boolean,
  context: WorkContext,
): Promise<JobVideoRecord> {
  try {
    return finishedVideo(request.source, await indexing.indexVideo(request, context));
  } catch (error) {
    if (!folder || context.signal?.aborted) throw error;
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
function finishedVideo(source: string, video: IndexedVideo): JobVideoRecord {
  return { source, ...video, error: null };
}

/** Of thousands of photos no coverage is kept in the job: the library has it. */
function finishedPhoto(outcome: PhotoOutcome): JobVideoRecord {
  if ('error' in outcome) return { ...failedVideo(outcome.source, outcome.error), photo: true };
  const { source, ...video } = outcome;
  return { ...finishedVideo(source, video), coverage: null, photo: true };
}

function failedVideo(source: string, thrown: unknown): JobVideoRecord {
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
