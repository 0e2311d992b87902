/** Identities that are more than one person, and appearances missed or made up. Times as in presence.ts. */
import { intersect, total, union } from '../../src/domain/intervals.js';
import { possible, without, type FoundIdentity, type PersonTruth, type Timeline } from './presence.js';

/**
 * Seconds cut off either end of a time that speaks against a person, since presence is sampled and truths are annotated
 * by hand.
 */
const EDGE_S = 0.25;
/** An identity is two people when it covers this much of the time alone of each, seconds … */
const ALONE_S = 0.5;
/** … or when, whoever it is, it is there for this long while that person isn't and others are. */
const WITHOUT_S = 1;

/**
 * Identities that no single person explains. Two people who are always on screen together can't be told apart by time.
 * @returns those of whom it covers time alone, or else the person who explains it best and who explains most of the
 * rest
 */
export function wrongMerges(
  truth: readonly PersonTruth[],
  found: readonly FoundIdentity[],
  ignore: Timeline = new Map(),
): { identity: string; people: string[] }[] {
  const people = truth.map((person) => {
    const others = truth.filter((p) => p !== person);
    return { person, alone: minus([person], others, ignore), away: minus(others, [person], ignore) };
  });
  return found.flatMap(({ id, appearances }) => {
    const lone = people.filter(({ alone }) => common(alone, appearances) >= ALONE_S).map(({ person }) => person.id);
    if (lone.length > 1) return [{ identity: id, people: lone }];
    const [best] = people
      .map((p) => ({ ...p, away_s: common(p.away, appearances) }))
      .sort((p, q) => p.away_s - q.away_s);
    if (!best || best.away_s < WITHOUT_S) return [];
    const rest = new Map(
      [...best.away].map(([video, spans]) => [video, intersect(spans, union(appearances.get(video) ?? []))]),
    );
    const [second] = truth
      .filter((p) => p !== best.person)
      .map((p) => ({
        id: p.id,
        seconds: common(new Map([...rest.keys()].map((video) => [video, possible(p, video)])), rest),
      }))
      .sort((p, q) => q.seconds - p.seconds);
    return [{ identity: id, people: [best.person.id, ...(second ? [second.id] : [])] }];
  });
}

/** When one of some people may be on screen and none of others, without the edges. */
function minus(some: readonly PersonTruth[], others: readonly PersonTruth[], ignore: Timeline): Timeline {
  return new Map(
    videosOf(some).map((video) => {
      const there = union(some.flatMap((p) => possible(p, video)));
      const spans = without(there, [...others.flatMap((p) => possible(p, video)), ...(ignore.get(video) ?? [])]);
      return [
        video,
        spans
          .map(({ start_s, end_s }) => ({ start_s: start_s + EDGE_S, end_s: end_s - EDGE_S }))
          .filter((i) => i.end_s > i.start_s),
      ] as const;
    }),
  );
}

function common(a: Timeline, b: Timeline): number {
  return [...a].reduce((s, [video, spans]) => s + total(intersect(spans, union(b.get(video) ?? []))), 0);
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
export function countAppearances(
  person: PersonTruth,
  appearances: Timeline,
  ignore: Timeline = new Map(),
): AppearanceCount {
  const count: AppearanceCount = { true: 0, missed: 0, found: 0, made_up: 0 };
  for (const video of new Set([...videosOf([person]), ...appearances.keys()])) {
    const skip = ignore.get(video) ?? [];
    const found = without(appearances.get(video) ?? [], skip),
      may = possible(person, video);
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
