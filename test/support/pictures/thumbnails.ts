/** Made-up thumbnails: scenes with structure that a camera can pan over, light on them, blends of them, and frames. */
import { type FrameThumbnail, THUMBNAIL } from '../../../src/domain/shots/frame-thumbnails.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';

const { width, bytes } = THUMBNAIL;

/** A scene far wider than a picture of it: what is at (x, y) in each colour, about 50..190. */
type Scene = (x: number, y: number, colour: number) => number;

/** Waves of random directions; scenes of different seeds have hardly anything in common. */
export function scene(seed: number, contrast = 1): Scene {
  const random = seededRandom(seed * 7919 + 1);
  const waves = Array.from({ length: 3 }, () =>
    Array.from({ length: 8 }, () => ({
      fx: (random() - 0.5) * 0.7,
      fy: (random() - 0.5) * 0.7,
      phase: random() * 2 * Math.PI,
    })),
  );
  return (x, y, colour) =>
    120 + 18 * contrast * (waves[colour] ?? []).reduce((s, w) => s + Math.sin(w.fx * x + w.fy * y + w.phase), 0);
}

/** A thumbnail of whatever colour each of its pixels has, cut to bytes. */
export function picture(of: Scene): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return Math.round(Math.min(255, Math.max(0, of(pixel % width, Math.floor(pixel / width), i % 3))));
  });
}

/** A scene seen from elsewhere: what was at (x, y) is at (0, 0). */
export function panned(of: Scene, x: number, y = 0): Scene {
  return (px, py, colour) => of(px + x, py + y, colour);
}

/** One value everywhere. */
export function flat(value: number): Uint8Array {
  return new Uint8Array(bytes).fill(value);
}

/** Each value of a picture by another. */
export function map(of: Uint8Array, change: (value: number, i: number) => number): Uint8Array {
  return of.map((value, i) => Math.round(Math.min(255, Math.max(0, change(value, i)))));
}

/** The same scene under so much more light, of 255. */
export function lit(of: Uint8Array, by: number): Uint8Array {
  return map(of, (value) => value + by);
}

/** (1 − share) · a + share · b. */
export function blend(a: Uint8Array, b: Uint8Array, share: number): Uint8Array {
  return map(a, (value, i) => (1 - share) * value + share * (b[i] ?? 0));
}

/** Mean absolute difference, 0..1, worked out the plain way. */
function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / (255 * a.length);
}

/** Pictures as frames one after another. */
export function framesOf(pictures: readonly Uint8Array[], fps = 25): FrameThumbnail[] {
  return pictures.map((one, k) => {
    const before = pictures[k - 1];
    return { time_s: k / fps, picture: one, change: before ? meanDifference(before, one) : 0 };
  });
}

/** So many frames of one picture. */
export function still(of: Uint8Array, frames: number): Uint8Array[] {
  return Array.from({ length: frames }, () => of);
}
