/** Many vectors at once, and what comparing them gives. */

/** n vectors with what normalises their scores. */
export interface VectorSet {
  /** n × dimensions, row-major, L2-normalised rows. */
  vectors: Float32Array;
  /** n population excesses (see populationExcess in scores/normalised-score.ts). */
  excess: Float32Array;
}

/** Rows of vectors that several requests speak of: in shared memory they are copied to nobody. */
export interface VectorRows extends VectorSet {
  /** Which of them are compared, in this order; all when left out. */
  rows?: Int32Array;
}

/** How many are compared. */
export function rowsOf({ excess, rows }: VectorRows): number {
  return (rows ?? excess).length;
}

/** Of each row the rows most like it, as many of each, the most alike first. */
export interface NearestRows {
  /** How many of each. */
  k: number;
  at: Int32Array;
  score: Float32Array;
}

/** Pairs of rows with their normalised score, as three columns. */
export interface ScoredPairs {
  i: Int32Array;
  j: Int32Array;
  score: Float32Array;
}
