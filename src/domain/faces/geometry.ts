/** Boxes and points in a picture. */
import type { Box, Point } from '../types.js';

/** Intersection over union of two boxes, 0..1. */
export function iou(p: Box, q: Box): number {
  const w = Math.min(p.x + p.w, q.x + q.w) - Math.max(p.x, q.x);
  const h = Math.min(p.y + p.h, q.y + q.h) - Math.max(p.y, q.y);
  if (w <= 0 || h <= 0) return 0;
  const both = w * h;
  return both / (p.w * p.h + q.w * q.h - both);
}

/** Centre of a box. */
export function centre(b: Box): Point {
  return { x: b.x + b.w / 2, y: b.y + b.h / 2 };
}

/** Pixels, as the box. */
export function shorterSide({ w, h }: Box): number {
  return Math.min(w, h);
}

/** Distance between two points, pixels. */
export function distance(p: Point, q: Point): number {
  return Math.hypot(p.x - q.x, p.y - q.y);
}

/** The same box in a picture of another size. */
export function scaleBox({ x, y, w, h }: Box, scale: { x: number; y: number }): Box {
  return { x: x * scale.x, y: y * scale.y, w: w * scale.x, h: h * scale.y };
}
