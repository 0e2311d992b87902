/**
 * When joining tracks is the better bet: where the evidence of their scores outweighs the odds against two tracks
 * picked at random showing one person, and the cost of a wrong join. So the bar rises with the number of people they
 * may show, and falls with the tracks' quality.
 */
import type { CalibrationModel } from '../scores/calibration-model.js';

/** What scores are worth as evidence; see CalibrationModel. */
export type JoinEvidence = CalibrationModel['evidence'];

/** From this quality on a face's strangers score as those of good faces do. */
const READABLE = 0.4;

/**
 * How much worse it is to make one of two people than to leave one person in two: a split is seen and mended, a merge
 * is believed.
 */
const WRONG_JOIN_COST = 3;

/** Log odds that evidence must outweigh where two tracks may show any of so many people. */
export function joinOdds(people: number): number {
  return Math.log(WRONG_JOIN_COST * Math.max(1, people));
}

/**
 * How little can be read from a track, 0..1. Of two the product counts: many strangers who are both seen badly score
 * high, as nobody does who is seen badly with somebody seen well (docs/evaluation.md, poor faces).
 */
export function unread(quality: number): number {
  return Math.max(0, 1 - quality / READABLE);
}

/** Times by which odds count more where tracks are seen badly. @param unreadBoth the product of both tracks' */
export function oddsTimes({ flatter = 0 }: JoinEvidence, unreadBoth: number): number {
  return 1 + flatter * unreadBoth;
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
  return neededOf(evidence, odds, 0) - leastNeeded(evidence, odds);
}

/** How far above zero the average score must be at least, for groups of any size. @param odds see evidenceNeeded */
export function leastNeeded(evidence: JoinEvidence, odds: number): number {
  const { slope, rise, steeper } = evidence;
  // Where the bar is lowest: from single tracks to the largest groups it falls, then rises, or does one of them.
  const turning =
    steeper > 0 && rise > 0 && odds > 0 ? (Math.sqrt((odds * steeper) / (slope * rise)) - 1) / steeper : 0;
  const between = Math.min(1, Math.max(0, turning));
  return Math.min(neededOf(evidence, odds, 0), neededOf(evidence, odds, between), neededOf(evidence, odds, 1));
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
