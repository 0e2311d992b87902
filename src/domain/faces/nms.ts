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

/** What has its say in the points of a face: detections that overlap it so much, with such a share of its score. */
const SAME_FACE = { iou: 0.6, score: 0.8 } as const;

/**
 * A detector finds a face from several of its cells. The mean of their points, weighted by their scores, is nearer to
 * the truth than those of the best alone: box voting (Gidaris and Komodakis 2015), for landmarks. The boxes stay.
 *
 * @param kept what suppress kept of `detections`
 * @returns kept, in order, with the points so averaged
 */
export function averagePoints<T extends Detected>(kept: readonly T[], detections: readonly T[]): T[] {
  return kept.map((best) => {
    const same = detections.filter(
      (d) => d.score >= SAME_FACE.score * best.score && iou(d.box, best.box) >= SAME_FACE.iou,
    );
    const sum = same.reduce((total, { score }) => total + score, 0);
    const mean = (i: 0 | 1 | 2 | 3 | 4) => ({
      x: same.reduce((total, { landmarks, score }) => total + landmarks[i].x * score, 0) / sum,
      y: same.reduce((total, { landmarks, score }) => total + landmarks[i].y * score, 0) / sum,
    });
    return { ...best, landmarks: [mean(0), mean(1), mean(2), mean(3), mean(4)] };
  });
}

function samePoints(p: Detected, q: Detected): boolean {
  const size = Math.sqrt(Math.min(p.box.w * p.box.h, q.box.w * q.box.h));
  const apart =
    p.landmarks.reduce((sum, point, i) => sum + distance(point, q.landmarks[i] ?? point), 0) / p.landmarks.length;
  return apart < SAME_POINTS * size;
}
