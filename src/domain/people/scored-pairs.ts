/** n vectors with what normalises their scores. */
export interface VectorSet {
  /** n × dimensions, row-major, L2-normalised rows. */
  vectors: Float32Array;
  /** n population means (see scoring.ts). */
  means: Float32Array;
}

/** Pairs of rows with their normalised score, as three columns. */
export interface ScoredPairs {
  i: Int32Array;
  j: Int32Array;
  score: Float32Array;
}
