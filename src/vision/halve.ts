/** A picture of half the size. */
import type { RgbImage } from '../domain/types.js';
import type { Letterbox, PixelFormat } from './letterbox.js';

/**
 * `toTensor` for a scale of one half, the usual one (1280 → 640): the triangle filter is 1, 3, 3, 1 in both directions,
 * so whole numbers do, and the result is the same bit for bit in less than half the time.
 *
 * @param width height pixels to write of `out`, planar float32 [3, box.height, box.width]; the padding is the caller's
 */
export function halve(
  image: RgbImage,
  width: number,
  height: number,
  box: Letterbox,
  { order, mean, scale }: PixelFormat,
  out: Float32Array,
): void {
  const { data, width: sw, height: sh } = image;
  const row = sw * 3,
    plane = box.width * box.height;
  const red = order === 'rgb' ? 0 : 2 * plane,
    green = plane,
    blue = 2 * plane - red;
  // Four rows summed, 8 × the filtered bytes.
  const sums = new Int32Array(row);
  const rowAt = (y: number) => Math.min(sh - 1, Math.max(0, y)) * row;
  for (let y = 0; y < height; y++) {
    const p0 = rowAt(2 * y - 1),
      p1 = rowAt(2 * y),
      p2 = rowAt(2 * y + 1),
      p3 = rowAt(2 * y + 2);
    for (let i = 0; i < row; i++)
      sums[i] =
        (data[p0 + i] as number) + 3 * ((data[p1 + i] as number) + (data[p2 + i] as number)) + (data[p3 + i] as number);
    // Two of an output's four taps are two of the one before; left of the picture its edge repeats.
    let r0 = sums[0] as number,
      g0 = sums[1] as number,
      b0 = sums[2] as number,
      r1 = r0,
      g1 = g0,
      b1 = b0;
    for (let x = 0, o = y * box.width; x < width; x++, o++) {
      const p = Math.min(2 * x + 1, sw - 1) * 3,
        q = Math.min(2 * x + 2, sw - 1) * 3;
      const r2 = sums[p] as number,
        g2 = sums[p + 1] as number,
        b2 = sums[p + 2] as number;
      const r3 = sums[q] as number,
        g3 = sums[q + 1] as number,
        b3 = sums[q + 2] as number;
      out[red + o] = ((r0 + 3 * (r1 + r2) + r3) / 64 - mean) * scale;
      out[green + o] = ((g0 + 3 * (g1 + g2) + g3) / 64 - mean) * scale;
      out[blue + o] = ((b0 + 3 * (b1 + b2) + b3) / 64 - mean) * scale;
      r0 = r2;
      g0 = g2;
      b0 = b2;
      r1 = r3;
      g1 = g3;
      b1 = b3;
    }
  }
}
