/** Faces as evaluation compares them, and the scores it compares them by. */
import { networkCosines, normalisedScore, scoreOf } from '../../src/domain/scoring.js';
import { dot } from '../../src/domain/vectors.js';
import type { PackInfo } from '../../src/vision/pipeline.js';

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
}

/** A pair whose truth is known; null for a picture without a face. */
export interface FacePair { a: EvalFace | null; b: EvalFace | null; same: boolean }

/** A way to score two faces; higher is more alike. */
export interface Scorer {
  name: string;
  score(a: EvalFace, b: EvalFace): number;
}

/** The score that decisions use. */
export const SCORE = 'score';
/** Normalised as first published: all of m subtracted, not what exceeds the floor. */
export const NO_FLOOR = 'score without floor';
/** The plain cosine of the fused vectors. */
export const COSINE = 'raw cosine';

/** The score in use first; beside it the one without a floor, the raw cosine and each network's own, where they differ from it. */
export function scorersOf(pack: PackInfo): [Scorer, ...Scorer[]] {
  return [
    { name: SCORE, score: scoreOf },
    ...(pack.population ? [
      { name: NO_FLOOR, score: (a: EvalFace, b: EvalFace) => normalisedScore(dot(a.vector, b.vector), a.population_mean, b.population_mean) },
      { name: COSINE, score: (a: EvalFace, b: EvalFace) => dot(a.vector, b.vector) },
    ] : []),
    ...(pack.blocks.length > 1 ? pack.blocks : []).map((block): Scorer => ({
      name: `cosine of ${block.id} alone`,
      score: (a, b) => networkCosines(a.vector, b.vector, [block])[block.id] ?? 0,
    })),
  ];
}
