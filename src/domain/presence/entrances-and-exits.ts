/** Who comes or goes with whom: moments of two people that lie close to one another, in one video. */
import type { Interval } from '../types.js';

/** When somebody comes, or goes; `who` is a number of the caller's. */
export interface Moment {
  who: number;
  at_s: number;
}

/** Two people at nearly one moment, a < b: from the first of the two to the second. */
export interface Meeting extends Interval {
  a: number;
  b: number;
}

/**
 * Moments of every two people at most `within_s` apart, by time of the second: as many pairs of theirs as there can be
 * in which each moment is paired once. One person's moments must be more than `within_s` apart: whoever is back so soon
 * was not away. O(n log n + pairs looked at).
 */
export function meetings(moments: readonly Moment[], within_s: number): Meeting[] {
  const found: Meeting[] = [];
  /** Those of the last `within_s`, and with whom each was paired. */
  let recent: { moment: Moment; met: Set<number> }[] = [];
  for (const moment of moments.toSorted((p, q) => p.at_s - q.at_s || p.who - q.who)) {
    recent = recent.filter((r) => moment.at_s - r.moment.at_s <= within_s);
    const met = new Set<number>();
    for (const earlier of recent) {
      const other = earlier.moment.who;
      if (other === moment.who || met.has(other) || earlier.met.has(moment.who)) continue;
      met.add(other);
      earlier.met.add(moment.who);
      const [a, b] = other < moment.who ? [other, moment.who] : [moment.who, other];
      found.push({ a, b, start_s: earlier.moment.at_s, end_s: moment.at_s });
    }
    recent.push({ moment, met });
  }
  return found;
}
