/** One job from start to end, whatever its kind. */
import { asRollcallError } from '../../domain/errors.js';
import type { CalibrationService, IndexingService } from '../api.js';
import { indexVideos } from './index-job.js';
import type { CalibrateJob, ChangeJob, JobRecord } from './job-records.js';

/** What the kinds of jobs work with. */
export interface JobServices {
  indexing: IndexingService;
  calibration: Pick<CalibrationService, 'calibrate'>;
}

/**
 * Works a job off and returns the finished record. What an earlier, interrupted run finished of it is not done again.
 * @param update called with every change of progress; must not throw
 * @throws whatever `signal` was aborted with: the caller knows whether that is a cancellation or an interruption
 */
export function runJob(
  job: JobRecord,
  services: JobServices,
  update: (record: JobRecord) => void,
  signal: AbortSignal,
): Promise<JobRecord> {
  switch (job.kind) {
    case 'index_video':
      return run(job, (begun, change) => indexVideos(begun, services.indexing, change, signal), update, signal);
    case 'calibrate':
      return run(job, (begun, change) => calibrate(begun, services.calibration, change, signal), update, signal);
  }
}

async function run<J extends JobRecord>(
  job: J,
  work: (job: J, change: ChangeJob<J>) => Promise<void>,
  update: (record: J) => void,
  signal: AbortSignal,
): Promise<J> {
  let record: J = { ...job, state: 'running', stage: 'starting', eta_s: null };
  const change: ChangeJob<J> = (fields) => {
    record = { ...record, ...fields };
    update(record);
  };
  change({});
  try {
    await work(record, change);
    return { ...record, state: 'done', progress: 1, eta_s: 0, stage: 'done', error: null };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { code, message, hint } = asRollcallError(error);
    return { ...record, state: 'failed', eta_s: null, stage: 'failed', error: { code, message, hint } };
  }
}

async function calibrate(
  job: CalibrateJob,
  calibration: JobServices['calibration'],
  change: ChangeJob<CalibrateJob>,
  signal: AbortSignal,
): Promise<void> {
  const report = await calibration.calibrate(job.request, {
    signal,
    key: job.job_id,
    onProgress: ({ fraction, stage, eta_s }) => change({ progress: Math.min(1, fraction), stage, eta_s }),
  });
  change({ report });
}
