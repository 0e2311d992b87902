/**
 * Where a track went over to another face from one sample to the next. At a cut all tracks end; but in a picture whose
 * frame stays while what is in it changes (a call's speaker, a split screen, portraits one after another on one
 * background) there is none, and the next face is found where the last one was. Aligned crops of one face hardly change
 * between samples, unless it turns or something passes before it, and then they change about as much just before or
 * after.
 */
import { CROP_SIDE } from '../types.js';
import { dot, normalise } from '../vectors.js';

export const JUMP = {
  /** A jump changes the crop at least so much (1 − correlation) … */
  least: 0.12,
  /** … and so many times as much as the changes next to it, … */
  ratio: 5,
  /** … which count at least this: what a face at rest changes by. */
  rest: 0.02,
} as const;

/** Cells a side that a crop is averaged to, and pixels a side of one. */
const CELLS = 16,
  CELL = CROP_SIDE / CELLS;

/** A crop in brief: CELLS² × 3, without its mean, of length 1; zeros for a crop without structure. */
export type CropLook = Float32Array;

/** Crops never change, and each is compared with several: the look of each is made once. */
const looks = new WeakMap<Uint8Array, CropLook>();

/** @param crop CROP_SIDE² × 3 bytes RGB, which must not change any more */
export function lookOf(crop: Uint8Array): CropLook {
  const known = looks.get(crop);
  if (known) return known;
  const look = makeLook(crop);
  looks.set(crop, look);
  return look;
}

function makeLook(crop: Uint8Array): CropLook {
  const look = new Float32Array(CELLS * CELLS * 3);
  for (let y = 0, at = 0; y < CROP_SIDE; y++) {
    const row = Math.floor(y / CELL) * CELLS * 3;
    for (let cell = row; cell < row + CELLS * 3; cell += 3) {
      let red = 0,
        green = 0,
        blue = 0;
      for (const end = at + CELL * 3; at < end; at += 3) {
        red += crop[at] ?? 0;
        green += crop[at + 1] ?? 0;
        blue += crop[at + 2] ?? 0;
      }
      look[cell] = (look[cell] ?? 0) + red;
      look[cell + 1] = (look[cell + 1] ?? 0) + green;
      look[cell + 2] = (look[cell + 2] ?? 0) + blue;
    }
  }
  const mean = look.reduce((sum, v) => sum + v, 0) / look.length;
  const centred = look.map((v) => v - mean);
  normalise(centred);
  return centred;
}

/** 1 − correlation, 0..2; 0 where either has no structure. */
export function changeOf(a: CropLook, b: CropLook): number {
  return dot(a, a) > 0 && dot(b, b) > 0 ? 1 - dot(a, b) : 0;
}

/** Whether the second-last of these changes, in order of time, was a jump; it needs one before it at least. */
export function isJump(changes: readonly number[]): boolean {
  const change = changes.at(-2),
    after = changes.at(-1),
    before = changes.slice(-4, -2);
  if (change === undefined || after === undefined || before.length === 0) return false;
  return change >= JUMP.least && change >= JUMP.ratio * Math.max(JUMP.rest, after, ...before);
}
