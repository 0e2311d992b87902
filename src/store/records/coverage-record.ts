/** What was looked at in a video, as it lies in the library. Answers have a shape of their own (services/answers). */
import { z } from 'zod';

export const intervalRecordSchema = z.object({ start_s: z.number(), end_s: z.number() });

/**
 * What was looked at in one way: with one number of pictures a second, by one version of the pipeline. Parts that were
 * looked at again, in a finer way or by force, have left it.
 */
export const lookRecordSchema = z.object({
  sample_fps: z.number(),
  pipeline_version: z.string(),
  /** What was asked for; an open side is ±1e9. Reaches beyond `decoded` where the video ended. */
  asked: z.array(intervalRecordSchema),
  decoded: z.array(intervalRecordSchema),
  faces_seen: z.number(),
  faces_kept: z.number(),
  gated: z.record(z.string(), z.number()),
  ended_early: z.string().nullable(),
  /** Why faces may have been missed though it was decoded, in sentences; absent where nothing tells. */
  notes: z.array(z.string()).optional(),
});
export type LookRecord = z.infer<typeof lookRecordSchema>;

/** The sums over all looks; `sample_fps` is that of the coarsest. */
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
  /** Why faces may have been missed in what was looked at, in sentences; absent where nothing tells. */
  notes: z.array(z.string()).optional(),
  /** Set when a step of grouping was refused: how many known people it would have made one. */
  merge_refused: z.number().optional(),
  /** Sorted by sample_fps. A video from before there were looks has none: it was looked at once. */
  looks: z.array(lookRecordSchema).optional(),
  /** Of a photo, which was looked at whole: nothing is decoded of it, and `sample_fps` is 0. */
  photo: z
    .object({
      /** ISO 8601 by the camera's clock; null where the picture says none. */
      taken_at: z.string().nullable(),
    })
    .optional(),
});
export type CoverageRecord = z.infer<typeof coverageRecordSchema>;
