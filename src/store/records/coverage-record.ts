/** What was looked at in a video, as it lies in the library. Answers have a shape of their own (services/answers). */
import { z } from 'zod';

export const intervalRecordSchema = z.object({ start_s: z.number(), end_s: z.number() });

export const coverageRecordSchema = z.object({
  /** Version of this record; those written before records had one are of the first. */
  v: z.literal(1).default(1),
  video_id: z.string(),
  source: z.string(),
  decoded: z.array(intervalRecordSchema),
  sample_fps: z.number(),
  faces_seen: z.number(),
  /** Good enough to be embedded. */
  faces_kept: z.number(),
  /** Seen but not embedded, by reason. */
  gated: z.record(z.string(), z.number()),
  /** Why decoding stopped before the end; null when it did not. */
  ended_early: z.string().nullable(),
  /** Set when a step of grouping was refused: how many known people it would have made one. */
  merge_refused: z.number().optional(),
});
export type CoverageRecord = z.infer<typeof coverageRecordSchema>;
