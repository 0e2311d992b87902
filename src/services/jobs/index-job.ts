/** The work of an index_video job: the videos of its source, one after another. */
import { RollcallError, asRollcallError, toErrorCode } from '../../domain/errors.js';
import type { IndexJobRecord, JobVideoRecord } from '../../store/records/job-record.js';
import type { IndexedVideo, IndexingService } from '../indexing/index-video.js';
import type { Progress, WorkContext } from '../progress.js';
import type { IndexRequest } from '../requests/index-video.js';
import type { ChangeJob } from './job-kinds.js';

/**
 * Videos that an earlier run finished are not done again. In a folder a video that fails is noted and the others go on.
 */
export async function indexVideos(
  job: IndexJobRecord,
  request: IndexRequest,
  indexing: IndexingService,
  change: ChangeJob<IndexJobRecord>,
  signal: AbortSignal,
): Promise<void> {
  const sources = await indexing.expandSource(request.source, signal);
  const videos = [...job.videos],
    done = new Set(videos.map((v) => v.source)),
    folder = sources.length > 1;
  const began = performance.now();
  const skipped = sources.filter((s) => done.has(s)).length / sources.length;
  let progress = skipped;
  change({ folder, progress });
  for (const [i, source] of sources.entries()) {
    if (done.has(source)) continue;
    signal.throwIfAborted();
    const onProgress = (p: Progress): void => {
      progress = Math.max(progress, Math.min(1, (i + p.fraction) / sources.length));
      const here = progress - skipped;
      const eta_s = !folder
        ? p.eta_s
        : here > 0
          ? ((performance.now() - began) / 1000) * ((1 - progress) / here)
          : null;
      change({ progress, eta_s, stage: folder ? `${i + 1} of ${sources.length}: ${p.stage}` : p.stage });
    };
    videos.push(await indexOne(indexing, { ...request, source }, folder, { signal, onProgress, key: job.job_id }));
    progress = Math.max(progress, (i + 1) / sources.length);
    change({ videos: [...videos], progress });
  }
  const errors = videos.flatMap((v) => v.error ?? []);
  const [first] = errors;
  if (first && errors.length === videos.length) {
    // What all of them suffer from (a missing model, say) is the folder's trouble.
    const shared = errors.every((e) => e.code === first.code);
    throw new RollcallError(
      shared ? toErrorCode(first.code) : 'not_a_video',
      `None of the ${errors.length} videos in the folder could be indexed; the first: ${first.message}`,
      shared ? first.hint : 'See videos[].error for the reason of each.',
    );
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

/** What a job keeps of a video that was indexed. */
export function finishedVideo(source: string, video: IndexedVideo): JobVideoRecord {
  return { source, ...video, error: null };
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
