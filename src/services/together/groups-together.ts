/** Three and more who are together. They are counted first; what an answer shows of a group is worked out for it. */
import { intersect, total } from '../../domain/intervals.js';
import { eachFullestMoment, type Span } from '../../domain/presence/together.js';
import { roundSeconds as round, toMilliseconds } from '../../domain/seconds.js';
import type { Interval } from '../../domain/types.js';
import type { GroupAnswer } from '../answers/co-occurrence.js';
import { photosIn } from '../library/photo-times.js';
import { type Company, momentIn, thereIn } from './counts-as-there.js';
import { firstAndLast } from './first-and-last.js';
import type { ByAge } from './oldest-first.js';
import type { Ranking } from '../../domain/ranked.js';

/** Groups in no order; a place in each list for one. */
export interface Groups {
  sets: (readonly number[])[];
  /** In films. */
  milliseconds: number[];
  photos: number[];
}

/** Finds them film by film, and then counts. */
export function groupCounter(company: Company): { add(spans: readonly Span[]): void; groups(): Groups } {
  const found = new Map<string, readonly number[]>();
  return {
    add(spans) {
      eachFullestMoment(spans, 3, (set) => {
        if (company.one === null || set.includes(company.one)) found.set(set.join(), set);
      });
    },
    groups: () => countGroups(company, [...found.values()]),
  };
}

function countGroups(company: Company, sets: (readonly number[])[]): Groups {
  const { cast } = company;
  const groups: Groups = { sets, milliseconds: [], photos: [] };
  for (const set of groups.sets) {
    let milliseconds = 0,
      photos = 0;
    for (const { film, intervals } of momentsOf(company, set)) {
      if (cast.isPhoto(film)) photos += Math.sign(intervals.length);
      else for (const { start_s, end_s } of intervals) milliseconds += toMilliseconds(end_s) - toMilliseconds(start_s);
    }
    groups.milliseconds.push(milliseconds);
    groups.photos.push(photos);
  }
  return groups;
}

/** Longest first. */
export function groupRanking({ sets, milliseconds, photos }: Groups): Ranking {
  const more = (list: readonly number[], p: number, q: number): number => (list[q] ?? 0) - (list[p] ?? 0);
  return {
    length: sets.length,
    weight: (at) => milliseconds[at] ?? 0,
    compare: (p, q) =>
      more(milliseconds, p, q) || more(photos, p, q) || (sets[q]?.length ?? 0) - (sets[p]?.length ?? 0) || p - q,
  };
}

/** A group as answers show it, the oldest first. */
export function groupAnswer(
  company: Company,
  set: readonly number[],
  byAge: ByAge,
  nameOf: (identity_id: string) => string | null,
): GroupAnswer {
  const identity_ids = set.map((who) => company.cast.people[who] ?? '').sort(byAge);
  const intervals = [...momentsOf(company, set)].flatMap(({ film, intervals }) =>
    intervals.map((interval) => momentIn(company, film, interval)),
  );
  return {
    identity_ids,
    names: identity_ids.map(nameOf),
    seconds: round(total(intervals)),
    photos: photosIn(intervals),
    ...firstAndLast(intervals),
    intervals,
  };
}

/** Everybody of a set at once, in each film that all of them are in. */
function* momentsOf(
  company: Company,
  set: readonly number[],
): Generator<{ film: number; intervals: readonly Interval[] }> {
  const { cast } = company;
  // Of a library of photos most sets are in few of them.
  const [first = 0, ...rest] = set.toSorted((p, q) => cast.filmsOf(p) - cast.filmsOf(q));
  for (const row of cast.rowsOf(first)) {
    const film = cast.filmOf(row);
    const rows = rest.map((who) => rowIn(company, film, who));
    if (rows.includes(-1)) continue;
    const intervals = rows.reduce<readonly Interval[]>(
      (held, other) => intersect(held, thereIn(company, other)),
      thereIn(company, row),
    );
    yield { film, intervals };
  }
}

/** The row of somebody in a film; -1: they are not in it. */
function rowIn({ cast }: Company, film: number, who: number): number {
  let [from, to] = cast.rowsIn(film);
  while (from < to) {
    const middle = (from + to) >> 1;
    if (cast.whoIn(middle) < who) from = middle + 1;
    else to = middle;
  }
  return from < cast.rowsIn(film)[1] && cast.whoIn(from) === who ? from : -1;
}
