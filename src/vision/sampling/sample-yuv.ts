/**
 * Samples crops from a picture that is kept as brightness and colour differences. A part of it around the face is taken
 * out, made smaller where the face is large, and only what the crop needs becomes RGB.
 */
import type { Similarity } from '../../domain/faces/alignment.js';
import { CROP_SIDE, type YuvImage } from '../../domain/types.js';
import { sampledBounds } from './sampled-bounds.js';

/** Black, in brightness and in a colour difference. */
const BLACK = 16,
  GREY = 128;

/**
 * Samples of one kind, a byte each, by row. [Note: One shape] Planes and parts are made in one place each, of whole
 * numbers, and what goes through their bytes is given nothing but bytes and numbers: V8 compiles code anew whenever it
 * meets an object of another shape, which took longer than the sampling.
 */
interface Plane {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A part of a plane, averaged over blocks of `step` × `step` pixels; (x, y) of the plane is its first pixel. */
interface Part extends Plane {
  x: number;
  y: number;
  step: number;
}

function planeOf(data: Uint8Array, width: number, height: number): Plane {
  return { data, width: width | 0, height: height | 0 };
}

function partOf({ data, width, height }: Plane, x: number, y: number, step: number): Part {
  return { data, width, height, x: x | 0, y: y | 0, step: step | 0 };
}

/**
 * The crop that a similarity maps into a picture, RGB: bilinear samples, four a pixel where the picture is larger than
 * the crop; outside is black.
 */
export function sampleYuv(image: YuvImage, back: Similarity): Uint8Array {
  const { width, height, data, weights } = image,
    scale = Math.hypot(back.a, back.b);
  const pixels = width * height;
  // A pixel of colour covers two by two of brightness.
  const colour: Similarity = { a: back.a / 2, b: back.b / 2, tx: back.tx / 2 - 0.25, ty: back.ty / 2 - 0.25 };
  const n = scale >= 1.5 ? 2 : 1;
  const luma = sampled(planeOf(data.subarray(0, pixels), width, height), back, n, Math.floor(scale / 2), BLACK);
  const ofColour = (plane: Uint8Array): Float32Array =>
    sampled(planeOf(plane, width / 2, height / 2), colour, 1, Math.round(scale / 2), GREY);
  const blue = ofColour(data.subarray(pixels, 1.25 * pixels)),
    red = ofColour(data.subarray(1.25 * pixels));
  return toRgb(luma, blue, red, weights);
}

function toRgb(luma: Float32Array, blue: Float32Array, red: Float32Array, w: YuvImage['weights']): Uint8Array {
  const crop = new Uint8ClampedArray(luma.length * 3);
  // ITU-R BT.601-7, 2.5: 219 steps of brightness, 224 of colour.
  const bright = 255 / 219,
    toRed = (255 / 224) * 2 * (1 - w.red),
    toBlue = (255 / 224) * 2 * (1 - w.blue),
    green = 1 - w.red - w.blue,
    redInGreen = (toRed * w.red) / green,
    blueInGreen = (toBlue * w.blue) / green;
  for (let i = 0, o = 0; i < luma.length; i++, o += 3) {
    const y = ((luma[i] ?? 0) - BLACK) * bright,
      u = (blue[i] ?? 0) - GREY,
      v = (red[i] ?? 0) - GREY;
    crop[o] = y + toRed * v;
    crop[o + 1] = y - redInGreen * v - blueInGreen * u;
    crop[o + 2] = y + toBlue * u;
  }
  return new Uint8Array(crop.buffer);
}

/** CROP_SIDE² means of n × n bilinear samples of a plane. @param step it is averaged over blocks of so many pixels */
function sampled(plane: Plane, { a, b, tx, ty }: Similarity, n: number, step: number, outside: number): Float32Array {
  const part = partAround(plane, { a, b, tx, ty }, Math.max(1, step), outside);
  const k = 1 / part.step;
  // From the plane's pixels to those of the part, whose centres lie amid their blocks.
  const px = (tx - part.x + 0.5) * k - 0.5,
    py = (ty - part.y + 0.5) * k - 0.5;
  return samplePart(part.data, part.width, a * k, b * k, px, py, n);
}

/** The same of bytes by row, in whose pixels pa … py are; all samples lie inside. */
function samplePart(
  data: Uint8Array,
  width: number,
  pa: number,
  pb: number,
  px: number,
  py: number,
  n: number,
): Float32Array {
  const out = new Float32Array(CROP_SIDE * CROP_SIDE),
    w = 1 / (n * n),
    first = 0.5 / n - 0.5,
    gap = 1 / n;
  for (let v = 0, o = 0; v < CROP_SIDE; v++) {
    for (let u = 0; u < CROP_SIDE; u++, o++) {
      let sum = 0;
      for (let j = 0, cv = v + first; j < n; j++, cv += gap) {
        for (let i = 0, cu = u + first; i < n; i++, cu += gap) {
          const x = pa * cu - pb * cv + px,
            y = pb * cu + pa * cv + py;
          const x0 = x | 0,
            y0 = y | 0,
            fx = x - x0,
            p = y0 * width + x0,
            q = p + width,
            topLeft = data[p] ?? 0,
            left = data[q] ?? 0;
          const above = topLeft + fx * ((data[p + 1] ?? 0) - topLeft),
            below = left + fx * ((data[q + 1] ?? 0) - left);
          sum += above + (y - y0) * (below - above);
        }
      }
      out[o] = sum * w;
    }
  }
  return out;
}

/** All that a crop's samples touch, and a pixel around it; what lies outside of the plane is `outside`. */
function partAround(plane: Plane, back: Similarity, step: number, outside: number): Part {
  const { left, right, top, bottom } = sampledBounds(back);
  const x = Math.floor(left) - 2 * step,
    y = Math.floor(top) - 2 * step;
  const width = Math.ceil((right - x) / step) + 3,
    height = Math.ceil((bottom - y) / step) + 3;
  const inside = x >= 0 && y >= 0 && x + width * step <= plane.width && y + height * step <= plane.height;
  // Most faces lie inside: their part needs no copy.
  if (step === 1 && inside) return partOf(plane, 0, 0, step);
  const part = partOf(planeOf(new Uint8Array(width * height), width, height), x, y, step);
  if (!inside) part.data.fill(outside);
  if (step === 1) copyRows(plane, part);
  else averageBlocks(plane, part, outside);
  return part;
}

function copyRows(plane: Plane, { x, y, width, height, data }: Part): void {
  const first = Math.max(0, x),
    last = Math.min(plane.width, x + width);
  if (first >= last) return;
  for (let row = Math.max(0, -y); row < height && y + row < plane.height; row++) {
    const at = (y + row) * plane.width;
    data.set(plane.data.subarray(at + first, at + last), row * width + first - x);
  }
}

function averageBlocks(plane: Plane, { x, y, width, height, data, step }: Part, outside: number): void {
  const sums = new Int32Array(width);
  // Columns whose blocks lie inside.
  const from = Math.min(width, Math.max(0, Math.ceil(-x / step))),
    to = Math.max(from, Math.min(width, Math.floor((plane.width - x) / step)));
  for (let row = 0; row < height; row++) {
    const top = y + row * step;
    if (top + step <= 0 || top >= plane.height) continue;
    sums.fill(0);
    for (let line = top; line < top + step; line++) {
      if (line < 0 || line >= plane.height) addToAll(sums, step * outside);
      else {
        const at = line * plane.width;
        sumBlocks(plane.data, at + x + from * step, step, sums, from, to);
        sumEdges(plane.data, at, plane.width, x, step, sums, 0, from, outside);
        sumEdges(plane.data, at, plane.width, x, step, sums, to, width, outside);
      }
    }
    average(sums, step * step, data, row * width);
  }
}

function addToAll(sums: Int32Array, value: number): void {
  for (let column = 0; column < sums.length; column++) sums[column] = (sums[column] ?? 0) + value;
}

/** Rounded means of `area` pixels, from their sums. */
function average(sums: Int32Array, area: number, into: Uint8Array, at: number): void {
  for (let column = 0; column < sums.length; column++) into[at + column] = ((sums[column] ?? 0) + area / 2) / area;
}

/** Adds to sums `from` to `to` what blocks next to each other hold of one row, the first beginning at `at`. */
function sumBlocks(row: Uint8Array, at: number, step: number, sums: Int32Array, from: number, to: number): void {
  let p = at;
  if (step === 2)
    for (let column = from; column < to; column++, p += 2)
      sums[column] = (sums[column] ?? 0) + (row[p] ?? 0) + (row[p + 1] ?? 0);
  else
    for (let column = from; column < to; column++) {
      let sum = sums[column] ?? 0;
      for (const end = p + step; p < end; p++) sum += row[p] ?? 0;
      sums[column] = sum;
    }
}

/** The same where blocks may reach beyond the row, which is `width` pixels from `at` on; the first block is at `x`. */
function sumEdges(
  row: Uint8Array,
  at: number,
  width: number,
  x: number,
  step: number,
  sums: Int32Array,
  from: number,
  to: number,
  outside: number,
): void {
  for (let column = from; column < to; column++)
    for (let px = x + column * step, end = px + step; px < end; px++)
      sums[column] = (sums[column] ?? 0) + (px >= 0 && px < width ? (row[at + px] ?? 0) : outside);
}
