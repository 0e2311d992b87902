/** What is said of one video: by index_video, and in a list of videos. */
import { z } from 'zod';
import { coverageSchema } from './coverage.js';
import { identitySchema } from './identity.js';

/** What index_video says of one video. */
export const videoAnswerShape = {
  video_id: z.string(),
  title: z.string(),
  source: z.string(),
  duration_s: z.number(),
  already_indexed: z.boolean().describe('the same content was indexed before; nothing was done'),
  identities: z.array(identitySchema).describe('who is in this video, longest on screen first'),
  identities_total: z.number().int(),
  coverage: z.array(coverageSchema),
  warnings: z.array(z.string()),
} as const;
export const videoAnswerSchema = z.object(videoAnswerShape);
export type VideoAnswer = z.infer<typeof videoAnswerSchema>;

/** One video of the library. */
export const videoSummarySchema = z.object({
  video_id: z.string(),
  source: z.string(),
  duration_s: z.number(),
  indexed_at: z.string().describe('ISO 8601, UTC'),
  identities_total: z.number().int(),
  coverage: coverageSchema,
});
export type VideoSummary = z.infer<typeof videoSummarySchema>;
