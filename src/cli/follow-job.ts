import process from 'node:process';
import { Presets, SingleBar } from 'cli-progress';
import type { JobKind, JobRequests, JobRecord } from '../services/jobs/job-kinds.js';
import { clock } from '../tools/format.js';
import { jobFailure } from '../tools/job-answer.js';
import type { CommandHost } from './host.js';

/** Jobs end when they end; this only bounds one wait. */
const HOUR_S = 3600;

/**
 * Starts a job and shows how far it is on stderr until it is done; Ctrl-C cancels it. @throws RollcallError the job's
 * own
 */
export async function followJob<K extends JobKind>(
  host: CommandHost,
  kind: K,
  request: JobRequests[K],
  signal: AbortSignal,
): Promise<JobRecord> {
  const jobs = await host.jobs();
  const { job } = await jobs.start(kind, request);
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage} % | {stage} | {left}',
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(100, 0, { stage: 'queued', left: '' });
  try {
    for (;;) {
      const record = await jobs.wait(job.job_id, {
        wait_s: HOUR_S,
        signal,
        onChange: (j) =>
          bar.update(Math.round(j.progress * 100), {
            stage: j.stage,
            left: j.eta_s === null ? '' : `${clock(j.eta_s)} left`,
          }),
      });
      if (record.state === 'failed' || record.state === 'cancelled') throw jobFailure(record);
      if (record.state === 'done') return record;
    }
  } catch (error) {
    if (signal.aborted) await jobs.cancel(job.job_id);
    throw error;
  } finally {
    bar.stop();
  }
}
