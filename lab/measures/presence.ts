/**
 * How well identities found in footage agree with the people who are known to be in it. Times are seconds on each
 * video's presentation timeline. "Hard" time (a face cut by the frame's edge, a profile) counts neither way.
 */
import { intersect, total, union } from '../../src/domain/intervals.js';
import type { Interval } from '../../src/domain/types.js';

/** Intervals by video. */
export type Timeline = ReadonlyMap<string, readonly Interval[]>;

export interface PersonTruth {
  id: string;
  /** When this person is on screen for everyone to see. */
  sure: Timeline;
  /** When finding this person is neither right nor wrong. */
  hard: Timeline;
}

export interface FoundIdentity {
  id: string;
  appearances: Timeline;
}

/** One identity against one person. */
export interface PresenceAgreement {
  /** Seconds that had to be found. */
  true_s: number;
  missed_s: number;
  /** Found where the person is neither surely nor possibly. */
  extra_s: number;
  /** Intersection over union of the two, hard time left out; 1 when both are empty. */
  iou: number;
}

export interface PersonScore extends PresenceAgreement {
  person: string;
  /** Null: nobody was found who fits. */
  identity: string | null;
}

export interface PresenceScore {
  /** Everyone with sure time, in the truth's order. */
  people: PersonScore[];
  /** Identities that fit nobody and last. */
  surplus: { identity: string; seconds: number }[];
  /** Missed plus extra ÷ true seconds, over all people; 0 when there is no one to find. */
  wrong_share: number;
}

/** An unmatched identity shorter than this is not counted as surplus, seconds. */
export const SURPLUS_FROM_S = 0.5;

const NOTHING: Timeline = new Map();

/** How far an identity's time on screen is a person's. */
export function compareTo(person: PersonTruth, appearances: Timeline, ignore: Timeline = NOTHING): PresenceAgreement {
  let true_s = 0,
    both_s = 0,
    extra_s = 0;
  for (const video of new Set([...person.sure.keys(), ...person.hard.keys(), ...appearances.keys()])) {
    const skip = ignore.get(video) ?? [];
    const sure = without(person.sure.get(video) ?? [], skip);
    const found = without(appearances.get(video) ?? [], skip);
    true_s += total(sure);
    both_s += total(intersect(found, sure));
    extra_s += total(without(found, [...sure, ...(person.hard.get(video) ?? [])]));
  }
  const whole = true_s + extra_s;
  return { true_s, missed_s: true_s - both_s, extra_s, iou: whole > 0 ? both_s / whole : 1 };
}

/**
 * Pairs identities with people one to one, best intersection over union first (hard time may be found), and scores
 * each. People who are only ever hard need not be found, but an identity that fits one is not surplus.
 * Time alone cannot tell two people apart who are on screen together throughout: ask by picture for that.
 */
export function scorePresence(
  truth: readonly PersonTruth[],
  found: readonly FoundIdentity[],
  ignore: Timeline = NOTHING,
): PresenceScore {
  const identityOf = pairedIdentities(truth, found, ignore);
  const taken = new Set([...identityOf.values()].map(({ id }) => id));
  const people = truth
    .filter((person) => lengthOf(person.sure, ignore) > 0)
    .map((person) => {
      const identity = identityOf.get(person.id);
      return {
        person: person.id,
        identity: identity?.id ?? null,
        ...compareTo(person, identity?.appearances ?? NOTHING, ignore),
      };
    });
  const surplus = found
    .filter((identity) => !taken.has(identity.id))
    .map((identity) => ({ identity: identity.id, seconds: lengthOf(identity.appearances, ignore) }))
    .filter(({ seconds }) => seconds >= SURPLUS_FROM_S);
  const sum = (of: (p: PersonScore) => number) => people.reduce((s, p) => s + of(p), 0);
  const true_s = sum((p) => p.true_s);
  return { people, surplus, wrong_share: true_s > 0 ? sum((p) => p.missed_s + p.extra_s) / true_s : 0 };
}

/** The identity of each person who has one, by the person's id: one to one, best intersection over union first. */
export function pairedIdentities(
  truth: readonly PersonTruth[],
  found: readonly FoundIdentity[],
  ignore: Timeline = NOTHING,
): Map<string, FoundIdentity> {
  const candidates = truth
    .flatMap((person) =>
      found.map((identity) => ({ person, identity, iou: overlap(person, identity.appearances, ignore) })),
    )
    .filter((c) => c.iou > 0)
    .sort((a, b) => b.iou - a.iou);
  const identityOf = new Map<string, FoundIdentity>();
  const taken = new Set<string>();
  for (const { person, identity } of candidates) {
    if (identityOf.has(person.id) || taken.has(identity.id)) continue;
    identityOf.set(person.id, identity);
    taken.add(identity.id);
  }
  return identityOf;
}

/** Between how many and how many seconds two people are on screen together: surely, and counting hard time. */
export function togetherBounds(a: PersonTruth, b: PersonTruth): { least_s: number; most_s: number } {
  let least_s = 0,
    most_s = 0;
  for (const video of new Set([...a.sure.keys(), ...a.hard.keys()])) {
    least_s += total(intersect(union(a.sure.get(video) ?? []), union(b.sure.get(video) ?? [])));
    most_s += total(intersect(possible(a, video), possible(b, video)));
  }
  return { least_s, most_s };
}

/** Intersection over union with everything that may be found of a person. */
function overlap(person: PersonTruth, appearances: Timeline, ignore: Timeline): number {
  let both = 0,
    either = 0;
  for (const video of new Set([...person.sure.keys(), ...person.hard.keys(), ...appearances.keys()])) {
    const skip = ignore.get(video) ?? [];
    const may = without(possible(person, video), skip),
      found = without(appearances.get(video) ?? [], skip);
    const common = total(intersect(may, found));
    both += common;
    either += total(may) + total(found) - common;
  }
  return either > 0 ? both / either : 0;
}

/** When a person is on screen, surely or hardly; sorted and disjoint. */
export function possible(person: PersonTruth, video: string): Interval[] {
  return union([...(person.sure.get(video) ?? []), ...(person.hard.get(video) ?? [])]);
}

function lengthOf(timeline: Timeline, ignore: Timeline): number {
  return [...timeline].reduce((s, [video, intervals]) => s + total(without(intervals, ignore.get(video) ?? [])), 0);
}

/** The parts of `intervals` outside `holes`; sorted and disjoint. */
export function without(intervals: readonly Interval[], holes: readonly Interval[]): Interval[] {
  const gaps: Interval[] = [];
  let from = -Infinity;
  for (const hole of union(holes)) {
    gaps.push({ start_s: from, end_s: hole.start_s });
    from = hole.end_s;
  }
  gaps.push({ start_s: from, end_s: Infinity });
  return intersect(union(intervals), gaps);
}
