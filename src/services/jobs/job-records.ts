/**
 * What is kept of a job: what was asked, how far it is, what came of it. A kind of job is a schema here and its work in
 * run-job.ts.
 */
import { z } from 'zod';
import { coverageSchema, jobSchema } from '../../domain/answers.js';
import { calibrationReportSchema } from '../answers/calibration-report.js';
import { POINT_NAMES } from '../../domain/scores/calibration-model.js';

/**
 * What a job keeps of one video it was asked to index. Who is in it is not kept: that is asked of the
 * library when the job is looked at, so that names, merges and forgetting are never out of date here.
 */
export const jobVideoSchema = z.object({
  source: z.string(),
  video_id: z.string().nullable().describe('null when it could not be indexed'),
  duration_s: z.number(),
  identities_total: z.number().int(),
  already_indexed: z.boolean(),
  warnings: z.array(z.string()),
  coverage: coverageSchema.nullable(),
  error: jobSchema.shape.error,
});
export type JobVideo = z.infer<typeof jobVideoSchema>;

const anyJobSchema = z.object({
  ...jobSchema.shape,
  /** ISO 8601, UTC. */
  created_at: z.string(),
  /** Times a process ended without a word while it ran this job. */
  lost_runs: z.number().int(),
});

const indexJobSchema = anyJobSchema.extend({
  kind: z.literal('index_video'),
  request: z.object({
    source: z.string(),
    sample_fps: z.number().optional(),
    start_s: z.number().optional(),
    end_s: z.number().optional(),
    force: z.boolean().optional(),
  }),
  /** True once the source turned out to be a folder of several videos. */
  folder: z.boolean(),
  videos: z.array(jobVideoSchema),
});
export type IndexJob = z.infer<typeof indexJobSchema>;

const calibrateJobSchema = anyJobSchema.extend({
  kind: z.literal('calibrate'),
  request: z.object({
    pairs_file: z.string().optional(),
    pairs: z
      .array(
        z.object({
          image_a: z.string(),
          image_b: z.string(),
          same: z.boolean(),
          labels: z.record(z.string(), z.string()).optional(),
        }),
      )
      .optional(),
    operating_point: z.enum(POINT_NAMES).optional(),
    apply: z.boolean().optional(),
  }),
  /** What was measured, once it is done. */
  report: calibrationReportSchema.nullable(),
});
export type CalibrateJob = z.infer<typeof calibrateJobSchema>;

export const jobRecordSchema = z.discriminatedUnion('kind', [indexJobSchema, calibrateJobSchema]);
export type JobRecord = z.infer<typeof jobRecordSchema>;
export type JobKind = JobRecord['kind'];

/** What each kind of job is asked. */
export interface JobRequests {
  index_video: IndexJob['request'];
  calibrate: CalibrateJob['request'];
}

const QUEUED = { state: 'queued', progress: 0, eta_s: null, stage: 'queued', error: null, lost_runs: 0 } as const;
const NEW: { [K in JobKind]: (request: JobRequests[K], fresh: Pick<JobRecord, 'job_id' | 'created_at'>) => JobRecord } =
  {
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
  };

/** A new record. @param job_id see JobFiles.newId */
export function newJob<K extends JobKind>(job_id: string, kind: K, request: JobRequests[K]): JobRecord {
  return NEW[kind](request, { job_id, created_at: new Date().toISOString() });
}

/** Nothing more happens to a job in one of these states. */
export function isFinished(record: Pick<JobRecord, 'state'>): boolean {
  return record.state === 'done' || record.state === 'failed' || record.state === 'cancelled';
}

/** Changes what others see of a running job. Never throws. */
export type ChangeJob<J extends JobRecord> = (fields: Partial<J>) => void;
