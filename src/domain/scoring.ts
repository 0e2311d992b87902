/**
 * Population normalisation: how alike two faces are, beyond how alike such faces are to people in general.
 * s(a, b) = cos(a, b) − (m(a) + m(b)) / 2, m(v) = mean cosine of v to its nearest population centroids.
 * After score normalisation in speaker verification (AS-norm: Karam et al. 2011; Matějka et al. 2017) and
 * fair score normalisation for faces (Terhörst et al. 2020). Without a population m is 0 and s the raw cosine.
 */
import { dot } from './vectors.js';

/** Averages of many people's embeddings: rows × dimensions, row-major, each row L2-normalised. */
export interface Cohort {
  centroids: Float32Array;
  rows: number;
  /** How many nearest centroids m averages. */
  nearest: number;
}

/** m(v): what a face like v scores against people in general; 0 without a population. */
export function populationMean(vector: Float32Array, cohort: Cohort | null): number {
  if (!cohort) return 0;
  const d = vector.length;
  const best: number[] = [];
  for (let r = 0; r < cohort.rows; r++) {
    const c = dot(vector, cohort.centroids.subarray(r * d, (r + 1) * d));
    if (best.length < cohort.nearest) { best.push(c); best.sort((a, b) => a - b); }
    else if (c > (best[0] as number)) { best[0] = c; best.sort((a, b) => a - b); }
  }
  return best.reduce((s, x) => s + x, 0) / best.length;
}

/** The score every decision uses. */
export function normalisedScore(cosine: number, meanA: number, meanB: number): number {
  return cosine - (meanA + meanB) / 2;
}
