/** Faces as evaluation compares them, and the scores it compares them by. */
import { networkCosines, normalisedScore, scoreOf, type Cohort } from '../../../src/domain/scores/normalised-score.js';
import { dot } from '../../../src/domain/vectors.js';
import type { PackInfo } from '../../../src/vision/pipeline.js';

/** The main face of a picture. */
export interface EvalFace {
  file: string;
  /** 0..1, 0 for a face that indexing would not embed. */
  quality: number;
  /** Length of the embedding before normalisation. */
  norm: number;
  /** L2-normalised. */
  vector: Float32Array;
  population_excess: number;
  /** The same without a floor: all of what a face like this scores against people in general. */
  population_mean: number;
  /** Mean and standard deviation of its cosines to the nearer half of the population; null where the pack has none. */
  cohort: CohortSpread | null;
}

export interface CohortSpread {
  mean: number;
  deviation: number;
}

/** A pair whose truth is known; null for a picture without a face. */
export interface FacePair {
  a: EvalFace | null;
  b: EvalFace | null;
  same: boolean;
}

/** A way to score two faces; higher is more alike. */
export interface Scorer {
  name: string;
  score(a: EvalFace, b: EvalFace): number;
}

/** The score that decisions use. */
export const SCORE = 'score';
/** Normalised as first published: all of m subtracted, not what exceeds the floor. */
export const NO_FLOOR = 'score without floor';
/**
 * What both faces exceed the floor by, as the geometric mean: a child and an adult are corrected less than two
 * children.
 */
export const GEOMETRIC = 'score, geometric mean';
/** What one face exceeds the floor by more than the other counts up to CAP. */
export const CAPPED = 'score, difference capped';
const CAP = 0.2;
/**
 * Symmetric score normalisation over the nearer half of the population (Matějka et al. 2017): the deviation too, not
 * only the mean.
 */
export const AS_NORM = 'AS-norm';
/** The plain cosine of the fused vectors. */
export const COSINE = 'raw cosine';

/**
 * The score in use first; beside it the one without a floor, the raw cosine and each network's own, where they differ
 * from it.
 */
export function scorersOf(pack: PackInfo): [Scorer, ...Scorer[]] {
  return [
    { name: SCORE, score: scoreOf },
    ...(pack.population
      ? [
          {
            name: NO_FLOOR,
            score: (a: EvalFace, b: EvalFace) =>
              normalisedScore(dot(a.vector, b.vector), a.population_mean, b.population_mean),
          },
          {
            name: GEOMETRIC,
            score: (a: EvalFace, b: EvalFace) =>
              dot(a.vector, b.vector) - Math.sqrt(a.population_excess * b.population_excess),
          },
          {
            name: CAPPED,
            score: (a: EvalFace, b: EvalFace) => {
              const [x, y] = [a.population_excess, b.population_excess];
              return dot(a.vector, b.vector) - Math.min(x, y) - Math.min(CAP, Math.abs(x - y)) / 2;
            },
          },
          {
            name: AS_NORM,
            score: (a: EvalFace, b: EvalFace) => {
              const cosine = dot(a.vector, b.vector);
              return (standardised(cosine, a.cohort) + standardised(cosine, b.cohort)) / 2;
            },
          },
          { name: COSINE, score: (a: EvalFace, b: EvalFace) => dot(a.vector, b.vector) },
        ]
      : []),
    ...(pack.blocks.length > 1 ? pack.blocks : []).map(
      (block): Scorer => ({
        name: `cosine of ${block.id} alone`,
        score: (a, b) => networkCosines(a.vector, b.vector, [block])[block.id] ?? 0,
      }),
    ),
  ];
}

/** A face's cosines to the nearer half of a population. */
export function cohortSpread(vector: Float32Array, cohort: Cohort | null): CohortSpread | null {
  if (!cohort) return null;
  const d = vector.length;
  const cosines = Array.from({ length: cohort.rows }, (_, r) =>
    dot(vector, cohort.centroids.subarray(r * d, (r + 1) * d)),
  )
    .sort((a, b) => b - a)
    .slice(0, Math.ceil(cohort.rows / 2));
  const mean = cosines.reduce((sum, c) => sum + c, 0) / cosines.length;
  return { mean, deviation: Math.sqrt(cosines.reduce((sum, c) => sum + (c - mean) ** 2, 0) / cosines.length) };
}

function standardised(cosine: number, spread: CohortSpread | null): number {
  return spread ? (cosine - spread.mean) / spread.deviation : cosine;
}
