/** Who, and when on screen, as answers say it. */
import { z } from 'zod';

const seconds = (what: string) => z.number().describe(`${what}, seconds on the video's presentation timeline`);

export const appearanceSchema = z.object({
  video_id: z.string(),
  start_s: seconds('first moment on screen'),
  end_s: seconds('last moment on screen'),
  score: z
    .number()
    .nullable()
    .describe(
      'similarity to what was asked for (find_person), or the cohesion of the identity; null where nothing was compared',
    ),
  track_ids: z.array(z.string()),
});
export type Appearance = z.infer<typeof appearanceSchema>;

const bestFaceSchema = z.object({
  track_id: z.string(),
  video_id: z.string(),
  time_s: seconds('moment of the best face'),
  quality: z.number(),
});

export const identitySchema = z.object({
  identity_id: z.string(),
  name: z.string().nullable(),
  seconds_on_screen: z.number(),
  video_ids: z.array(z.string()),
  appearances: z.array(appearanceSchema).describe('the first ones; find_person with identity_id pages through all'),
  appearances_total: z.number().int(),
  tracks: z.number().int().describe('tracks that make up this identity'),
  best_face: bestFaceSchema.nullable(),
});
export type IdentityAnswer = z.infer<typeof identitySchema>;
