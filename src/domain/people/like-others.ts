/** How like each track of somebody is to their others. */
import { type ComparedFace, normalisedScore, scoreOf } from '../scores/normalised-score.js';
import { dot } from '../vectors.js';
import { spreadOver } from '../grouping/library-cohort.js';

/** Tracks of a person that are compared; of more so many, evenly spread. */
const COMPARED = 48;

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

/** Those of somebody's tracks that tell how alike they are. */
export function comparedOf<T>(track_ids: readonly T[]): T[] {
  return spreadOver(track_ids, COMPARED);
}

/** How well the tracks of somebody hold together. */
export interface Cohesion {
  /** Scores of likeTheOthers, lowest first; empty where there are no two tracks. */
  cohesion: readonly number[];
  /**
   * Mean score between the two parts that average linkage joins last, and how many tracks the smaller one has. Of two
   * people with a few tracks each, every track is like half of the others, so that its own score says little.
   */
  apart: number;
  apart_tracks: number;
}

export function cohesionOf(tracks: readonly ComparedTrack[]): Cohesion {
  const cohesion = [...likeTheOthers(tracks).values()].sort((a, b) => a - b);
  return { cohesion, ...lastJoined(tracks) };
}

function lastJoined(tracks: readonly ComparedTrack[]): Pick<Cohesion, 'apart' | 'apart_tracks'> {
  if (tracks.length < 2) return { apart: 1, apart_tracks: 0 };
  const scores = tracks.map((a) => tracks.map((b) => scoreOf(a, b))),
    sizes = tracks.map(() => 1);
  const between = (a: number, b: number): number => scores[a]?.[b] ?? 0;
  let there = [...tracks.keys()];
  while (there.length > 2) {
    let [keeps, goes] = [there[0] ?? 0, there[1] ?? 0];
    for (const [at, a] of there.entries())
      for (const b of there.slice(at + 1)) if (between(a, b) > between(keeps, goes)) [keeps, goes] = [a, b];
    there = there.filter((one) => one !== goes);
    const [m = 1, n = 1] = [sizes[keeps], sizes[goes]];
    for (const one of there) {
      const mean = (m * between(keeps, one) + n * between(goes, one)) / (m + n);
      for (const [a, b] of [
        [keeps, one],
        [one, keeps],
      ] as const) {
        const row = scores[a];
        if (row) row[b] = mean;
      }
    }
    sizes[keeps] = m + n;
  }
  const [a = 0, b = 1] = there;
  return { apart: between(a, b), apart_tracks: Math.min(sizes[a] ?? 0, sizes[b] ?? 0) };
}
