/** How alike the tracks of people are, to tell a typical face from one in doubt. */
import { type ComparedTrack, tracksIn } from '../../domain/people/like-others.js';
import { scoreOf } from '../../domain/scores/normalised-score.js';
import type { Library } from '../../store/api.js';
import type { TrackSummary } from '../../store/rows.js';

/** Tracks of a person that are compared, the best ones: each with each. */
const COMPARED = 300;

/** The best of the tracks, with their vectors. @param always tracks that are not left out */
export async function comparedTracks(
  library: Library,
  tracks: readonly TrackSummary[],
  always: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ComparedTrack[]> {
  const best = [...tracks].sort((a, b) => b.quality - a.quality);
  const kept = best.filter((t, i) => i < COMPARED || always.has(t.track_id)).map((t) => t.track_id);
  if (kept.length === 0) return [];
  return tracksIn(await library.vectors({ track_ids: kept }, signal));
}

/** The two tracks of two people that are most alike; null when either has none. */
export function mostAlike(
  some: readonly ComparedTrack[],
  others: readonly ComparedTrack[],
): { a: string; b: string; score: number } | null {
  let best: { a: string; b: string; score: number } | null = null;
  for (const a of some)
    for (const b of others) {
      const score = scoreOf(a, b);
      if (!best || score > best.score) best = { a: a.track_id, b: b.track_id, score };
    }
  return best;
}
