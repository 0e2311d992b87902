/** What the mirror images of faces can change about a decision on two of them. */
import { POOR_QUALITY } from './decision.js';

/**
 * How far a score moves at most when both faces are averaged with their mirror images: 0.047 over LFW's pairs of folds
 * 1 to 5 and 300,000 pairs of strangers (docs/evaluation.md), and some for faces not seen.
 */
const MOVES = 0.06;

/** Whether a 1:1 decision by faces without mirror images is the same with them. @param quality of the weaker face */
export function holdsWithMirrors(of: { score: number; threshold: number; quality: number }): boolean {
  // A poor face moves further, and whether it is too poor for an answer is read from its embedding.
  const furthest = of.quality < 2 * POOR_QUALITY ? 2 * MOVES : MOVES;
  return Math.abs(of.score - of.threshold) > furthest;
}
