/**
 * The library as its own cohort: a track that comes out alike to many of the people here (a common look, poor light, a
 * codec) is trusted less when it comes out alike to one of them, and one that comes out unlike everybody is trusted
 * more. Adaptive score normalisation (Matějka et al. 2017) with the library's people as the cohort, believed the more
 * the more of them there are.
 */
import { at } from '../at.js';

/** The score that this share of the others reach is compared with the one that the calibration's people reach. */
export const COHORT_SHARE = 0.1;
/** People looked at, at most. */
export const COHORT_MOST = 1000;
/** With so many people half of what is found is believed. */
const COHORT_HALF = 50;
/** So many others must reach it: a first grouping may hold a few more pieces of the track's own person. */
const COHORT_LEAST = 5;

/**
 * What a track's scores exceed the ordinary by, to be taken off both ways like populationExcess; may be negative.
 * @param scores with other people of the library, one each; those at or below `least` may be missing
 * @param people how many others there are; @param ordinary the score that COHORT_SHARE of strangers reach in the
 * calibration
 */
export function cohortExcess(scores: readonly number[], people: number, ordinary: number, least: number): number {
  if (!isCohort(people)) return 0;
  const reached = [...scores].sort((a, b) => b - a)[nthOf(people) - 1] ?? least;
  return (people / (people + COHORT_HALF)) * (Math.max(reached, least) - ordinary);
}

/** Whether so many people are enough to tell anything. */
export function isCohort(people: number): boolean {
  return nthOf(people) >= COHORT_LEAST;
}

/** The how manieth score, from the greatest, is looked at of so many people. */
export function nthOf(people: number): number {
  return Math.round(COHORT_SHARE * people);
}

/** As many of a list as a cohort needs, evenly spread over it. */
export function spreadOver<T>(list: readonly T[], most = COHORT_MOST): T[] {
  const step = Math.max(1, list.length / most);
  return Array.from({ length: Math.min(list.length, most) }, (_, k) => at(list, Math.floor(k * step)));
}
