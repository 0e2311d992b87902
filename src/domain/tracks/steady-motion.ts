/**
 * Whether three faces seen one after another are one that crosses the picture at a steady pace: with steps longer than
 * a face is wide, one step tells nothing, but two that are alike hardly come about by chance.
 */
import type { Box } from '../types.js';
import { centre, distance } from '../faces/geometry.js';

const STEADY = {
  /** From one to the next, in sizes of the face, at most. */
  step: 4,
  /** From where the first two lead to the third, in sizes of the face, at most. */
  off: 0.35,
  /** The narrower width ÷ the wider of two in turn, at least. */
  size: 0.75,
} as const;

interface Seen {
  time_s: number;
  box: Box;
}

/** @param a, b, c rising in time */
export function isSteadyMotion(a: Seen, b: Seen, c: Seen): boolean {
  const alike = (p: Box, q: Box): boolean => Math.min(p.w, q.w) >= STEADY.size * Math.max(p.w, q.w);
  if (!alike(a.box, b.box) || !alike(b.box, c.box)) return false;
  const size = (b.box.w + b.box.h) / 2;
  const [from, over, to] = [centre(a.box), centre(b.box), centre(c.box)];
  if (distance(from, over) > STEADY.step * size || distance(over, to) > STEADY.step * size) return false;
  const share = (c.time_s - b.time_s) / (b.time_s - a.time_s);
  const led = { x: over.x + share * (over.x - from.x), y: over.y + share * (over.y - from.y) };
  return distance(led, to) <= STEADY.off * size;
}
