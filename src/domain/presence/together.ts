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

/**
 * Every overlap of two people's spans, a < b, by start: O(n log n + overlaps). Spans that only touch don't overlap.
 * @param found is told of each: a library has hundreds of thousands, too many for an object each
 */
export function eachOverlap(
  spans: readonly Span[],
  found: (a: number, b: number, start_s: number, end_s: number) => void,
): void {
  const there: Span[] = [];
  let many = 0;
  for (const span of byStart(spans)) {
    many = staying(there, many, span.start_s);
    for (let i = 0; i < many; i++) {
      const other = there[i] ?? span;
      const end_s = Math.min(span.end_s, other.end_s);
      if (other.who < span.who) found(other.who, span.who, span.start_s, end_s);
      else if (other.who > span.who) found(span.who, other.who, span.start_s, end_s);
    }
    there[many++] = span;
  }
}

/** The same in a list. */
export function overlaps(spans: readonly Span[]): Overlap[] {
  const all: Overlap[] = [];
  eachOverlap(spans, (a, b, start_s, end_s) => all.push({ a, b, start_s, end_s }));
  return all;
}

/**
 * The largest sets of people who are there at one moment, of `least` and more: who is there when somebody leaves after
 * somebody came. (The maximal cliques of an interval graph; Gupta, Lee, Leung 1982.)
 * @param found is told of each, sorted numbers, perhaps more than once
 */
export function eachFullestMoment(spans: readonly Span[], least: number, found: (set: number[]) => void): void {
  const there: Span[] = [];
  let many = 0;
  const keep = (): void => {
    if (many < least) return;
    const people: number[] = [];
    for (let i = 0; i < many; i++) people.push(there[i]?.who ?? 0);
    people.sort((a, b) => a - b);
    const each = people.filter((who, i) => who !== people[i - 1]);
    if (each.length >= least) found(each);
  };
  for (const span of byStart(spans)) {
    let leaves = false;
    for (let i = 0; i < many && !leaves; i++) leaves = (there[i]?.end_s ?? 0) <= span.start_s;
    if (leaves) {
      keep();
      many = staying(there, many, span.start_s);
    }
    there[many++] = span;
  }
  keep();
}

/** The same in a list, each set once. */
export function fullestMoments(spans: readonly Span[], least: number): number[][] {
  const sets = new Map<string, number[]>();
  eachFullestMoment(spans, least, (set) => sets.set(set.join(), set));
  return [...sets.values()];
}

/** Moves those who stay to the front, in their places: lists are made for each span otherwise. @returns how many */
function staying(there: Span[], many: number, from_s: number): number {
  let stay = 0;
  for (let i = 0; i < many; i++) {
    const span = there[i];
    if (span && span.end_s > from_s) there[stay++] = span;
  }
  return stay;
}

/** Spans that last, in order: as they are, where they are so. */
function byStart(spans: readonly Span[]): readonly Span[] {
  for (let i = 0; i < spans.length; i++) {
    const span = spans[i],
      before = spans[i - 1];
    if (!span || span.end_s <= span.start_s || (before && order(before, span) > 0))
      return spans.filter((s) => s.end_s > s.start_s).sort(order);
  }
  return spans;
}

function order(p: Span, q: Span): number {
  return p.start_s - q.start_s || p.who - q.who;
}
