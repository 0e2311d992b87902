/** Pixel work between a decoded picture and the networks' inputs. All coordinates have pixel centres at integers. */
import { ARCFACE_TEMPLATE, fitSimilarity, invert } from '../domain/faces/alignment.js';
import { CROP_SIDE, type Landmarks, type Picture, type RgbImage } from '../domain/types.js';
import type { Letterbox, PixelFormat } from './letterbox.js';
import { liesInside, sampleInside } from './sample-inside.js';
import { sampleYuv } from './sample-yuv.js';

interface Taps {
  first: Int32Array;
  weights: Float32Array;
  count: number;
}

/** Triangle-filter taps (bilinear when enlarging, area-weighted when shrinking) for one axis. */
function taps(to: number, scale: number): Taps {
  const radius = Math.max(1, 1 / scale);
  const count = Math.ceil(radius) * 2;
  const first = new Int32Array(to),
    weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const at = (i + 0.5) / scale - 0.5;
    const start = Math.floor(at - radius) + 1;
    first[i] = start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const w = Math.max(0, 1 - Math.abs(start + k - at) / radius);
      weights[i * count + k] = w;
      sum += w;
    }
    for (let k = 0; k < count; k++) weights[i * count + k] = (weights[i * count + k] ?? 0) / sum;
  }
  return { first, weights, count };
}

/**
 * Scales a picture into a planar float32 tensor [3, box.height, box.width], padding with the value of byte 0.
 * Two separable passes with precomputed taps; `out` is written, `scratch` is grown as needed and returned for reuse.
 */
export function toTensor(
  image: RgbImage,
  box: Letterbox,
  format: PixelFormat,
  out: Float32Array,
  scratch?: Float32Array,
): Float32Array {
  const { width: sw, height: sh, data } = image;
  const dw = Math.min(box.width, Math.round(sw * box.scale)),
    dh = Math.min(box.height, Math.round(sh * box.scale));
  out.fill((0 - format.mean) * format.scale);
  const horizontal = taps(dw, box.scale),
    vertical = taps(dh, box.scale);
  const rows = scratch && scratch.length >= sh * dw * 3 ? scratch : new Float32Array(sh * dw * 3);
  shrinkRows(data, sw, sh, dw, horizontal, rows);
  const plane = box.width * box.height;
  const r = format.order === 'rgb' ? 0 : 2 * plane,
    b = format.order === 'rgb' ? 2 * plane : 0;
  const stride = dw * 3;
  const line = new Float32Array(stride);
  for (let y = 0; y < dh; y++) {
    line.fill(0);
    for (let k = 0; k < vertical.count; k++) {
      const w = vertical.weights[y * vertical.count + k] ?? 0;
      if (w === 0) continue;
      const sy = Math.min(sh - 1, Math.max(0, (vertical.first[y] ?? 0) + k)) * stride;
      for (let i = 0; i < stride; i++) line[i] = (line[i] ?? 0) + w * (rows[sy + i] ?? 0);
    }
    const o = y * box.width;
    for (let x = 0, i = 0; x < dw; x++, i += 3) {
      out[r + o + x] = ((line[i] ?? 0) - format.mean) * format.scale;
      out[plane + o + x] = ((line[i + 1] ?? 0) - format.mean) * format.scale;
      out[b + o + x] = ((line[i + 2] ?? 0) - format.mean) * format.scale;
    }
  }
  return rows;
}

function shrinkRows(data: Uint8Array, sw: number, sh: number, dw: number, t: Taps, rows: Float32Array): void {
  for (let y = 0; y < sh; y++) {
    const base = y * sw * 3,
      o = y * dw * 3;
    for (let x = 0; x < dw; x++) {
      let r = 0,
        g = 0,
        b = 0;
      const first = t.first[x] ?? 0;
      for (let k = 0; k < t.count; k++) {
        const w = t.weights[x * t.count + k] ?? 0;
        if (w === 0) continue;
        const p = base + Math.min(sw - 1, Math.max(0, first + k)) * 3;
        r += w * (data[p] ?? 0);
        g += w * (data[p + 1] ?? 0);
        b += w * (data[p + 2] ?? 0);
      }
      rows[o + x * 3] = r;
      rows[o + x * 3 + 1] = g;
      rows[o + x * 3 + 2] = b;
    }
  }
}

/**
 * Cuts the CROP_SIDE × CROP_SIDE RGB crop that ArcFace embedders expect: the five landmarks are mapped onto the
 * canonical template by a similarity transform and the picture is sampled bilinearly, averaging several samples a pixel
 * where the picture is larger than the crop, so that large faces do not alias.
 * @param landmarks five points in pixels of `image`.
 */
export function alignFace(image: Picture, landmarks: Landmarks): Uint8Array {
  const back = invert(fitSimilarity(landmarks, ARCFACE_TEMPLATE));
  if (image.weights) return sampleYuv(image, back);
  const scale = Math.hypot(back.a, back.b);
  const n = Math.min(4, Math.max(1, Math.round(scale)));
  if (liesInside(back, image)) return sampleInside(image, back, n);
  const crop = new Uint8Array(CROP_SIDE * CROP_SIDE * 3);
  const sum = [0, 0, 0] as [number, number, number];
  for (let v = 0, o = 0; v < CROP_SIDE; v++) {
    for (let u = 0; u < CROP_SIDE; u++, o += 3) {
      sum[0] = sum[1] = sum[2] = 0;
      for (let j = 0; j < n; j++) {
        const cv = v + (j + 0.5) / n - 0.5;
        for (let i = 0; i < n; i++) {
          const cu = u + (i + 0.5) / n - 0.5;
          addSample(image, back.a * cu - back.b * cv + back.tx, back.b * cu + back.a * cv + back.ty, sum);
        }
      }
      const w = 1 / (n * n);
      crop[o] = sum[0] * w + 0.5;
      crop[o + 1] = sum[1] * w + 0.5;
      crop[o + 2] = sum[2] * w + 0.5;
    }
  }
  return crop;
}

/** Adds the bilinear sample at (x, y); outside the picture is black, as in InsightFace's warpAffine. */
function addSample(image: RgbImage, x: number, y: number, sum: [number, number, number]): void {
  const { width, height, data } = image;
  const x0 = Math.floor(x),
    y0 = Math.floor(y),
    fx = x - x0,
    fy = y - y0;
  if (x0 >= 0 && y0 >= 0 && x0 + 1 < width && y0 + 1 < height) {
    const p = (y0 * width + x0) * 3,
      q = p + width * 3;
    const w00 = (1 - fx) * (1 - fy),
      w01 = fx * (1 - fy),
      w10 = (1 - fx) * fy,
      w11 = fx * fy;
    for (let c = 0; c < 3; c++) {
      sum[c as 0] +=
        w00 * (data[p + c] ?? 0) +
        w01 * (data[p + 3 + c] ?? 0) +
        w10 * (data[q + c] ?? 0) +
        w11 * (data[q + 3 + c] ?? 0);
    }
    return;
  }
  for (let dy = 0; dy < 2; dy++) {
    for (let dx = 0; dx < 2; dx++) {
      const px = x0 + dx,
        py = y0 + dy;
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const w = (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy),
        p = (py * width + px) * 3;
      sum[0] += w * (data[p] ?? 0);
      sum[1] += w * (data[p + 1] ?? 0);
      sum[2] += w * (data[p + 2] ?? 0);
    }
  }
}

/**
 * Sharpness of an aligned crop, about 0 (blurred) to 1 (crisp): mean absolute Laplacian of the luma over the face's
 * middle, divided by its standard deviation so that light and contrast do not count.
 */
export function sharpness(crop: Uint8Array): number {
  const from = 24,
    to = 96,
    side = to - from;
  const luma = new Float32Array(side * side);
  let mean = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const p = ((y + from) * CROP_SIDE + x + from) * 3;
      const l = 0.299 * (crop[p] ?? 0) + 0.587 * (crop[p + 1] ?? 0) + 0.114 * (crop[p + 2] ?? 0);
      luma[y * side + x] = l;
      mean += l;
    }
  }
  mean /= luma.length;
  let variance = 0,
    edges = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x,
        l = luma[i] ?? 0;
      variance += (l - mean) ** 2;
      edges += Math.abs(
        4 * l - (luma[i - 1] ?? 0) - (luma[i + 1] ?? 0) - (luma[i - side] ?? 0) - (luma[i + side] ?? 0),
      );
    }
  }
  const n = (side - 2) ** 2;
  return edges / n / (Math.sqrt(variance / n) + 4);
}
