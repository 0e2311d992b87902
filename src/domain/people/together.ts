/** Who is there at the same time: sweeps over when each of many people is there, in one video. */
import type { Interval } from '../types.js';

/** When someone is there; `who` is a number of the caller's. One person's spans are disjoint. */
export interface Span extends Interval {
  who: number;
}

/** Two people at once. */
export interface Overlap extends Interval {
  a: number;
  b: number;
}

/** Every overlap of two people's spans, a < b, by start: O(n log n + overlaps). Spans that only touch don't overlap. */
export function* overlaps(spans: readonly Span[]): Generator<Overlap> {
  const there: Span[] = [];
  for (const span of byStart(spans)) {
    let staying = 0;
    // In their place: a library has as many spans as appearances.
    for (const other of there) if (other.end_s > span.start_s) there[staying++] = other;
    there.length = staying;
    for (const other of there) {
      if (other.who === span.who) continue;
      const [a, b] = other.who < span.who ? [other.who, span.who] : [span.who, other.who];
      yield { a, b, start_s: span.start_s, end_s: Math.min(span.end_s, other.end_s) };
    }
    there.push(span);
  }
}

/**
 * The largest sets of people who are there at one moment, of `least` and more: who is there when somebody leaves after
 * somebody came. (The maximal cliques of an interval graph; Gupta, Lee, Leung 1982.)
 * @returns sorted numbers, each set once
 */
export function fullestMoments(spans: readonly Span[], least: number): number[][] {
  const sets = new Map<string, number[]>();
  let there: Span[] = [];
  const keep = (): void => {
    if (there.length < least) return;
    const people = [...new Set(there.map((s) => s.who))].sort((a, b) => a - b);
    if (people.length >= least) sets.set(people.join(), people);
  };
  for (const span of byStart(spans)) {
    const staying = there.filter((other) => other.end_s > span.start_s);
    if (staying.length < there.length) keep();
    there = [...staying, span];
  }
  keep();
  return [...sets.values()];
}

function byStart(spans: readonly Span[]): Span[] {
  return spans.filter((s) => s.end_s > s.start_s).sort((p, q) => p.start_s - q.start_s || p.who - q.who);
}
