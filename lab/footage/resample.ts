/**
 * Cuts a rectangle with fractional edges out of a picture and scales it: what libvips and ffmpeg do only from whole
 * pixels, and a camera that moves by whole pixels would make the truth inexact and the pan judder.
 */
import type { Box, RgbImage } from '../../src/domain/types.js';

/** For each output pixel of one axis the first input pixel and the weights from there on. */
interface Taps {
  first: Int32Array;
  weights: Float32Array;
  count: number;
}

/**
 * Triangle filter: bilinear when enlarging, widened to the area of an output pixel when shrinking. Pixel i covers [i, i
 * + 1).
 */
function taps(from: number, length: number, to: number, limit: number): Taps {
  const step = length / to,
    radius = Math.max(1, step);
  const count = Math.ceil(2 * radius) + 1;
  const first = new Int32Array(to),
    weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const at = from + (i + 0.5) * step - 0.5;
    // The window slides back from the edges instead of reading outside; weights of pixels outside fall on the edge
    // pixel.
    const start = Math.floor(at - radius) + 1,
      held = Math.max(0, Math.min(start, limit - count));
    first[i] = held;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += Math.max(0, 1 - Math.abs(start + k - at) / radius);
    for (let k = 0; k < count; k++) {
      const pixel = Math.max(0, Math.min(limit - 1, start + k)),
        o = i * count + (pixel - held);
      weights[o] = (weights[o] ?? 0) + Math.max(0, 1 - Math.abs(start + k - at) / radius) / sum;
    }
  }
  return { first, weights, count };
}

/**
 * The part `view` of a picture (pixels, fractional) as a picture of width × height. Outside, the edge is repeated.
 * The picture must be larger than the filter: a few pixels, or three times the shrinking factor.
 */
export function resample(image: RgbImage, view: Box, width: number, height: number): RgbImage {
  const across = taps(view.x, view.w, width, image.width),
    down = taps(view.y, view.h, height, image.height);
  const top = down.first[0] ?? 0,
    bottom = Math.min(image.height, (down.first[height - 1] ?? 0) + down.count);
  const stride = width * 3;
  const rows = new Float32Array((bottom - top) * stride);
  for (let y = top, o = 0; y < bottom; y++) {
    const base = y * image.width * 3;
    for (let x = 0; x < width; x++, o += 3) {
      let p = base + (across.first[x] ?? 0) * 3,
        r = 0,
        g = 0,
        b = 0;
      for (let k = x * across.count, end = k + across.count; k < end; k++, p += 3) {
        const w = across.weights[k] ?? 0;
        if (w === 0) continue;
        r += w * (image.data[p] ?? 0);
        g += w * (image.data[p + 1] ?? 0);
        b += w * (image.data[p + 2] ?? 0);
      }
      rows[o] = r;
      rows[o + 1] = g;
      rows[o + 2] = b;
    }
  }
  const data = new Uint8Array(height * stride),
    line = new Float32Array(stride);
  for (let y = 0, o = 0; y < height; y++, o += stride) {
    line.fill(0.5);
    for (let k = 0; k < down.count; k++) {
      const w = down.weights[y * down.count + k] ?? 0;
      if (w === 0) continue;
      const p = ((down.first[y] ?? 0) + k - top) * stride;
      for (let i = 0; i < stride; i++) line[i] = (line[i] ?? 0) + w * (rows[p + i] ?? 0);
    }
    data.set(line, o);
  }
  return { width, height, data };
}

/** A picture seen in a mirror, left for right. */
export function mirrored(image: RgbImage): RgbImage {
  const { width, height, data } = image,
    out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0, p = y * width * 3, q = p + (width - 1) * 3; x < width; x++, p += 3, q -= 3) {
      out[p] = data[q] ?? 0;
      out[p + 1] = data[q + 1] ?? 0;
      out[p + 2] = data[q + 2] ?? 0;
    }
  }
  return { width, height, data: out };
}
