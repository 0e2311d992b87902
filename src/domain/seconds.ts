/** Times are told in whole milliseconds; this is the one place that rounds them. */

/** Whole milliseconds of a time in seconds. */
export function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** A time in seconds, rounded to the millisecond: enough for answers, and it keeps them short. */
export function roundSeconds(seconds: number): number {
  return toMilliseconds(seconds) / 1000;
}
