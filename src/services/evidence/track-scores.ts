/** How alike the tracks of people are, to tell a typical face from one in doubt. */
import { type ComparedFace, scoreOf } from '../../domain/scores/normalised-score.js';
import type { Library } from '../../store/api.js';
import type { TrackSummary } from '../../store/rows.js';

/** Tracks of a person that are compared, the best ones: each with each. */
const COMPARED = 300;

/** A track with its vector. */
export interface ComparedTrack extends ComparedFace {
  track_id: string;
}

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
  const { ids, data, population_excess } = await library.vectors({ track_ids: kept }, signal);
  const d = data.length / Math.max(1, ids.length);
  return ids.map((track_id, i) => ({
    track_id,
    vector: data.subarray(i * d, (i + 1) * d),
    population_excess: population_excess[i] ?? 0,
  }));
}

/** Mean score of each track to the others of its person; empty for a single track. */
export function likeTheOthers(tracks: readonly ComparedTrack[]): Map<string, number> {
  if (tracks.length < 2) return new Map();
  const sums = new Float64Array(tracks.length);
  for (const [i, a] of tracks.entries())
    for (const [j, b] of tracks.entries()) {
      if (j <= i) continue;
      const score = scoreOf(a, b);
      sums[i] = (sums[i] ?? 0) + score;
      sums[j] = (sums[j] ?? 0) + score;
    }
  return new Map(tracks.map((t, i) => [t.track_id, (sums[i] ?? 0) / (tracks.length - 1)]));
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
