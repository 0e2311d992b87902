/** How much of a picture changes from one moment of a shot to another: less than what a thumbnail of a frame tells. */
import type { PlanarImage } from '../types.js';

/** Side of the blocks whose means are compared, pixels. */
const BLOCK = 16;
/** Every other row of them says as much. */
const ROWS = 2;

/** Means of blocks of the first plane (green, most of brightness), by row; what is left at the edges is not in. */
export function coarsePicture({ width, height, data }: PlanarImage): Float32Array {
  const columns = Math.floor(width / BLOCK),
    rows = Math.floor(height / BLOCK);
  const means = new Float32Array(columns * rows),
    share = ROWS / BLOCK ** 2;
  for (let y = 0; y < rows * BLOCK; y += ROWS) {
    const first = Math.floor(y / BLOCK) * columns;
    let at = y * width;
    for (let column = first; column < first + columns; column++) {
      let sum = 0;
      for (const end = at + BLOCK; at < end; at++) sum += data[at] ?? 0;
      means[column] = (means[column] ?? 0) + sum * share;
    }
  }
  return means;
}

/** Mean absolute difference of two pictures of one size, 0..1. */
export function coarseChange(a: Float32Array, b: Float32Array): number {
  if (a.length === 0) return 1;
  const sum = a.reduce((soFar, mean, i) => soFar + Math.abs(mean - (b[i] ?? 0)), 0);
  return sum / (a.length * 255);
}

/** The most that one block differs by, 0..1: a face that comes, or a mouth that opens, is lost in the mean of all. */
export function coarsePeak(a: Float32Array, b: Float32Array): number {
  if (a.length === 0 || a.length !== b.length) return 1;
  return a.reduce((most, mean, i) => Math.max(most, Math.abs(mean - (b[i] ?? 0))), 0) / 255;
}
