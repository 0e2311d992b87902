/** Scales pictures into a network's input. All coordinates have pixel centres at integers. */
import type { RgbImage } from '../../domain/types.js';
import type { Letterbox, PixelFormat } from './letterbox.js';

/** Triangle-filter taps (bilinear when enlarging, area-weighted when shrinking) of one axis, `count` a position. */
interface Taps {
  /** Pixels that the taps lie on, within the picture. */
  at: Int32Array;
  /** Float32 numbers, kept as doubles. */
  weights: Float64Array;
  /** Even. */
  count: number;
  /** Of each position's taps, those before trailing zeros. */
  used: Uint32Array;
}

function taps(from: number, to: number, scale: number): Taps {
  const radius = Math.max(1, 1 / scale);
  const count = Math.ceil(radius) * 2;
  const at = new Int32Array(to * count),
    weights = new Float64Array(to * count),
    used = new Uint32Array(to);
  for (let i = 0, first = 0; i < to; i++, first += count) {
    const middle = (i + 0.5) / scale - 0.5,
      start = Math.floor(middle - radius) + 1;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const w = Math.max(0, 1 - Math.abs(start + k - middle) / radius);
      at[first + k] = Math.min(from - 1, Math.max(0, start + k));
      weights[first + k] = Math.fround(w);
      if (w > 0) used[i] = k + 1;
      sum += w;
    }
    for (let t = first; t < first + count; t++) weights[t] = Math.fround((weights[t] ?? 0) / sum);
  }
  return { at, weights, count, used };
}

/**
 * Scales a picture into a planar float32 tensor [3, box.height, box.width], padding with the value of byte 0.
 *
 * Rows are narrowed as they are needed, into as many lines as an output row is made of, so that what is read is still
 * in the processor's cache. Lines hold float32 numbers as doubles, which V8 reads without converting them.
 * @param out is written
 */
export function toTensor(
  { width, height, data }: RgbImage,
  box: Letterbox,
  { order, mean, scale }: PixelFormat,
  out: Float32Array,
): void {
  const dw = Math.min(box.width, Math.round(width * box.scale)),
    dh = Math.min(box.height, Math.round(height * box.scale));
  const columns = taps(width, dw, box.scale),
    rows = taps(height, dh, box.scale);
  const plane = box.width * box.height,
    pixels = new Float64Array(3 * width);
  const lines = Array.from({ length: rows.count }, () => new Float64Array(3 * dw));
  const lineOf = (row: number): Float64Array => lines[row % rows.count] ?? pixels;
  let narrowed = 0;
  out.fill(0);
  for (let y = 0; y < dh; y++) {
    const first = y * rows.count,
      end = first + (rows.used[y] ?? 0);
    for (const last = rows.at[end - 1] ?? 0; narrowed <= last; narrowed++) {
      pixels.set(data.subarray(narrowed * pixels.length, (narrowed + 1) * pixels.length));
      narrow(pixels, columns, lineOf(narrowed), dw);
    }
    for (let c = 0; c < 3; c++) {
      const o = (order === 'rgb' ? c : 2 - c) * plane + y * box.width,
        sums = out.subarray(o, o + dw);
      // Two taps at a time; after an odd number the second is 0.
      for (let t = first; t < end; t += 2) {
        const a = lineOf(rows.at[t] ?? 0),
          b = lineOf(rows.at[t + 1] ?? 0);
        addLines(sums, a, rows.weights[t] ?? 0, b, rows.weights[t + 1] ?? 0, c * dw);
      }
    }
  }
  if (mean !== 0 || scale !== 1) for (let i = 0; i < out.length; i++) out[i] = ((out[i] ?? 0) - mean) * scale;
}

/** One row, RGB, into a line of `width` reds, greens and blues, each rounded to float32. */
function narrow(pixels: Float64Array, { at, weights, count, used }: Taps, line: Float64Array, width: number): void {
  for (let x = 0, first = 0; x < width; x++, first += count) {
    const p = 3 * (at[first] ?? 0),
      q = 3 * (at[first + 1] ?? 0),
      v = weights[first] ?? 0,
      w = weights[first + 1] ?? 0;
    let r = v * (pixels[p] ?? 0) + w * (pixels[q] ?? 0),
      g = v * (pixels[p + 1] ?? 0) + w * (pixels[q + 1] ?? 0),
      b = v * (pixels[p + 2] ?? 0) + w * (pixels[q + 2] ?? 0);
    for (let t = first + 2, end = first + (used[x] ?? 0); t < end; t++) {
      const s = 3 * (at[t] ?? 0),
        u = weights[t] ?? 0;
      r += u * (pixels[s] ?? 0);
      g += u * (pixels[s + 1] ?? 0);
      b += u * (pixels[s + 2] ?? 0);
    }
    line[x] = Math.fround(r);
    line[width + x] = Math.fround(g);
    line[2 * width + x] = Math.fround(b);
  }
}

/** Adds v · a + w · b to sums, rounding to float32 after each product; those of a and b begin at `from`. */
function addLines(sums: Float32Array, a: Float64Array, v: number, b: Float64Array, w: number, from: number): void {
  for (let i = 0, k = from; i < sums.length; i++, k++)
    sums[i] = Math.fround((sums[i] ?? 0) + v * (a[k] ?? 0)) + w * (b[k] ?? 0);
}
