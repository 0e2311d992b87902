/** Identities that are more than one person, and appearances missed or made up. Times as in presence.ts. */
import { intersect, total, union } from '../intervals.js';
import { possible, without, type FoundIdentity, type PersonTruth, type Timeline } from './presence.js';

/** Seconds cut off either end of a person's time alone, since cuts are sampled and truths annotated by hand. */
const EDGE_S = 0.25;
/** An identity is a person when it covers this much of the time that only they are on screen, seconds. */
const COVERED_S = 0.5;

/**
 * Identities that cover time in which only one person is on screen of two people and more. Two people who are always
 * on screen together can't be told apart by time.
 */
export function wrongMerges(truth: readonly PersonTruth[], found: readonly FoundIdentity[], ignore: Timeline = new Map()): { identity: string; people: string[] }[] {
  const alone = truth.map((person) => ({ id: person.id, time: timeAlone(person, truth, ignore) }));
  return found.flatMap(({ id, appearances }) => {
    const people = alone.filter(({ time }) => [...time].reduce((s, [video, spans]) => s + total(intersect(spans, union(appearances.get(video) ?? []))), 0) >= COVERED_S);
    return people.length > 1 ? [{ identity: id, people: people.map((p) => p.id) }] : [];
  });
}

function timeAlone(person: PersonTruth, truth: readonly PersonTruth[], ignore: Timeline): Timeline {
  return new Map(videosOf([person]).map((video) => {
    const others = truth.filter((p) => p !== person).flatMap((p) => possible(p, video));
    const spans = without(possible(person, video), [...others, ...(ignore.get(video) ?? [])]);
    return [video, spans.map(({ start_s, end_s }) => ({ start_s: start_s + EDGE_S, end_s: end_s - EDGE_S })).filter((i) => i.end_s > i.start_s)] as const;
  }));
}

export interface AppearanceCount {
  /** Sure appearances in the truth, and those of which less than half was found. */
  true: number;
  missed: number;
  /** Appearances found, and those of which more than half lies where the person can't be. */
  found: number;
  made_up: number;
}

/** Counts one person's appearances against those of the identity that stands for them. */
export function countAppearances(person: PersonTruth, appearances: Timeline, ignore: Timeline = new Map()): AppearanceCount {
  const count: AppearanceCount = { true: 0, missed: 0, found: 0, made_up: 0 };
  for (const video of new Set([...videosOf([person]), ...appearances.keys()])) {
    const skip = ignore.get(video) ?? [];
    const found = without(appearances.get(video) ?? [], skip), may = possible(person, video);
    for (const span of without(person.sure.get(video) ?? [], skip)) {
      count.true++;
      if (total(intersect(found, [span])) < 0.5 * total([span])) count.missed++;
    }
    for (const span of found) {
      count.found++;
      if (total(intersect(may, [span])) < 0.5 * total([span])) count.made_up++;
    }
  }
  return count;
}

function videosOf(people: readonly PersonTruth[]): string[] {
  return [...new Set(people.flatMap((p) => [...p.sure.keys(), ...p.hard.keys()]))];
}
