/** Decoding what is derived, and labels: of the other tables see columns.ts. */
import { z } from 'zod';
import type { LabelRow, PersonRow, SeenTotal } from '../rows.js';
import { numbers } from '../tables/columns.js';

export const storedLabel = z.object({ id: z.string(), number: z.number() }) satisfies z.ZodType<LabelRow>;
export const storedOwner = z.object({ track_id: z.string(), identity_id: z.string() });
export const storedLight = z.object({ track_id: z.string(), light: z.number() });
/** Without the vector. */
export const storedPerson = z.object({
  identity_id: z.string(),
  tracks: z.number(),
  weight: z.number(),
  excess: z.number(),
  best_track: z.string(),
  best_quality: z.number(),
  best_excess: z.number(),
}) satisfies z.ZodType<Omit<PersonRow, 'vector'>>;

export const storedCohesion = z.object({
  identity_id: z.string(),
  cohesion: numbers.transform((values) => Array.from(values)),
  apart: z.number(),
  apart_tracks: z.number(),
});

export const storedTotal = z.object({
  identity_id: z.string(),
  seconds: z.number(),
  videos: z.number(),
  photos: z.number(),
  tracks: z.number(),
}) satisfies z.ZodType<SeenTotal>;
