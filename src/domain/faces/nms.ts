/** Of detections of one face the best is kept: non-maximum suppression. */
import { distance, iou } from './geometry.js';
import type { Box, Landmarks } from '../types.js';

/**
 * Two detections are one face when their five points are nearer to each other, on average, than this share of the
 * smaller one's size (√ of its area). A face much larger than those a detector is made for is found twice, its boxes
 * far apart but the points on the same eyes and mouth (0.12 apart in the test's example). The points of two heads side
 * by side are about as far apart as the heads are wide.
 */
const SAME_POINTS = 0.2;

interface Detected {
  box: Box;
  landmarks: Landmarks;
  score: number;
}

/**
 * Greedy non-maximum suppression: from the best score down, drops every detection that overlaps one
 * already kept by more than `maxIou`, or has its landmarks in the same places.
 *
 * @param detections boxes and landmarks in pixels of one picture, in any order; not changed
 * @param maxIou intersection over union above which two boxes are the same face, 0..1
 * @returns the kept detections, best score first; equal scores keep their order
 */
export function suppress<T extends Detected>(detections: readonly T[], maxIou: number): T[] {
  const kept: T[] = [];
  for (const candidate of detections.toSorted((p, q) => q.score - p.score)) {
    if (kept.every((better) => iou(better.box, candidate.box) <= maxIou && !samePoints(better, candidate)))
      kept.push(candidate);
  }
  return kept;
}

function samePoints(p: Detected, q: Detected): boolean {
  const size = Math.sqrt(Math.min(p.box.w * p.box.h, q.box.w * q.box.h));
  const apart =
    p.landmarks.reduce((sum, point, i) => sum + distance(point, q.landmarks[i] ?? point), 0) / p.landmarks.length;
  return apart < SAME_POINTS * size;
}
