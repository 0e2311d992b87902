/** How sure it is that what is one identity is one person. */
import type { Calibration } from '../scores/calibration-model.js';
import type { Decision } from '../scores/decision.js';
import { decidingPoint } from '../scores/operating-points.js';
import type { Cohesion } from './like-others.js';

/** Whether all tracks of somebody are one person's: as like each other as those of one person are. */
export interface Certainty {
  /** Mean score between their tracks; null where there are no two to compare. */
  score: number | null;
  /** match: none is doubtful; no_match: on the whole they are no more alike than strangers; null without a score. */
  decision: Decision | null;
  /**
   * Tracks that may be somebody else's: less like the others than `surelyFrom`, or the smaller of two parts that are
   * less like each other.
   */
  doubtful: number;
  /** Of how many tracks. */
  compared: number;
}

/** Of somebody who is seen in one track, or of whom nothing is kept. */
export const NOTHING_COMPARED: Certainty = { score: null, decision: null, doubtful: 0, compared: 0 };

/** Score from which on a face is surely that of whom it is said to be: they were told from everybody of a library. */
export function surelyFrom(calibration: Calibration): number {
  return decidingPoint(calibration, 1).threshold + calibration.margin;
}

export function certaintyOf({ cohesion, apart, apart_tracks }: Cohesion, calibration: Calibration): Certainty {
  if (cohesion.length === 0) return NOTHING_COMPARED;
  const compared = cohesion.length,
    score = cohesion.reduce((sum, one) => sum + one, 0) / compared,
    least = surelyFrom(calibration);
  const unlike = cohesion.filter((one) => one < least).length;
  const doubtful = Math.max(unlike, apart < least ? apart_tracks : 0);
  const isNone = score < decidingPoint(calibration, 1).threshold;
  return { score, decision: isNone ? 'no_match' : doubtful > 0 ? 'ambiguous' : 'match', doubtful, compared };
}
