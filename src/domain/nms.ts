import { iou } from './geometry.js';
import type { Box } from './types.js';

/**
 * Greedy non-maximum suppression: from the best score down, drops every detection that overlaps one
 * already kept by more than `maxIou`.
 *
 * @param detections boxes in pixels of one picture, in any order; not changed
 * @param maxIou intersection over union above which two boxes are the same face, 0..1
 * @returns the kept detections, best score first; equal scores keep their order
 */
export function suppress<T extends { box: Box; score: number }>(detections: readonly T[], maxIou: number): T[] {
  const kept: T[] = [];
  for (const candidate of detections.toSorted((p, q) => q.score - p.score)) {
    if (kept.every((better) => iou(better.box, candidate.box) <= maxIou)) kept.push(candidate);
  }
  return kept;
}
