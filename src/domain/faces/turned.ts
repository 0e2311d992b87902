/** Places in a picture that was turned, as places in the picture as it was. */
import type { Box, Face, Landmarks, Point } from '../types.js';

/** Degrees clockwise. */
export const TURNS = [180, 90, 270] as const;
export type Turn = (typeof TURNS)[number];

/** @param given size of the picture before it was turned, pixels */
export function turnedBack<T extends Pick<Face, 'box' | 'landmarks'>>(
  face: T,
  turn: Turn,
  given: { width: number; height: number },
): T {
  const [a, b, c, d, e] = face.landmarks;
  const back = (p: Point): Point => pointBack(p, turn, given);
  const landmarks: Landmarks = [back(a), back(b), back(c), back(d), back(e)];
  return { ...face, box: boxBack(face.box, turn, given), landmarks };
}

function pointBack({ x, y }: Point, turn: Turn, { width, height }: { width: number; height: number }): Point {
  if (turn === 180) return { x: width - x, y: height - y };
  return turn === 90 ? { x: y, y: height - x } : { x: width - y, y: x };
}

function boxBack({ x, y, w, h }: Box, turn: Turn, given: { width: number; height: number }): Box {
  const [p, q] = [pointBack({ x, y }, turn, given), pointBack({ x: x + w, y: y + h }, turn, given)];
  return { x: Math.min(p.x, q.x), y: Math.min(p.y, q.y), w: Math.abs(p.x - q.x), h: Math.abs(p.y - q.y) };
}
