/**
 * When joining tracks is the better bet: where the evidence of their scores outweighs the odds against two tracks
 * picked at random showing one person, and the cost of a wrong join. So the bar rises with the number of people they
 * may show, and falls with the tracks' quality.
 */
import type { CalibrationModel } from '../scores/calibration-model.js';

/** What scores are worth as evidence; see CalibrationModel. */
export type JoinEvidence = CalibrationModel['evidence'];

/**
 * How much worse it is to make one of two people than to leave one person in two: a split is seen and mended, a merge
 * is believed.
 */
const WRONG_JOIN_COST = 3;

/** Log odds that evidence must outweigh where two tracks may show any of so many people. */
export function joinOdds(people: number): number {
  return Math.log(WRONG_JOIN_COST * Math.max(1, people));
}

/** The score of two single tracks that speaks neither way. @param quality of the two together, 0..1 */
export function evidenceZero({ zero, poor }: JoinEvidence, quality: number): number {
  return zero - poor * (1 - quality);
}

/**
 * How far above zero the average score of groups of a and b tracks must be. The mean of many is surer (see
 * CalibrationModel): what counts is their harmonic mean. @param odds see joinOdds; the average over the pairs
 */
export function evidenceNeeded(evidence: JoinEvidence, odds: number, a: number, b: number): number {
  return neededOf(evidence, odds, 1 - (a + b) / (2 * a * b));
}

/** How much lower than for single tracks the bar is, at most, for groups of any size. */
export function largestAllowance(evidence: JoinEvidence, odds: number): number {
  return (
    neededOf(evidence, odds, 0) - Math.min(...Array.from({ length: 101 }, (_, k) => neededOf(evidence, odds, k / 100)))
  );
}

/**
 * The score below which no two tracks can be joined where there are so many people, whatever their quality and groups.
 */
export function lowestBar(people: number, evidence: JoinEvidence): number {
  const odds = joinOdds(people);
  return evidenceZero(evidence, 0) + evidenceNeeded(evidence, odds, 1, 1) - largestAllowance(evidence, odds);
}

/** @param many 0 for single tracks, towards 1 for large groups */
function neededOf({ slope, rise, steeper }: JoinEvidence, odds: number, many: number): number {
  return rise * many + odds / (slope * (1 + steeper * many));
}
