/** Crops of faces out of a decoded picture, and how sharp they are. All coordinates have pixel centres at integers. */
import { ARCFACE_TEMPLATE, fitSimilarity, invert } from '../../domain/faces/alignment.js';
import { CROP_SIDE, type Landmarks, type Picture } from '../../domain/types.js';
import { sampleRgb } from './sample-rgb.js';
import { sampleYuv } from './sample-yuv.js';

/**
 * Cuts the CROP_SIDE × CROP_SIDE RGB crop that ArcFace embedders expect: the five landmarks are mapped onto the
 * canonical template by a similarity transform and the picture is sampled bilinearly, averaging where it is larger than
 * the crop, so that large faces do not alias.
 * @param landmarks five points in pixels of `image`.
 */
export function alignFace(image: Picture, landmarks: Landmarks): Uint8Array {
  const back = invert(fitSimilarity(landmarks, ARCFACE_TEMPLATE));
  if (image.weights) return sampleYuv(image, back);
  return sampleRgb(image, back);
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
