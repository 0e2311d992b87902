/** How far into a picture the samples of a crop reach. */
import type { Similarity } from '../../domain/faces/alignment.js';
import { CROP_SIDE } from '../../domain/types.js';

/** @param back maps the crop into the picture @returns pixels of the picture, which may lie outside of it */
export function sampledBounds({ a, b, tx, ty }: Similarity): {
  left: number;
  right: number;
  top: number;
  bottom: number;
} {
  // Samples lie up to half a pixel beyond the centres of the crop's corner pixels.
  const ends = [-0.5, CROP_SIDE - 0.5];
  const xs = ends.flatMap((u) => ends.map((v) => a * u - b * v + tx)),
    ys = ends.flatMap((u) => ends.map((v) => b * u + a * v + ty));
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
