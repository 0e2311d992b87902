/** How like each track of somebody is to their others. */
import { type ComparedFace, normalisedScore } from '../scores/normalised-score.js';
import { dot } from '../vectors.js';

/** A track with its vector. */
export interface ComparedTrack extends ComparedFace {
  track_id: string;
}

/** Tracks as they are read. */
interface TrackVectors {
  ids: readonly string[];
  data: Float32Array;
  population_excess: Float32Array;
}

/** @param read n × dimensions, row-major, and n of each other */
export function tracksIn({ ids, data, population_excess }: TrackVectors): ComparedTrack[] {
  const d = data.length / Math.max(1, ids.length);
  return ids.map((track_id, i) => ({
    track_id,
    vector: data.subarray(i * d, (i + 1) * d),
    population_excess: population_excess[i] ?? 0,
  }));
}

/** Mean score of each track to the others of its person; empty for a single track. */
export function likeTheOthers(tracks: readonly ComparedTrack[]): Map<string, number> {
  const [first] = tracks,
    others = tracks.length - 1;
  if (!first || others < 1) return new Map();
  // Scores add up, so the mean of many is the score with their sum.
  const sum = new Float32Array(first.vector.length);
  let excess = 0;
  for (const { vector, population_excess } of tracks) {
    excess += population_excess;
    for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + (vector[k] ?? 0);
  }
  return new Map(
    tracks.map(({ track_id, vector, population_excess }) => {
      const cosine = (dot(vector, sum) - dot(vector, vector)) / others;
      return [track_id, normalisedScore(cosine, population_excess, (excess - population_excess) / others)] as const;
    }),
  );
}
