/** Faces as evaluation compares them, and the scores it compares them by. */
import { normalisedScore } from '../../src/domain/scoring.js';
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
}

/** A way to score two faces; higher is more alike. */
export interface Scorer {
  name: string;
  score(a: EvalFace, b: EvalFace): number;
}

/** The score that decisions use. */
export const SCORE = 'score';
/** The plain cosine of the fused vectors. */
export const COSINE = 'raw cosine';

/** The score in use first; beside it the raw cosine and each network's own, where they differ from it. */
export function scorersOf(pack: PackInfo): [Scorer, ...Scorer[]] {
  const weights = pack.blocks.reduce((s, b) => s + b.weight, 0);
  return [
    { name: SCORE, score: (a, b) => normalisedScore(dot(a.vector, b.vector), a.population_excess, b.population_excess) },
    ...(pack.population ? [{ name: COSINE, score: (a: EvalFace, b: EvalFace) => dot(a.vector, b.vector) }] : []),
    ...(pack.blocks.length > 1 ? pack.blocks : []).map(({ id, from, to, weight }): Scorer => ({
      name: `cosine of ${id} alone`,
      // Blocks are unit vectors times the root of their weight (src/vision/embedder.ts).
      score: (a, b) => (dot(a.vector.subarray(from, to), b.vector.subarray(from, to)) * weights) / weight,
    })),
  ];
}
