/** One job from start to end, whatever its kind. */
import type { z } from 'zod';
import { RollcallError, asRollcallError } from '../../domain/errors/errors.js';
import type { CalibrateJobRecord, JobRecord } from '../../store/records/job-record.js';
import type { RepackingService } from '../repacking/change-pack.js';
import type { CalibrationService } from '../calibration/calibrate.js';
import type { IndexingService } from '../indexing/index-video.js';
import type { CalibrateRequest } from '../requests/calibrate.js';
import type { Progress } from '../progress.js';
import { indexVideos } from './index-job.js';
import { LeftOut } from './left-out.js';
import { JOB_REQUESTS, type ChangeJob } from './job-kinds.js';
import { tryAgain } from './try-again.js';

/** What the kinds of jobs work with. */
export interface JobServices {
  indexing: IndexingService;
  calibration: Pick<CalibrationService, 'calibrate'>;
  repacking: RepackingService;
}

/**
 * Works a job off and returns the finished record. What an earlier, interrupted run finished of it is not done again.
 * @param update called with every change of progress; must not throw
 * @param leftOut files that an index_video job goes on without
 * @throws whatever `signal` was aborted with: the caller knows whether that is a cancellation or an interruption
 */
export function runJob(
  job: JobRecord,
  services: () => Promise<JobServices>,
  update: (record: JobRecord) => void,
  signal: AbortSignal,
  leftOut = new LeftOut(),
): Promise<JobRecord> {
  switch (job.kind) {
    case 'index_video':
      return run(
        job,
        async (begun, change) =>
          indexVideos({
            job: begun,
            request: requestOf(JOB_REQUESTS.index_video, job),
            indexing: (await services()).indexing,
            change,
            signal,
            leftOut,
          }),
        update,
        signal,
      );
    case 'calibrate':
      return run(
        job,
        async (begun, change) =>
          calibrate(
            begun.job_id,
            requestOf(JOB_REQUESTS.calibrate, job),
            (await services()).calibration,
            change,
            signal,
          ),
        update,
        signal,
      );
    case 'change_pack':
      return run(
        job,
        async (_, change) => {
          const request = requestOf(JOB_REQUESTS.change_pack, job);
          const onProgress = ({ fraction, stage, eta_s }: Progress): void =>
            change({ progress: Math.min(1, fraction), stage, eta_s });
          change({ done: await (await services()).repacking.changePack(request, { signal, onProgress }) });
        },
        update,
        signal,
      );
  }
}

/**
 * What the job was asked. @throws RollcallError bad_argument when an older version wrote what can't be asked any more
 */
export function requestOf<T>(schema: z.ZodType<T>, { request }: JobRecord): T {
  const { data, error } = schema.safeParse(request);
  if (error)
    throw new RollcallError(
      'bad_argument',
      'This job was asked for in a way that is not known any more.',
      'Ask again.',
      {
        cause: error,
      },
    );
  return data;
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
  key: string,
  request: CalibrateRequest,
  calibration: JobServices['calibration'],
  change: ChangeJob<CalibrateJobRecord>,
  signal: AbortSignal,
): Promise<void> {
  const onProgress = ({ fraction, stage, eta_s }: Progress): void =>
    change({ progress: Math.min(1, fraction), stage, eta_s });
  const report = await tryAgain(
    () => calibration.calibrate(request, { signal, key, onProgress }),
    signal,
    (stage) => change({ stage, eta_s: null }),
  );
  change({ report });
}
