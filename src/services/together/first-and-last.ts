/** When being together begins and ends. */
import type { PairAnswer } from '../answers/co-occurrence.js';

/** When it begins first and ends last, in the order of films. */
export function firstAndLast(intervals: PairAnswer['intervals']): Pick<PairAnswer, 'first' | 'last'> {
  const timed = intervals.filter((i) => !i.photo);
  const first = timed[0],
    last = timed.at(-1);
  return {
    first: first ? { video_id: first.video_id, start_s: first.start_s } : null,
    last: last ? { video_id: last.video_id, end_s: last.end_s } : null,
  };
}
