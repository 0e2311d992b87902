/**
 * Population normalisation: how alike two faces are, less what such faces share with people in general beyond the
 * ordinary. s(a, b) = cos(a, b) − (e(a) + e(b)) / 2, e(v) = max(0, m(v) − floor), m(v) = mean cosine of v to its
 * nearest population centroids. After score normalisation in speaker verification (AS-norm: Karam et al. 2011; Matějka
 * et al. 2017) and fair score normalisation for faces (Terhörst et al. 2020). The floor is ours: infants, children and
 * groups that a network tells apart badly have a high m, and are corrected; for the rest m is mostly noise, which would
 * cost accuracy (docs/evaluation.md). Without a population e is 0 and s the raw cosine.
 */
import { dot } from '../vectors.js';

/** Averages of many people's embeddings: rows × dimensions, row-major, each row L2-normalised. */
export interface Cohort {
  centroids: Float32Array;
  rows: number;
  /** How many nearest centroids m averages. */
  nearest: number;
  /** Up to this m is ordinary. */
  floor: number;
}

/** e(v): what a face like v scores against people in general beyond the ordinary; 0 without a population. */
export function populationExcess(vector: Float32Array, cohort: Cohort | null): number {
  if (!cohort) return 0;
  const d = vector.length;
  const best: number[] = [];
  for (let r = 0; r < cohort.rows; r++) {
    const c = dot(vector, cohort.centroids.subarray(r * d, (r + 1) * d));
    if (best.length < cohort.nearest) {
      best.push(c);
      best.sort((a, b) => a - b);
    } else if (c > (best[0] ?? 0)) {
      best[0] = c;
      best.sort((a, b) => a - b);
    }
  }
  return Math.max(0, best.reduce((s, x) => s + x, 0) / best.length - cohort.floor);
}

/** Which numbers of a stored vector come from which network of its pack. */
export interface NetworkBlock {
  id: string;
  /** [from, to) */
  from: number;
  to: number;
}

/** The cosine by each network alone, read from its block of two stored vectors. */
export function networkCosines(
  a: Float32Array,
  b: Float32Array,
  blocks: readonly NetworkBlock[],
): Record<string, number> {
  return Object.fromEntries(
    blocks.map(({ id, from, to }) => {
      const x = a.subarray(from, to),
        y = b.subarray(from, to);
      return [id, dot(x, y) / Math.max(1e-12, Math.sqrt(dot(x, x) * dot(y, y)))];
    }),
  );
}

/** A face or a track as it is compared. */
export interface ComparedFace {
  /** L2-normalised. */
  vector: Float32Array;
  /** See populationExcess. */
  population_excess: number;
}

/** The score of two faces that every decision uses. */
export function scoreOf(a: ComparedFace, b: ComparedFace): number {
  return normalisedScore(dot(a.vector, b.vector), a.population_excess, b.population_excess);
}

/** The same from a cosine that is already known. */
export function normalisedScore(cosine: number, excessA: number, excessB: number): number {
  return cosine - (excessA + excessB) / 2;
}
