/**
 * The kinds of jobs: what each is asked, and how it begins. Its work is in run-job.ts, what is kept of it in the store.
 */
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import type {
  ChangePackJobRecord,
  IndexJobRecord,
  JobRecord,
  JobVideoRecord,
  PassedOverRecord,
} from '../../store/records/job-record.js';
import { calibrateRequestSchema } from '../requests/calibrate.js';
import { changePackRequestSchema } from '../requests/change-pack.js';
import { indexRequestSchema } from '../requests/index-video.js';

/** What each kind of job is asked. */
export const JOB_REQUESTS = {
  index_video: indexRequestSchema,
  calibrate: calibrateRequestSchema,
  change_pack: changePackRequestSchema,
} as const;

/** A job as it stands. */
export type { ChangePackJobRecord, IndexJobRecord, JobRecord, JobVideoRecord, PassedOverRecord };
export type JobKind = JobRecord['kind'];
export type JobRequests = { [K in JobKind]: z.output<(typeof JOB_REQUESTS)[K]> };

const QUEUED = {
  v: 1,
  state: 'queued',
  progress: 0,
  eta_s: null,
  stage: 'queued',
  error: null,
  lost_runs: 0,
} as const;
type Fresh = Pick<JobRecord, 'job_id' | 'created_at'>;
const NEW: { [K in JobKind]: (request: JobRequests[K], fresh: Fresh) => JobRecord } = {
  index_video: (request, fresh) => ({
    ...fresh,
    ...QUEUED,
    kind: 'index_video',
    request,
    source: request.source,
    folder: false,
    videos: [],
  }),
  calibrate: (request, fresh) => ({
    ...fresh,
    ...QUEUED,
    kind: 'calibrate',
    request,
    source: request.pairs_file ?? (request.pairs ? 'a list of pairs' : 'the library'),
    report: null,
  }),
  change_pack: (request, fresh) => ({
    ...fresh,
    ...QUEUED,
    kind: 'change_pack',
    request,
    source: `the library, for pack ${request.pack}`,
    done: null,
  }),
};

/** Finished jobs that are kept. */
export const MAX_FINISHED_KEPT = 200;
/** What takes its process down with it (a crash in native code) is not tried for ever. */
export const MAX_LOST_RUNS = 3;

/** The error of asking for a job that there is not. */
export function unknownJob(job_id: string): RollcallError {
  return new RollcallError(
    'unknown_id',
    `There is no job ${job_id}.`,
    '{job} without arguments lists those there are.',
  );
}

/** Ids sort by creation, so that a queue is first come, first served across processes. */
export function newJobId(): string {
  return `job_${Date.now().toString(36).padStart(9, '0')}${randomBytes(4).toString('hex')}`;
}

/** A new record. @param job_id see newJobId @param trace what its spans are part of */
export function newJob<K extends JobKind>(job_id: string, kind: K, request: JobRequests[K], trace?: string): JobRecord {
  const job = NEW[kind](request, { job_id, created_at: new Date().toISOString() });
  return trace === undefined ? job : { ...job, trace };
}

/** The record of a job that had nothing to do but to say what was known. */
export function finishedJob(
  job_id: string,
  request: JobRequests['index_video'],
  videos: JobVideoRecord[],
  passed_over?: PassedOverRecord,
): JobRecord {
  return {
    ...newJob(job_id, 'index_video', request),
    kind: 'index_video',
    state: 'done',
    progress: 1,
    eta_s: 0,
    stage: 'done',
    folder: videos.length > 1 || passed_over !== undefined,
    videos,
    ...(passed_over ? { passed_over } : {}),
  };
}

/** Nothing more happens to a job in one of these states. */
export function isFinished(record: Pick<JobRecord, 'state'>): boolean {
  return record.state === 'done' || record.state === 'failed' || record.state === 'cancelled';
}

/** The job, ended by whoever asked. */
export function cancelledJob(job: JobRecord): JobRecord {
  return { ...job, state: 'cancelled', eta_s: null, stage: 'cancelled' };
}

/** The job, ended by an error. */
export function failed(
  job: JobRecord,
  { code, message, hint }: Pick<RollcallError, 'code' | 'message' | 'hint'>,
): JobRecord {
  return { ...job, state: 'failed', eta_s: null, stage: 'failed', error: { code, message, hint } };
}

/** Changes what others see of a running job. Never throws. */
export type ChangeJob<J extends JobRecord> = (fields: Partial<J>) => void;
