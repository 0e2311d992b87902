/** Every two who are together: counted in columns, and what an answer shows of a pair is worked out for it alone. */
import { total } from '../../domain/intervals.js';
import { meetings } from '../../domain/presence/entrances-and-exits.js';
import { eachOverlap, type Span } from '../../domain/presence/together.js';
import { roundSeconds as round, toMilliseconds } from '../../domain/seconds.js';
import type { Interval } from '../../domain/types.js';
import { byText } from '../../domain/order.js';
import type { PairAnswer } from '../answers/co-occurrence.js';
import type { Cast } from '../library/cast.js';
import { photosIn } from '../library/photo-times.js';
import { isAboutComings, marginOf, type TogetherRequest } from '../requests/co-occurrence.js';
import { type Company, momentIn, thereIn } from './counts-as-there.js';
import { firstAndLast } from './first-and-last.js';
import { PairNumbers } from './pair-numbers.js';
import type { Ranking } from '../../domain/ranked.js';

/** Pairs in no order; a place in each list for one. With one person asked for, that is `a` of all. */
export interface Pairs {
  a: number[];
  b: number[];
  /** In films. */
  milliseconds: number[];
  times: number[];
  photos: number[];
}

/** Counts film by film. */
export function pairCounter(company: Company): { pairs: Pairs; add(film: number, spans: readonly Span[]): void } {
  const { cast, request, one } = company;
  const numbers = new PairNumbers();
  const pairs: Pairs = { a: [], b: [], milliseconds: [], times: [], photos: [] };
  const lastPhoto: number[] = [];
  const placeOf = (a: number, b: number): number => {
    const at = numbers.of(a, b);
    if (at < pairs.a.length) return at;
    pairs.a.push(b === one ? b : a);
    pairs.b.push(b === one ? a : b);
    pairs.milliseconds.push(0);
    pairs.times.push(0);
    pairs.photos.push(0);
    lastPhoto.push(-1);
    return at;
  };
  const add = (film: number, spans: readonly Span[]): void => {
    const isPhoto = cast.isPhoto(film);
    eachFound(request, spans, (a, b, start_s, end_s) => {
      if (one !== null && a !== one && b !== one) return;
      const at = placeOf(a, b);
      if (!isPhoto) {
        count(pairs.milliseconds, at, toMilliseconds(end_s) - toMilliseconds(start_s));
        count(pairs.times, at, 1);
      } else if (lastPhoto[at] !== film) {
        count(pairs.photos, at, 1);
        lastPhoto[at] = film;
      }
    });
  };
  return { pairs, add };
}

function count(list: number[], at: number, n: number): void {
  list[at] = (list[at] ?? 0) + n;
}

/** When two are there at once; of comings and goings from the moment of the one to that of the other. */
function eachFound(request: TogetherRequest, spans: readonly Span[], found: Parameters<typeof eachOverlap>[1]): void {
  if (!isAboutComings(request)) return eachOverlap(spans, found);
  const moments = spans.map(({ who, start_s, end_s }) => ({ who, at_s: request.mode === 'enter' ? start_s : end_s }));
  for (const { a, b, start_s, end_s } of meetings(moments, marginOf(request))) found(a, b, start_s, end_s);
}

/** Longest first; of comings and goings the most first. */
export function pairRanking(company: Company, pairs: Pairs, { comings }: Counts): Ranking {
  const { a, b, milliseconds, times, photos } = pairs;
  const idOf = (list: readonly number[], at: number): string => company.cast.people[list[at] ?? 0] ?? '';
  const ids = (at: number): [lower: string, higher: string] => {
    const [one, other] = [idOf(a, at), idOf(b, at)];
    return one < other ? [one, other] : [other, one];
  };
  const more = (list: readonly number[], p: number, q: number): number => (list[q] ?? 0) - (list[p] ?? 0);
  // Whoever is the older: that is looked up of those who are shown alone.
  const byIds = (p: number, q: number): number => {
    const [of_p, of_q] = [ids(p), ids(q)];
    return byText(of_p[0], of_q[0]) || byText(of_p[1], of_q[1]);
  };
  if (!isAboutComings(company.request))
    return {
      length: a.length,
      weight: (at) => milliseconds[at] ?? 0,
      compare: (p, q) => more(milliseconds, p, q) || more(photos, p, q) || byIds(p, q),
    };
  const jaccard = (at: number): number => sharedComings(comings, a[at] ?? 0, b[at] ?? 0, times[at] ?? 0);
  return {
    length: a.length,
    weight: (at) => times[at] ?? 0,
    compare: (p, q) => more(times, p, q) || jaccard(q) - jaccard(p) || byIds(p, q),
  };
}

/** What is told of a person beside each who is with them: counted when it is first asked for, and held. */
export interface Counts {
  /** How often they come, or go. */
  readonly comings: (who: number) => number;
  /** In how many photos they are, and how long they are there in films, seconds. */
  readonly onScreen: (who: number) => OnScreen;
}

interface OnScreen {
  seconds: number;
  photos: number;
}

export function countsOf(company: Company): Counts {
  const rows = (who: number): Uint32Array => company.cast.rowsOf(who);
  return {
    comings: heldEach((who) => rows(who).reduce((sum, row) => sum + thereIn(company, row).length, 0)),
    onScreen:
      company.request.mode === 'same_frame' ? onScreenIn(company.cast) : heldEach((who) => onScreen(company, who)),
  };
}

const onScreenOf = new WeakMap<Cast, Counts['onScreen']>();

/** As they are seen: whoever is asked about next may be with the same people, some of them in thousands of films. */
function onScreenIn(cast: Cast): Counts['onScreen'] {
  const held = onScreenOf.get(cast) ?? heldEach((who) => onScreenBy(cast, who, (row) => cast.secondsIn(row)));
  onScreenOf.set(cast, held);
  return held;
}

function heldEach<T>(count: (who: number) => T): (who: number) => T {
  const counted = new Map<number, T>();
  return (who) => {
    const held = counted.get(who) ?? count(who);
    counted.set(who, held);
    return held;
  };
}

function sharedComings(comings: Counts['comings'], a: number, b: number, times: number): number {
  return share(times, comings(a) + comings(b) - times);
}

/** A pair as answers show it. @param looked_s seconds of footage that were looked at */
export function pairAnswer(
  company: Company,
  counts: Counts,
  a: number,
  b: number,
  nameOf: (identity_id: string) => string | null,
  looked_s: number,
): PairAnswer {
  const { people } = company.cast;
  const intervals = intervalsOf(company, a, b);
  const photos = photosIn(intervals);
  const id_a = people[a] ?? '',
    id_b = people[b] ?? '';
  const times = intervals.length - (photos ?? 0);
  const between = {
    ...{ a: id_a, b: id_b, a_name: nameOf(id_a), b_name: nameOf(id_b) },
    ...{ times, photos },
    ...firstAndLast(intervals),
    intervals,
  };
  if (isAboutComings(company.request))
    return { ...between, seconds: null, jaccard: sharedComings(counts.comings, a, b, times), lift: null };
  const both = total(intervals);
  const own = counts.onScreen(a),
    other = counts.onScreen(b);
  const either = own.seconds + other.seconds - both;
  // Of two who are in photos alone, those are what they share.
  const jaccard = either > 0 ? share(both, either) : share(photos ?? 0, own.photos + other.photos - (photos ?? 0));
  return { ...between, seconds: round(both), jaccard, lift: liftOf(both, own.seconds, other.seconds, looked_s) };
}

/** When two are together, by film and time. */
function intervalsOf(company: Company, a: number, b: number): PairAnswer['intervals'] {
  const { cast, request } = company;
  const films = new Map(Array.from(cast.rowsOf(a), (row) => [cast.filmOf(row), row]));
  return Array.from(cast.rowsOf(b)).flatMap((of_b) => {
    const film = cast.filmOf(of_b),
      of_a = films.get(film);
    if (of_a === undefined) return [];
    const spans = [of_a, of_b].flatMap((row) =>
      thereIn(company, row).map(({ start_s, end_s }) => ({ who: cast.whoIn(row), start_s, end_s })),
    );
    const both: Interval[] = [];
    eachFound(request, spans, (_a, _b, start_s, end_s) => both.push({ start_s, end_s }));
    return both.map((interval) => momentIn(company, film, interval));
  });
}

function onScreen(company: Company, who: number): OnScreen {
  return onScreenBy(company.cast, who, (row) => total(thereIn(company, row)));
}

function onScreenBy(cast: Cast, who: number, secondsIn: (row: number) => number): OnScreen {
  let seconds = 0,
    photos = 0;
  for (const row of cast.rowsOf(who))
    if (cast.isPhoto(cast.filmOf(row))) photos++;
    else seconds += secondsIn(row);
  return { seconds, photos };
}

function share(part: number, whole: number): number {
  return Math.round((part / Math.max(1e-9, whole)) * 1e4) / 1e4;
}

/**
 * How much more two are together than chance would have it: P(both) ÷ (P(a) · P(b)), as in association rules (Brin et
 * al. 1997), with shares of the footage as probabilities. 1 for two who know nothing of each other; null of nothing.
 */
export function liftOf(both_s: number, a_s: number, b_s: number, looked_s: number): number | null {
  if (!(a_s > 0 && b_s > 0 && looked_s > 0)) return null;
  return Math.round(((both_s * looked_s) / (a_s * b_s)) * 100) / 100;
}
