/** Sets of half-open intervals, sorted and disjoint where a function says it returns a union. */
import { toMilliseconds } from './seconds.js';
import type { Interval } from './types.js';

/** Sorted, disjoint union; intervals closer than `bridge_s` seconds are joined. Empty ones vanish. */
export function union(intervals: readonly Interval[], bridge_s = 0): Interval[] {
  const sorted = intervals.filter((i) => i.end_s > i.start_s).sort((a, b) => a.start_s - b.start_s);
  const out: Interval[] = [];
  for (const i of sorted) {
    const last = out.at(-1);
    if (last && i.start_s <= last.end_s + bridge_s) last.end_s = Math.max(last.end_s, i.end_s);
    else out.push({ start_s: i.start_s, end_s: i.end_s });
  }
  return out;
}

/** Where both are. Both arguments must be sorted and disjoint. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const out: Interval[] = [];
  let [p, q] = [a[0], b[0]];
  let i = 0,
    j = 0;
  while (p && q) {
    const start_s = Math.max(p.start_s, q.start_s),
      end_s = Math.min(p.end_s, q.end_s);
    if (end_s > start_s) out.push({ start_s, end_s });
    if (p.end_s < q.end_s) p = a[++i];
    else q = b[++j];
  }
  return out;
}

/** What of `a` is not in `b`. Both arguments must be sorted and disjoint. */
export function subtract(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return a.flatMap((whole) => {
    const left: Interval[] = [];
    let start_s = whole.start_s;
    for (const hole of b) {
      if (hole.end_s <= start_s || hole.start_s >= whole.end_s) continue;
      if (hole.start_s > start_s) left.push({ start_s, end_s: hole.start_s });
      start_s = hole.end_s;
    }
    if (start_s < whole.end_s) left.push({ start_s, end_s: whole.end_s });
    return left;
  });
}

/** Seconds covered by disjoint intervals. */
export function total(intervals: readonly Interval[]): number {
  return intervals.reduce((s, i) => s + i.end_s - i.start_s, 0);
}

/** Every interval grown by `by_s` on both sides, then united. */
export function grow(intervals: readonly Interval[], by_s: number): Interval[] {
  return union(intervals.map((i) => ({ start_s: i.start_s - by_s, end_s: i.end_s + by_s })));
}

/** The parts of intervals inside [start_s, end_s). */
export function clip(intervals: readonly Interval[], within: Interval): Interval[] {
  return intersect(union(intervals), [within]);
}

/**
 * Those that a moment is in: half-open, so of two that touch the later one. Of whole milliseconds, as moments and
 * intervals are told: whoever asks when an answer says that one begins is in it.
 */
export function covering<I extends Interval>(intervals: readonly I[], at_s: number): I[] {
  const at = toMilliseconds(at_s);
  return intervals.filter(({ start_s, end_s }) => toMilliseconds(start_s) <= at && at < toMilliseconds(end_s));
}
