/** One job from start to end: the videos of its source, one after another. */
import { RollcallError, asRollcallError, toErrorCode } from '../domain/errors.js';
import type { VideoAnswer } from '../domain/answers.js';
import type { IndexingService } from './api.js';
import type { JobRecord, JobVideo } from './job-files.js';

function errorFields(error: unknown): NonNullable<JobRecord['error']> {
  const { code, message, hint } = asRollcallError(error);
  return { code, message, hint };
}

function finishedVideo(source: string, answer: VideoAnswer): JobVideo {
  const { video_id, duration_s, identities_total, already_indexed, warnings } = answer;
  return { source, video_id, duration_s, identities_total, already_indexed, warnings, coverage: answer.coverage[0] ?? null, error: null };
}

function failedVideo(source: string, error: unknown): JobVideo {
  return { source, video_id: null, duration_s: 0, identities_total: 0, already_indexed: false, warnings: [], coverage: null, error: errorFields(error) };
}

/**
 * Works a job off and returns the finished record. Videos that an earlier, interrupted run finished are
 * not done again. In a folder a video that fails is noted and the others go on.
 * @param update called with every change of progress; must not throw
 * @throws whatever `signal` was aborted with: the caller knows whether that is a cancellation or an interruption
 */
export async function runJob(job: JobRecord, indexing: IndexingService, update: (record: JobRecord) => void, signal: AbortSignal): Promise<JobRecord> {
  let record: JobRecord = { ...job, state: 'running', stage: 'starting', eta_s: null };
  const change = (fields: Partial<JobRecord>): void => {
    record = { ...record, ...fields };
    update(record);
  };
  change({});
  try {
    const sources = await indexing.expandSource(job.request.source, signal);
    const done = new Set(record.videos.map((v) => v.source));
    const began = performance.now();
    const skipped = sources.filter((s) => done.has(s)).length / sources.length;
    change({ folder: sources.length > 1, progress: skipped });
    for (const [i, source] of sources.entries()) {
      if (done.has(source)) continue;
      signal.throwIfAborted();
      const onProgress = (p: { fraction: number; stage: string; eta_s: number | null }): void => {
        const progress = Math.max(record.progress, Math.min(1, (i + p.fraction) / sources.length));
        const here = progress - skipped;
        const eta_s = sources.length === 1 ? p.eta_s : here > 0 ? ((performance.now() - began) / 1000) * ((1 - progress) / here) : null;
        change({ progress, eta_s, stage: sources.length === 1 ? p.stage : `${i + 1} of ${sources.length}: ${p.stage}` });
      };
      const video = await indexOne(indexing, { ...job.request, source }, record.folder, { signal, onProgress });
      change({ videos: [...record.videos, video], progress: Math.max(record.progress, (i + 1) / sources.length) });
    }
    const errors = record.videos.flatMap((v) => v.error ?? []);
    const [first] = errors;
    if (first && errors.length === record.videos.length) {
      // What all of them suffer from (a missing model, say) is the folder's trouble.
      const shared = errors.every((e) => e.code === first.code);
      throw new RollcallError(shared ? toErrorCode(first.code) : 'not_a_video', `None of the ${errors.length} videos in the folder could be indexed; the first: ${first.message}`, shared ? first.hint : 'See videos[].error for the reason of each.');
    }
    return { ...record, state: 'done', progress: 1, eta_s: 0, stage: 'done', error: null };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return { ...record, state: 'failed', eta_s: null, stage: 'failed', error: errorFields(error) };
  }
}

async function indexOne(indexing: IndexingService, request: JobRecord['request'], folder: boolean, context: Parameters<IndexingService['indexVideo']>[1]): Promise<JobVideo> {
  try {
    return finishedVideo(request.source, await indexing.indexVideo(request, context));
  } catch (error) {
    if (!folder || context?.signal?.aborted) throw error;
    return failedVideo(request.source, error);
  }
}
