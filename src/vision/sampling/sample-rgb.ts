/**
 * Samples crops from a picture of RGB pixels. Where the face is large, what lies around it is made smaller first, as
 * sample-yuv does it in pictures of films.
 */
import type { Similarity } from '../../domain/faces/alignment.js';
import { CROP_SIDE, type RgbImage } from '../../domain/types.js';
import { sampledBounds } from './sampled-bounds.js';

/**
 * The crop that a similarity maps into a picture, RGB: the mean of bilinear samples, four a pixel where the picture is
 * larger than the crop; from four times as large on, of means over blocks of pixels. Outside is black, as in
 * InsightFace's warpAffine.
 */
export function sampleRgb(image: RgbImage, back: Similarity): Uint8Array {
  const scale = Math.hypot(back.a, back.b),
    n = scale >= 1.5 ? 2 : 1,
    step = Math.max(1, Math.floor(scale / 2));
  const area = areaAround(back, step);
  const { x, y, width, height } = area;
  if (step > 1) {
    // From the picture's pixels to blocks, whose centres lie amid their pixels.
    const k = 1 / step,
      toBlock = (at: number): number => (at + 0.5) * k - 0.5;
    const { a, b, tx, ty } = back;
    const toBlocks = { a: a * k, b: b * k, tx: toBlock(tx - x), ty: toBlock(ty - y) };
    return sample(averageBlocks(image, area, step), toBlocks, n);
  }
  if (x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height) return sample(image, back, n);
  return sample(cutOut(image, area), { ...back, tx: back.tx - x, ty: back.ty - y }, n);
}

/** Part of a picture, pixels; it may reach beyond it. */
interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** All that a crop's samples touch, in whole blocks of `step` pixels. */
function areaAround(back: Similarity, step: number): Area {
  const { left, right, top, bottom } = sampledBounds(back);
  const x = Math.floor(left) - step,
    y = Math.floor(top) - step;
  const whole = (length: number): number => (Math.ceil(length / step) + 2) * step;
  return { x, y, width: whole(right - x), height: whole(bottom - y) };
}

/** A copy of an area, black where it reaches beyond the picture. */
function cutOut(image: RgbImage, { x, y, width, height }: Area): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const first = Math.max(0, x),
    last = Math.min(image.width, x + width);
  if (first >= last) return { width, height, data };
  for (let row = Math.max(0, -y); row < height && y + row < image.height; row++) {
    const at = (y + row) * image.width;
    data.set(image.data.subarray(3 * (at + first), 3 * (at + last)), 3 * (row * width + first - x));
  }
  return { width, height, data };
}

/** Rounded means over blocks of `step` × `step` pixels of an area. */
function averageBlocks(image: RgbImage, area: Area, step: number): RgbImage {
  const width = area.width / step,
    height = area.height / step;
  const blocks = new Uint8Array(width * height * 3),
    sums = new Int32Array(width * 3),
    pixels = step * step;
  // Columns whose blocks lie inside.
  const from = Math.min(width, Math.max(0, Math.ceil(-area.x / step))),
    to = Math.max(from, Math.min(width, Math.floor((image.width - area.x) / step)));
  for (let row = 0; row < height; row++) {
    sums.fill(0);
    const top = area.y + row * step;
    for (let y = Math.max(0, top), bottom = Math.min(image.height, top + step); y < bottom; y++) {
      const line = image.data.subarray(3 * y * image.width, 3 * (y + 1) * image.width);
      addEdge(line, area.x, step, sums, 0, from);
      addBlocks(line, 3 * (area.x + from * step), step, sums, 3 * from, 3 * to);
      addEdge(line, area.x, step, sums, to, width);
    }
    const at = row * sums.length;
    for (let i = 0; i < sums.length; i++) blocks[at + i] = ((sums[i] ?? 0) + pixels / 2) / pixels;
  }
  return { width, height, data: blocks };
}

/** Adds to sums `from` to `to`, three a block, what blocks next to each other hold of a line, from `at` on. */
function addBlocks(line: Uint8Array, at: number, step: number, sums: Int32Array, from: number, to: number): void {
  let p = at;
  for (let i = from; i < to; i += 3) {
    let red = 0,
      green = 0,
      blue = 0;
    for (const end = p + 3 * step; p < end; p += 3) {
      red += line[p] ?? 0;
      green += line[p + 1] ?? 0;
      blue += line[p + 2] ?? 0;
    }
    sums[i] = (sums[i] ?? 0) + red;
    sums[i + 1] = (sums[i + 1] ?? 0) + green;
    sums[i + 2] = (sums[i + 2] ?? 0) + blue;
  }
}

/** The same of blocks `from` to `to`, which may reach beyond the line; block 0 begins at pixel `x`. */
function addEdge(line: Uint8Array, x: number, step: number, sums: Int32Array, from: number, to: number): void {
  for (let block = from; block < to; block++)
    for (let px = x + block * step, end = px + step; px < end; px++)
      for (let c = 0; c < 3; c++) sums[3 * block + c] = (sums[3 * block + c] ?? 0) + (line[3 * px + c] ?? 0);
}

/** A crop whose samples lie inside of the picture, n × n a pixel. */
function sample({ width, data }: RgbImage, { a, b, tx, ty }: Similarity, n: number): Uint8Array {
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
          const x0 = x | 0,
            y0 = y | 0,
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
