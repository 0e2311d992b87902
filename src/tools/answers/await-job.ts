/** Starting a job and waiting for it, at most as long as a client does. */
import { RollcallError } from '../../domain/errors/errors.js';
import type { JobKind, JobRequests, JobRecord } from '../../services/jobs/job-kinds.js';
import type { ToolContext } from '../definition/define-tool.js';
import { jobFailure } from './job-answer.js';

/** Tells a caller how far a job is. */
export function tellProgress(onProgress: ToolContext['onProgress']): (record: JobRecord) => void {
  return ({ progress, stage, eta_s }) => onProgress?.({ fraction: progress, stage, eta_s });
}

/** The cast is known, as was asked: whoever waits for more calls job. */
function isGlancedAt(record: JobRecord): boolean {
  return record.kind === 'index_video' && !record.folder && (record.glanced ?? []).length > 0;
}

/**
 * Starts a job and waits for its end, at most `wait_s`. @returns the job, done or still going on
 * @throws RollcallError the job's own when it failed or was cancelled; rejects with the signal's reason
 */
export async function startAndWait<K extends JobKind>(
  kind: K,
  request: JobRequests[K],
  wait_s: number,
  context: ToolContext,
): Promise<JobRecord> {
  const { signal, onProgress } = context;
  const jobs = await context.jobs();
  const { job, created } = await jobs.start(kind, request);
  try {
    const end = await jobs.wait(job.job_id, {
      wait_s,
      signal,
      onChange: tellProgress(onProgress),
      until: isGlancedAt,
    });
    if (end.state === 'failed' || end.state === 'cancelled') throw jobFailure(end);
    return end;
  } catch (error) {
    // Cancelling the request cancels the job it made, not one it joined; who merely goes away leaves both running.
    if (created && signal.aborted && signal.reason instanceof RollcallError) await jobs.cancel(job.job_id);
    throw error;
  }
}
