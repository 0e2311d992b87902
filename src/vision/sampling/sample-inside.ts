/** Samples crops that lie inside a picture, without the checks at its edges. */
import type { Similarity } from '../../domain/faces/alignment.js';
import { CROP_SIDE, type RgbImage } from '../../domain/types.js';

/**
 * Whether all samples of a crop, and the pixels around them, are in the picture. The similarity maps the crop into it.
 */
export function liesInside({ a, b, tx, ty }: Similarity, { width, height }: RgbImage): boolean {
  // Samples lie up to half a pixel beyond the centres of the crop's corner pixels.
  const from = -0.5,
    to = CROP_SIDE - 0.5;
  return [
    [from, from],
    [to, from],
    [from, to],
    [to, to],
  ].every(([u = 0, v = 0]) => {
    const x = a * u - b * v + tx,
      y = b * u + a * v + ty;
    return x >= 0 && y >= 0 && x < width - 1 && y < height - 1;
  });
}

/**
 * Samples a crop that `liesInside`, as most faces do: the sums of alignFace in the same order, so the same bytes, with
 * nothing to check. @param n samples a pixel and direction
 */
export function sampleInside({ width, data }: RgbImage, { a, b, tx, ty }: Similarity, n: number): Uint8Array {
  const crop = new Uint8Array(CROP_SIDE * CROP_SIDE * 3),
    row = width * 3,
    w = 1 / (n * n);
  for (let v = 0, o = 0; v < CROP_SIDE; v++) {
    for (let u = 0; u < CROP_SIDE; u++, o += 3) {
      let red = 0,
        green = 0,
        blue = 0;
      for (let j = 0; j < n; j++) {
        const cv = v + (j + 0.5) / n - 0.5;
        for (let i = 0; i < n; i++) {
          const cu = u + (i + 0.5) / n - 0.5,
            x = a * cu - b * cv + tx,
            y = b * cu + a * cv + ty;
          const x0 = Math.floor(x),
            y0 = Math.floor(y),
            fx = x - x0,
            fy = y - y0;
          const p = (y0 * width + x0) * 3,
            q = p + row;
          const w00 = (1 - fx) * (1 - fy),
            w01 = fx * (1 - fy),
            w10 = (1 - fx) * fy,
            w11 = fx * fy;
          red += w00 * (data[p] ?? 0) + w01 * (data[p + 3] ?? 0) + w10 * (data[q] ?? 0) + w11 * (data[q + 3] ?? 0);
          green +=
            w00 * (data[p + 1] ?? 0) + w01 * (data[p + 4] ?? 0) + w10 * (data[q + 1] ?? 0) + w11 * (data[q + 4] ?? 0);
          blue +=
            w00 * (data[p + 2] ?? 0) + w01 * (data[p + 5] ?? 0) + w10 * (data[q + 2] ?? 0) + w11 * (data[q + 5] ?? 0);
        }
      }
      crop[o] = red * w + 0.5;
      crop[o + 1] = green * w + 0.5;
      crop[o + 2] = blue * w + 0.5;
    }
  }
  return crop;
}
