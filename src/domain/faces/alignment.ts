/** Alignment: the similarity transform that brings five landmarks to the canonical template. */
import type { Landmarks, Point } from '../types.js';

/**
 * ArcFace's canonical five points in a 112×112 crop, pixels (InsightFace,
 * python-package/insightface/utils/face_align.py): left eye, right eye, nose tip, left and right mouth corner.
 */
export const ARCFACE_TEMPLATE: Landmarks = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty: rotation, uniform scale and shift. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/**
 * The similarity transform that maps `from` onto `to` with least squared error. In two dimensions and
 * without reflection this closed form equals Umeyama (1991), "Least-squares estimation of transformation parameters".
 * @throws RangeError when the points coincide and no scale can be told.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const n = Math.min(from.length, to.length);
  const mf = mean(from),
    mt = mean(to);
  let dot = 0,
    cross = 0,
    norm = 0;
  for (let i = 0; i < n; i++) {
    const p = from[i],
      q = to[i];
    if (!p || !q) continue;
    const px = p.x - mf.x,
      py = p.y - mf.y,
      qx = q.x - mt.x,
      qy = q.y - mt.y;
    dot += px * qx + py * qy;
    cross += px * qy - py * qx;
    norm += px * px + py * py;
  }
  if (!(norm > 1e-9)) throw new RangeError('fitSimilarity: the points coincide');
  const a = dot / norm,
    b = cross / norm;
  return { a, b, tx: mt.x - (a * mf.x - b * mf.y), ty: mt.y - (b * mf.x + a * mf.y) };
}

/** Applies a similarity to a point. */
export function transform(t: Similarity, p: Point): Point {
  return { x: t.a * p.x - t.b * p.y + t.tx, y: t.b * p.x + t.a * p.y + t.ty };
}

/** The inverse of a similarity (its scale is never 0 when fitSimilarity made it from distinct points). */
export function invert(t: Similarity): Similarity {
  const n = t.a * t.a + t.b * t.b;
  const a = t.a / n,
    b = -t.b / n;
  return { a, b, tx: -(a * t.tx - b * t.ty), ty: -(b * t.tx + a * t.ty) };
}

function mean(points: readonly Point[]): Point {
  let x = 0,
    y = 0;
  for (const p of points) {
    x += p.x;
    y += p.y;
  }
  return { x: x / points.length, y: y / points.length };
}
