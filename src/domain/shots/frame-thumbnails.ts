/** Tiny pictures of frames, and what two or three of them have in common. */

/** Size of the thumbnails, pixels. Rows of RGB, whatever the shape of the video. */
export const THUMBNAIL = { width: 48, height: 28, bytes: 48 * 28 * 3 } as const;

/** A frame of the video, in small. */
export interface FrameThumbnail {
  time_s: number;
  /** THUMBNAIL.bytes of RGB. */
  picture: Uint8Array;
  /** Mean absolute difference to the frame before, 0..1. */
  change: number;
}

/** Largest camera shift that is compensated, thumbnail pixels (6 % of the width). */
const SHIFT = 3;
/** All shifts up to it, the smallest first: most pictures that are alike at one are so there. */
const SHIFTS = Array.from({ length: (2 * SHIFT + 1) ** 2 }, (_, i) => ({
  dx: (i % (2 * SHIFT + 1)) - SHIFT,
  dy: Math.floor(i / (2 * SHIFT + 1)) - SHIFT,
})).sort((a, b) => a.dx ** 2 + a.dy ** 2 - b.dx ** 2 - b.dy ** 2);
/** Shifts at which pictures are correlated: correlation falls off slowly, so not every one. */
const COARSE_SHIFTS = [0, -2, 2] as const;
/** Pictures whose values spread less than this (standard deviation, of 255) have no structure to compare. */
const FLAT = 3;
/** Values below this in both pictures (of 255) are left out: the black bars beside a picture are alike in all shots. */
const DARK = 24;

/**
 * Mean absolute difference, 0..1, of `a` and `b` moved by (dx, dy), where they overlap.
 * @param enough rows are compared until it comes to this, which is then all that it says: it only grows
 */
export function difference(a: Uint8Array, b: Uint8Array, dx = 0, dy = 0, enough = Infinity): number {
  const { columns, rows, a: startA, b: startB, stride } = overlap(dx, dy);
  const area = columns * rows * 255;
  let sum = 0;
  for (let row = 0; row < rows && sum / area < enough; row += 1)
    sum += rowDifference(a, startA + row * stride, b, startB + row * stride, columns);
  return sum / area;
}

/** Whether two pictures differ by less than `limit` at some small shift: a few rows tell most that differ. */
export function isAlikeShifted(a: Uint8Array, b: Uint8Array, limit: number): boolean {
  return SHIFTS.some(({ dx, dy }) => difference(a, b, dx, dy, limit) < limit);
}

function rowDifference(a: Uint8Array, from: number, b: Uint8Array, to: number, columns: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k += 1) sum += Math.abs((a[from + k] ?? 0) - (b[to + k] ?? 0));
  return sum;
}

/**
 * Correlation of two pictures, −1..1: the same under any brightness and contrast; 0 when either has no structure.
 * The largest over small shifts; stops at the first one above `enough`.
 */
export function likeness(a: Uint8Array, b: Uint8Array, enough = 1): number {
  let best = -1;
  for (const dy of COARSE_SHIFTS) {
    for (const dx of COARSE_SHIFTS) {
      best = Math.max(best, correlation(a, b, dx, dy));
      if (best > enough) return best;
    }
  }
  return best;
}

/**
 * `middle` ≈ (1 − weight) · a + weight · b in least squares; `residual` is what is left, as a share of the distance
 * from a to b (root mean square).
 */
export function fitBlend(middle: Uint8Array, a: Uint8Array, b: Uint8Array): { weight: number; residual: number } {
  let mm = 0,
    bb = 0,
    mb = 0;
  for (let i = 0; i < THUMBNAIL.bytes; i += 1) {
    const from = a[i] ?? 0,
      m = (middle[i] ?? 0) - from,
      d = (b[i] ?? 0) - from;
    mm += m * m;
    bb += d * d;
    mb += m * d;
  }
  if (bb === 0) return { weight: 0, residual: Infinity };
  return { weight: mb / bb, residual: Math.sqrt(Math.max(0, mm - (mb * mb) / bb) / bb) };
}

function correlation(a: Uint8Array, b: Uint8Array, dx: number, dy: number): number {
  const { columns, rows, a: startA, b: startB, stride } = overlap(dx, dy);
  let n = 0,
    sa = 0,
    sb = 0,
    saa = 0,
    sbb = 0,
    sab = 0;
  for (let row = 0; row < rows; row += 1) {
    let from = startA + row * stride,
      to = startB + row * stride;
    for (let k = columns; k > 0; k -= 1) {
      const x = a[from++] ?? 0,
        y = b[to++] ?? 0;
      if (x < DARK && y < DARK) continue;
      n += 1;
      sa += x;
      sb += y;
      saa += x * x;
      sbb += y * y;
      sab += x * y;
    }
  }
  const spreadA = n * saa - sa * sa,
    spreadB = n * sbb - sb * sb,
    flat = (FLAT * n) ** 2;
  return spreadA < flat || spreadB < flat || n === 0 ? 0 : (n * sab - sa * sb) / Math.sqrt(spreadA * spreadB);
}

/**
 * Where two pictures overlap that are moved by (dx, dy): its size, and the first index in each; columns and stride in
 * bytes.
 */
function overlap(dx: number, dy: number): { columns: number; rows: number; a: number; b: number; stride: number } {
  const { width, height } = THUMBNAIL;
  return {
    columns: (width - Math.abs(dx)) * 3,
    rows: height - Math.abs(dy),
    stride: width * 3,
    a: (Math.max(0, dy) * width + Math.max(0, dx)) * 3,
    b: (Math.max(0, -dy) * width + Math.max(0, -dx)) * 3,
  };
}
