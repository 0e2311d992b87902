/** What index_video says of one video. */
import { z } from 'zod';
import { coverageSchema } from './coverage.js';
import { identitySchema } from './identity.js';

/** What index_video says of one video. */
export const videoAnswerShape = {
  video_id: z.string(),
  title: z.string(),
  source: z.string(),
  duration_s: z.number(),
  already_indexed: z.boolean().describe('before; nothing was done'),
  identities: z.array(identitySchema).describe('who is in this video, longest on screen first'),
  identities_total: z.number().int(),
  coverage: z.array(coverageSchema),
  warnings: z.array(z.string()),
} as const;
export const videoAnswerSchema = z.object(videoAnswerShape);
export type VideoAnswer = z.infer<typeof videoAnswerSchema>;
