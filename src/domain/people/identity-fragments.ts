/** Whoever scores nearly as high as the best, and is never seen beside them, is most likely the same person. */
import type { CalibrationModel } from '../scores/calibration-model.js';

/** Share of the best score from which on another identity may be a part of the same person. */
const FRAGMENT = 0.75;

/**
 * Those among `others` that are parts of `claimed`, whose tracks were not joined: not rivals, but found with them.
 * @param tau threshold that decides; @param apart whether somebody is on screen at one moment with `claimed`
 */
export function fragmentsOf<R extends { score: number }>(
  claimed: R,
  others: readonly R[],
  tau: number,
  { points }: Pick<CalibrationModel, 'points'>,
  apart: (other: R) => boolean,
): R[] {
  const nearly = Math.max(points.strict.threshold, tau, FRAGMENT * claimed.score);
  return others.filter((r) => r.score >= nearly && r.score <= claimed.score && !apart(r));
}
