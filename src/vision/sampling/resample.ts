/** Crops of faces out of a decoded picture, and how sharp they are. All coordinates have pixel centres at integers. */
import { ARCFACE_TEMPLATE, fitSimilarity, invert } from '../../domain/faces/alignment.js';
import { CROP_SIDE, type Landmarks, type Picture, type RgbImage } from '../../domain/types.js';
import { liesInside, sampleInside } from './sample-inside.js';
import { sampleYuv } from './sample-yuv.js';

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
