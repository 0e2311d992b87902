/** Decoding what is derived, and labels: of the other tables see columns.ts. */
import { z } from 'zod';
import type { LabelRow, PersonRow, SeenTotal } from '../rows.js';

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

const numbers = z.custom<Iterable<number>>(
  (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
);
export const storedCohesion = z.object({
  identity_id: z.string(),
  // Views hold only until the next row.
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
