/** Changes to a frame's light and noise, in place; all deterministic. */
import type { Box } from '../../src/domain/types.js';
import type { Flash, Grade } from './scene.js';

/** Seeded generator of numbers in [0, 1): mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Gaussian noise with standard deviation 1 (Box–Muller); frames read it from different places, drawing it anew would
 * take longer than encoding.
 */
export function noiseTable(seed: number): Float32Array {
  const next = randomNumbers(seed),
    table = new Float32Array(1 << 18);
  for (let i = 0; i < table.length; i += 2) {
    const r = Math.sqrt(-2 * Math.log(1 - next())),
      a = 2 * Math.PI * next();
    table[i] = r * Math.cos(a);
    table[i + 1] = r * Math.sin(a);
  }
  return table;
}

export function addNoise(data: Uint8Array, table: Float32Array, sd: number, frame: number): void {
  const mask = table.length - 1;
  // An odd stride per frame and per row-sized block keeps the pattern from standing still or repeating visibly.
  for (let i = 0; i < data.length; i++) {
    const n = table[(i + frame * 91_193 + (i >> 16) * 7_919) & mask] ?? 0;
    data[i] = clamp((data[i] ?? 0) + n * sd + 0.5);
  }
}

export function applyGrade(data: Uint8Array, { gain = 1, gamma = 1, saturation = 1 }: Grade): void {
  const curve = Float32Array.from({ length: 256 }, (_, i) => 255 * gain * (i / 255) ** gamma);
  for (let p = 0; p < data.length; p += 3) {
    const r = curve[data[p] ?? 0] ?? 0,
      g = curve[data[p + 1] ?? 0] ?? 0,
      b = curve[data[p + 2] ?? 0] ?? 0;
    // Luma weights of ITU-R BT.601.
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    data[p] = clamp(y + (r - y) * saturation + 0.5);
    data[p + 1] = clamp(y + (g - y) * saturation + 0.5);
    data[p + 2] = clamp(y + (b - y) * saturation + 0.5);
  }
}

/** Blends towards white by what is left of the flashes. */
export function applyFlashes(data: Uint8Array, flashes: readonly Flash[], at_s: number): void {
  const light = Math.max(
    0,
    ...flashes.filter((f) => at_s >= f.at_s && at_s < f.at_s + f.length_s).map((f) => 1 - (at_s - f.at_s) / f.length_s),
  );
  if (light > 0) for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) * (1 - light) + 255 * light + 0.5;
}

/** Fills the box, whole pixels only. */
export function fillBox(
  frame: { width: number; height: number; data: Uint8Array },
  box: Box,
  [r, g, b]: readonly [number, number, number],
): void {
  const left = Math.max(0, Math.round(box.x)),
    right = Math.min(frame.width, Math.round(box.x + box.w));
  for (let y = Math.max(0, Math.round(box.y)); y < Math.min(frame.height, Math.round(box.y + box.h)); y++) {
    for (let x = left, p = (y * frame.width + left) * 3; x < right; x++, p += 3) {
      frame.data[p] = r;
      frame.data[p + 1] = g;
      frame.data[p + 2] = b;
    }
  }
}

/** to = from × (1 − weight) + to × weight */
export function blend(from: Uint8Array, to: Uint8Array, weight: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (from[i] ?? 0) * (1 - weight) + (to[i] ?? 0) * weight + 0.5;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
