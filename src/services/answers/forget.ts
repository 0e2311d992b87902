/** The receipt of forgetting. */
import { z } from 'zod';

const count = z.number().int();

export const forgetAnswerSchema = z.object({
  dry_run: z.boolean(),
  people: z
    .array(z.object({ identity_id: z.string(), name: z.string().nullable(), tracks: count, videos: count }))
    .describe('the first'),
  videos: z.array(z.object({ video_id: z.string(), title: z.string(), source: z.string() })).describe('the first'),
  removed: z.object({
    people: count,
    videos: count,
    /** Each with its vector, boxes and pictures. */
    tracks: count,
    reference_photos: count,
    names: count,
    edits: count,
    edits_changed: count.describe('that speak of others too'),
    calibrations_changed: count,
    jobs: count,
    runs: count.describe('unfinished indexing, which starts over'),
  }),
  checked: z
    .object({
      files: count,
      bytes: count,
      ids: count.describe('looked for in every file'),
      vectors: count,
      pictures: count,
      names: count,
      found: count.describe('of those, on disk still'),
      bytes_freed: count,
      versions_removed: count,
    })
    .nullable(),
  remains: z.array(z.string()).describe('what was not forgotten, in words'),
  hint: z.string(),
});
export type ForgetAnswer = z.infer<typeof forgetAnswerSchema>;
