import type { Box } from '../../domain/types.js';

/** A face of a query picture, embedded. */
export interface QueryFace {
  /** Pixels of the original picture. */
  box: Box;
  /** 0..1; 0 for a face that would have been gated. */
  quality: number;
  vector: Float32Array;
  population_excess: number;
}

export interface QueryPicture {
  /** Left to right. */
  faces: QueryFace[];
  /** The one that a picture of one person is about. */
  main: QueryFace;
}
