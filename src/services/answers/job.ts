/** What is said of a job. */
import { z } from 'zod';
import { JOB_STATES } from '../../store/records/job-record.js';
import { coverageSchema } from './coverage.js';

export const jobSchema = z.object({
  job_id: z.string(),
  state: z.enum(JOB_STATES),
  progress: z.number().min(0).max(1),
  eta_s: z.number().nullable(),
  stage: z.string(),
  source: z.string(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  left_out_total: z.number().int().optional().describe('of a folder: what was not looked at'),
  left_out: z.array(z.string()).optional().describe('the first of it, and why'),
});
export type JobStatus = z.infer<typeof jobSchema>;

/** What became of one video of a folder. */
export const jobVideoSchema = z.object({
  source: z.string(),
  video_id: z.string().nullable().describe('null when it could not be indexed'),
  duration_s: z.number(),
  identities_total: z.number().int(),
  already_indexed: z.boolean(),
  warnings: z.array(z.string()),
  coverage: coverageSchema.nullable(),
  error: jobSchema.shape.error,
  photo: z.literal(true).optional().describe('a photo, without time'),
});
export type JobVideoAnswer = z.infer<typeof jobVideoSchema>;
