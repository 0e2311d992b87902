/** What is kept of a job, in a file of its own. Answers have a shape of their own (services/answers). */
import { z } from 'zod';
import { coverageRecordSchema } from './coverage-record.js';

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

const errorSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/**
 * What a job keeps of one video it was asked to index. Who is in it is not kept: that is asked of the library when the
 * job is looked at, so that names, merges and forgetting are never out of date here.
 */
export const jobVideoRecordSchema = z.object({
  source: z.string(),
  /** null when it could not be indexed. */
  video_id: z.string().nullable(),
  duration_s: z.number(),
  identities_total: z.number(),
  already_indexed: z.boolean(),
  warnings: z.array(z.string()),
  coverage: coverageRecordSchema.nullable(),
  error: errorSchema.nullable(),
  /** Of a photo of a folder. */
  photo: z.literal(true).optional(),
});
export type JobVideoRecord = z.infer<typeof jobVideoRecordSchema>;

/** What of a folder was not looked at: how much, and the first of it. */
export const passedOverSchema = z.object({
  total: z.number(),
  first: z.array(z.object({ source: z.string(), error: errorSchema })),
});
export type PassedOverRecord = z.infer<typeof passedOverSchema>;

const anyJobSchema = z.object({
  /** Version of this record; those written before records had one are of the first. */
  v: z.literal(1).default(1),
  job_id: z.string(),
  state: z.enum(JOB_STATES),
  progress: z.number(),
  eta_s: z.number().nullable(),
  stage: z.string(),
  source: z.string(),
  error: errorSchema.nullable(),
  /** ISO 8601, UTC. */
  created_at: z.string(),
  /** Times a process ended without a word while it ran this job. */
  lost_runs: z.number(),
  /** Which process runs it (asOwner of the lock); absent when none does, or one of an earlier version. */
  run_by: z.string().optional(),
  /** What its spans are part of, where traces are kept (Tracer.current). */
  trace: z.string().optional(),
  /** What was asked: the kind's own request, checked when the job is run. */
  request: z.record(z.string(), z.unknown()),
});

export const jobRecordSchema = z.discriminatedUnion('kind', [
  anyJobSchema.extend({
    kind: z.literal('index_video'),
    /** True once the source turned out to be a folder of several videos. */
    folder: z.boolean(),
    videos: z.array(jobVideoRecordSchema),
    /** Those of which key frames were looked at first, as was asked. */
    glanced: z.array(jobVideoRecordSchema).optional(),
    passed_over: passedOverSchema.optional(),
    /** Marks of files that were forgotten meanwhile: it goes on without them. */
    left_out: z.array(z.string()).optional(),
  }),
  anyJobSchema.extend({
    kind: z.literal('calibrate'),
    /** What was measured, once it is done: read by whoever answers with it. */
    report: z.unknown(),
  }),
  anyJobSchema.extend({
    kind: z.literal('change_pack'),
    /** What was done, once it is done. */
    done: z
      .object({ from: z.string(), to: z.string(), tracks: z.number(), how: z.enum(['nothing', 'scores', 'vectors']) })
      .nullable(),
  }),
]);
export type ChangePackJobRecord = Extract<JobRecord, { kind: 'change_pack' }>;
export type JobRecord = z.infer<typeof jobRecordSchema>;
export type IndexJobRecord = Extract<JobRecord, { kind: 'index_video' }>;
export type CalibrateJobRecord = Extract<JobRecord, { kind: 'calibrate' }>;
