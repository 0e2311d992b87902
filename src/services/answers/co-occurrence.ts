/** What co_occurrence answers, before paging. */
import { z } from 'zod';
import type { Coverage } from './coverage.js';
import type { Titles } from './titles.js';

const intervalsSchema = z.array(z.object({ video_id: z.string(), start_s: z.number(), end_s: z.number() }));

export const pairSchema = z.object({
  a: z.string(),
  b: z.string(),
  a_name: z.string().nullable(),
  b_name: z.string().nullable(),
  seconds: z.number(),
  times: z.number().int(),
  intervals: intervalsSchema,
  jaccard: z.number().describe('seconds together ÷ seconds either is on screen'),
  lift: z.number().nullable().describe('seconds together ÷ what chance would give of two that come and go alone'),
});
export type PairAnswer = z.infer<typeof pairSchema>;

export const groupSchema = z.object({
  identity_ids: z.array(z.string()),
  names: z.array(z.string().nullable()),
  seconds: z.number(),
  intervals: intervalsSchema,
});
export type GroupAnswer = z.infer<typeof groupSchema>;

/** All pairs and groups. */
export interface TogetherAnswer {
  pairs: PairAnswer[];
  groups: GroupAnswer[];
  titles: Titles;
  coverage: Coverage[];
}
