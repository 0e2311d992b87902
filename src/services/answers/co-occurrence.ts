/** What co_occurrence answers, before paging. */
import { z } from 'zod';
import type { Coverage } from './coverage.js';
import { certaintyShape, photosCount, whenShape } from './identity.js';
import type { Titles } from './titles.js';

/** By film, then time. Of comings and goings from the one's to the other's. */
const intervalsSchema = z.array(z.object({ video_id: z.string(), ...whenShape }));

/** When it begins for the first time and ends for the last, films by title; null of nothing. */
const endsShape = {
  first: z.object({ video_id: z.string(), start_s: z.number() }).nullable(),
  last: z.object({ video_id: z.string(), end_s: z.number() }).nullable(),
} as const;

export const pairSchema = z.object({
  a: z.string(),
  b: z.string(),
  a_name: z.string().nullable(),
  b_name: z.string().nullable(),
  seconds: z.number().nullable().describe('null of comings and goings'),
  times: z.number().int(),
  photos: photosCount.describe('photos of both, which count neither as seconds nor as times'),
  ...endsShape,
  intervals: intervalsSchema,
  jaccard: z.number().describe('seconds together ÷ seconds either is on screen; of comings likewise, by number'),
  lift: z.number().nullable().describe('seconds together ÷ what chance would give of two that come and go alone'),
});
export type PairAnswer = z.infer<typeof pairSchema>;

export const groupSchema = z.object({
  identity_ids: z.array(z.string()),
  names: z.array(z.string().nullable()),
  seconds: z.number(),
  photos: photosCount,
  ...endsShape,
  intervals: intervalsSchema,
});
export type GroupAnswer = z.infer<typeof groupSchema>;

/** Somebody of them who may be more than one person. */
export const inDoubtSchema = z.object({ identity_id: z.string(), ...certaintyShape });
export type InDoubt = z.infer<typeof inDoubtSchema>;

/** Pairs and groups, all or those that were asked for, and how many there are. */
export interface TogetherAnswer {
  pairs: PairAnswer[];
  pairs_total: number;
  groups: GroupAnswer[];
  groups_total: number;
  /** Of all in them, in no order. */
  in_doubt: InDoubt[];
  titles: Titles;
  coverage: readonly Coverage[];
}
