/** Questions that would put most right, as answers say them. */
import { z } from 'zod';

const id = z.string();

export const suggestionSchema = z.object({
  kind: z.enum(['merge', 'split']),
  question: z.string().describe('to put to somebody who can look'),
  identity_ids: z.array(id),
  names: z.array(z.string().nullable()),
  score: z.number().describe('mean over the pairs of tracks of the two sides'),
  best_score: z.number().nullable(),
  faces: z.array(id).describe('track_ids to look at, of either side'),
  chance: z.number().describe('that the answer is yes'),
  gain: z.number().describe('tracks that asking is expected to put right'),
  seconds: z.array(z.number()).describe('of either side'),
  evidence: z.array(z.string()),
  yes: z.record(z.string(), z.unknown()).describe('edit for yes'),
  no: z.record(z.string(), z.unknown()).describe('edit for no: never asked again'),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

/** What was not compared yet when questions were asked for: those that were found are the best so far. */
export interface Uncompared {
  /** How many there are. */
  people: number;
  /** Share of the pairs of them that could put enough right that were compared, 0..1. */
  pairs: number;
  /** Those who may be two people that were looked at, of how many. */
  looked: number;
  worth: number;
  /** Tracks that a question which is still to be found puts right at most; null: not known. */
  most: number | null;
}

export interface Suggested {
  /** Best first. */
  suggestions: readonly Suggestion[];
  /** Null when all that matters was compared. */
  uncompared: Uncompared | null;
}
