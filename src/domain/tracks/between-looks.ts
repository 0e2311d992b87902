/**
 * The faces of a picture that was not looked at, from those seen shortly before and after it. Where both see the same
 * faces, each hardly elsewhere, they were there between as well; where they don't, the picture has to be looked at.
 */
import type { Box, Face } from '../types.js';
import { changeOf, lookOf } from './crop-jumps.js';
import { centre, distance } from '../faces/geometry.js';

/** How alike a face is before and after for it to be the same. */
const SAME = {
  /** From middle to middle, in widths of the face, at most. */
  moved: 0.35,
  /** The narrower width ÷ the wider, at least. */
  size: 0.7,
  /** What its crop changes by, at most (see changeOf): a head turns, but another face differs more. */
  look: 0.25,
} as const;

/** A face before and the same one after. */
export interface FollowedFace {
  before: Face;
  after: Face;
}

/**
 * Each face of one picture with its like in another of the same shot. @returns null where a face is in one of them
 * alone, has moved or grown much, or may have made place for another
 */
export function followed(before: readonly Face[], after: readonly Face[]): FollowedFace[] | null {
  if (before.length !== after.length) return null;
  const left = new Set(after);
  const pairs: FollowedFace[] = [];
  for (const face of before) {
    let best: Face | null = null,
      nearest: number = SAME.moved * face.box.w;
    for (const other of left) {
      const far = distance(centre(face.box), centre(other.box));
      if (far > nearest) continue;
      nearest = far;
      best = other;
    }
    if (!best || !isSame(face, best)) return null;
    left.delete(best);
    pairs.push({ before: face, after: best });
  }
  return pairs;
}

function isSame(a: Face, b: Face): boolean {
  if (Math.min(a.box.w, b.box.w) < SAME.size * Math.max(a.box.w, b.box.w)) return false;
  return !a.crop || !b.crop || changeOf(lookOf(a.crop), lookOf(b.crop)) <= SAME.look;
}

/** @param share of the way from the picture before to the one after, 0..1 @returns the faces there, without crops */
export function facesBetween(pairs: readonly FollowedFace[], share: number): Face[] {
  return pairs.map(({ before: a, after: b }) => {
    const mix = (p: number, q: number) => p + share * (q - p);
    const box: Box = {
      x: mix(a.box.x, b.box.x),
      y: mix(a.box.y, b.box.y),
      w: mix(a.box.w, b.box.w),
      h: mix(a.box.h, b.box.h),
    };
    const gated = a.gated ?? b.gated;
    return {
      box,
      landmarks: share < 0.5 ? a.landmarks : b.landmarks,
      score: Math.min(a.score, b.score),
      quality: gated ? 0 : mix(a.quality, b.quality),
      ...(gated ? { gated } : {}),
    };
  });
}
