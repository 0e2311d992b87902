/** Who, and when on screen, as answers say it. */
import { z } from 'zod';
import type { Certainty } from '../../domain/people/certainty.js';
import { decisionSchema } from './decision.js';

const seconds = (what: string) => z.number().describe(`${what}, seconds on the video's presentation timeline`);

/** When something is, in a video; in a photo, which has no time, both are 0. */
export const whenShape = {
  start_s: seconds('first moment on screen'),
  end_s: seconds('last moment on screen'),
  photo: z.literal(true).optional().describe('it is in a photo, which has no time'),
  taken_at: z.string().optional().describe("EXIF date of the photo, ISO 8601 by the camera's clock"),
} as const;
export type When = z.infer<z.ZodObject<typeof whenShape>>;

/** How many photos, where there are any. */
export const photosCount = z.number().int().optional();

export const appearanceSchema = z.object({
  video_id: z.string(),
  ...whenShape,
  score: z
    .number()
    .nullable()
    .describe(
      'how like it is to the picture asked for, or, by name or id, to their other faces; null where nothing was compared',
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

/** See Certainty. */
export const certaintyShape = {
  score: z.number().nullable().describe('mean score between their tracks; null of a single one'),
  decision: decisionSchema.nullable().describe('whether all of them are one person'),
  doubtful: z.number().int().describe("tracks that may be somebody else's"),
  compared: z.number().int().describe('tracks that were compared, 48 at most'),
} as const satisfies Record<keyof Certainty, z.ZodType>;

export const identitySchema = z.object({
  identity_id: z.string(),
  name: z.string().nullable(),
  seconds_on_screen: z.number(),
  photos: photosCount.describe('photos they are in'),
  video_ids: z.array(z.string()),
  appearances: z.array(appearanceSchema).describe('the first ones; find_person with identity_id pages through all'),
  appearances_total: z.number().int(),
  tracks: z.number().int().describe('tracks that make up this identity'),
  best_face: bestFaceSchema.nullable(),
  ...certaintyShape,
});
export type IdentityAnswer = z.infer<typeof identitySchema>;
/** The same without how sure it is. */
export type DescribedIdentity = Omit<IdentityAnswer, keyof Certainty>;
