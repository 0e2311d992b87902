/** Who appears with whom. */
import { groupBy } from '../../domain/group-by.js';
import { grow, intersect, total, union } from '../../domain/intervals.js';
import { meetings } from '../../domain/people/entrances-and-exits.js';
import { fullestMoments, overlaps, type Span } from '../../domain/people/together.js';
import type { Interval } from '../../domain/types.js';
import { byText } from '../../store/row-order.js';
import type { IdentityRow } from '../../store/rows.js';
import type { GroupAnswer, PairAnswer, TogetherAnswer } from '../answers/co-occurrence.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { keptAnswers } from '../library/kept-answers.js';
import type { PeopleView } from '../library/people-view.js';
import { photosIn, spanOf, whenIn } from '../library/photo-times.js';
import { isAboutComings, marginOf, type TogetherRequest } from '../requests/co-occurrence.js';
import type { Resources } from '../resources.js';

export interface TogetherService {
  /**
   * Pairs by seconds together, longest first; groups of three and more likewise. Of comings and goings the most first,
   * and no groups.
   */
  coOccurrence(request: TogetherRequest, signal?: AbortSignal): Promise<TogetherAnswer>;
}

/** Answers about everybody that are kept for their next pages. */
const KEPT = 2;

export function createTogetherService(resources: Pick<Resources, 'view'>): TogetherService {
  const kept = keptAnswers<TogetherAnswer>(KEPT);
  return {
    async coOccurrence(request, signal) {
      // Of everybody it takes longest, and has most pages.
      return request.video_ids || (request.identity_ids ?? []).length > 0
        ? answer(request, signal)
        : kept(await resources.view.facts(signal), request, () => answer(request));
    },
  };

  async function answer(request: TogetherRequest, signal?: AbortSignal): Promise<TogetherAnswer> {
    const { video_ids, identity_ids = [] } = request;
    let view = await resources.view.people(
      { video_ids, people: identity_ids.length > 0 ? identity_ids : undefined },
      signal,
    );
    const asked = new Set(identity_ids.map((id) => view.person(id).identity_id));
    // With one person asked for, it is their company that is wanted; with several, what is between them.
    const [one = null] = asked.size === 1 ? asked : [];
    const centre = one === null ? null : view.person(one);
    // What happens in videos without them is not their company.
    const where = centre && new Set(view.videosOf(centre));
    if (centre && !video_ids)
      view = await resources.view.people({ people: await companyOf(centre, request, view, signal) }, signal);
    const rows =
      asked.size > 1
        ? [...asked].map((id) => view.person(id))
        : view.people.filter((p) => p.identity_id === one || !view.ignored.has(p.identity_id));
    const people = rows.map((row) => ({ row, there: whenThere(view, row, request) }));
    const videos = spansByVideo(people, view, where);
    const coverage = view.coverage();
    return {
      pairs: isAboutComings(request)
        ? meetingPairs(people, videos, one, request, view)
        : pairsOf(
            people,
            videos,
            one,
            view,
            coverage.reduce((sum, c) => sum + total(c.decoded), 0),
          ),
      groups: isAboutComings(request) ? [] : groupsOf(people, videos, one, view),
      titles: view.titles(),
      coverage,
    };
  }
}

/** Far more than a rounding, seconds. */
const SURELY_S = 0.01;

/** Somebody, and whoever may count as there with them: in one of their videos, at about the same time. */
async function companyOf(
  centre: IdentityRow,
  request: TogetherRequest,
  view: PeopleView,
  signal?: AbortSignal,
): Promise<string[]> {
  const theirs = whenThere(view, centre, request);
  const found = new Set([centre.identity_id]);
  const near = isAboutComings(request) ? marginOf(request) + SURELY_S : SURELY_S;
  for (const { identity_id, video_id, appearances } of await view.state.seen(
    { video_ids: [...theirs.keys()] },
    signal,
  )) {
    const own = theirs.get(video_id);
    if (!own || found.has(identity_id) || view.ignored.has(identity_id)) continue;
    const spans = appearances.map((a) => spanOf({ ...a, ...whenIn(view.videos.get(video_id), a) }));
    if (intersect(grow(own, near), grow(reach(spans, video_id, request, view), near)).length > 0)
      found.add(identity_id);
  }
  return [...found];
}

/** When someone counts as there, per video: sorted and disjoint. */
type There = ReadonlyMap<string, readonly Interval[]>;
interface Person {
  row: IdentityRow;
  there: There;
}

function whenThere(view: PeopleView, row: IdentityRow, request: TogetherRequest): There {
  // Nobody comes into a photo, or leaves it.
  const appearances = view.appearances(row).filter((a) => !a.photo || !isAboutComings(request));
  return new Map(
    [...groupBy(appearances, (a) => a.video_id)].map(([video_id, own]) => [
      video_id,
      reach(own.map(spanOf), video_id, request, view),
    ]),
  );
}

/**
 * What counts as "there" under a mode: the appearance itself, its whole shots, or a margin around it. Whoever comes or
 * goes is away for more than that margin.
 */
function reach(
  intervals: readonly Interval[],
  video_id: string,
  request: TogetherRequest,
  view: PeopleView,
): Interval[] {
  if (isAboutComings(request)) return union(intervals, marginOf(request));
  if (request.mode === 'within_s') return grow(intervals, marginOf(request) / 2);
  if (request.mode === 'same_frame') return intervals.map(({ start_s, end_s }) => ({ start_s, end_s }));
  const video = view.videos.get(video_id);
  const cuts = [
    video?.start_s ?? 0,
    ...(video?.shots ?? []),
    Math.max(video?.duration_s ?? 0, ...intervals.map((i) => i.end_s)),
  ];
  const shots = cuts.slice(1).map((end_s, i) => ({ start_s: cuts[i] ?? 0, end_s }));
  return union(shots.filter((s) => total(intersect([s], intervals)) > 0));
}

/** Everybody's spans, per video by title; `who` is the place in `people`. @param where those videos alone; null: all */
function spansByVideo(
  people: readonly Person[],
  view: PeopleView,
  where: ReadonlySet<string> | null,
): Map<string, Span[]> {
  const videos = new Map<string, Span[]>();
  for (const [who, { there }] of people.entries())
    for (const [video_id, intervals] of there) {
      if (where && !where.has(video_id)) continue;
      const spans = videos.get(video_id) ?? [];
      // Fields one by one: there are as many as appearances in the library.
      for (const { start_s, end_s } of intervals) spans.push({ who, start_s, end_s });
      videos.set(video_id, spans);
    }
  const titles = view.titles();
  const title = (id: string): string => titles.get(id) ?? '';
  return new Map([...videos].sort(([a], [b]) => title(a).localeCompare(title(b)) || (a < b ? -1 : 1)));
}

type Held = Map<number, { a: number; b: number; intervals: PairAnswer['intervals'] }>;

/** What is found of every two, by video and time. @param one see pairsOf */
function byPair(
  people: readonly Person[],
  videos: ReadonlyMap<string, Span[]>,
  one: string | null,
  view: PeopleView,
  found: (spans: readonly Span[]) => Iterable<Interval & { a: number; b: number }>,
): Held {
  const pairs: Held = new Map();
  const isOne = (who: number): boolean => people[who]?.row.identity_id === one;
  for (const [video_id, spans] of videos)
    for (const { a, b, start_s, end_s } of found(spans)) {
      if (one !== null && !isOne(a) && !isOne(b)) continue;
      const key = a * people.length + b;
      let pair = pairs.get(key);
      if (!pair) {
        pair = isOne(b) ? { a: b, b: a, intervals: [] } : { a, b, intervals: [] };
        pairs.set(key, pair);
      }
      pair.intervals.push({ video_id, ...whenIn(view.videos.get(video_id), { start_s, end_s }) });
    }
  return pairs;
}

/** Who comes, or goes, with whom: from the moment of the one to that of the other. */
function meetingPairs(
  people: readonly Person[],
  videos: ReadonlyMap<string, Span[]>,
  one: string | null,
  request: TogetherRequest,
  view: PeopleView,
): PairAnswer[] {
  const moments = (spans: readonly Span[]) =>
    spans.map(({ who, start_s, end_s }) => ({ who, at_s: request.mode === 'enter' ? start_s : end_s }));
  const times = people.map(({ there }) => [...there.values()].reduce((n, intervals) => n + intervals.length, 0));
  return [...byPair(people, videos, one, view, (spans) => meetings(moments(spans), marginOf(request))).values()]
    .flatMap(({ a, b, intervals }): PairAnswer[] => {
      const p = people[a]?.row,
        q = people[b]?.row,
        either = (times[a] ?? 0) + (times[b] ?? 0) - intervals.length;
      if (!p || !q) return [];
      return [{ ...between(p, q, intervals), seconds: null, jaccard: share(intervals.length, either), lift: null }];
    })
    .sort((p, q) => q.times - p.times || q.jaccard - p.jaccard || byText(p.a, q.a) || byText(p.b, q.b));
}

/** What is said of every pair. */
function between(
  a: IdentityRow,
  b: IdentityRow,
  intervals: PairAnswer['intervals'],
): Omit<PairAnswer, 'seconds' | 'jaccard' | 'lift'> {
  return {
    a: a.identity_id,
    b: b.identity_id,
    a_name: a.name,
    b_name: b.name,
    times: intervals.length - (photosIn(intervals) ?? 0),
    photos: photosIn(intervals),
    ...firstAndLast(intervals),
    intervals,
  };
}

/** When it begins first and ends last, in the order of films. */
function firstAndLast(intervals: PairAnswer['intervals']): Pick<PairAnswer, 'first' | 'last'> {
  const timed = intervals.filter((i) => !i.photo);
  const first = timed[0],
    last = timed.at(-1);
  return {
    first: first ? { video_id: first.video_id, start_s: first.start_s } : null,
    last: last ? { video_id: last.video_id, end_s: last.end_s } : null,
  };
}

function share(part: number, whole: number): number {
  return Math.round((part / Math.max(1e-9, whole)) * 1e4) / 1e4;
}

/**
 * @param one identity whose pairs alone are wanted; it is `a` in each of them
 * @param looked_s seconds of footage that were looked at
 */
function pairsOf(
  people: readonly Person[],
  videos: ReadonlyMap<string, Span[]>,
  one: string | null,
  view: PeopleView,
  looked_s: number,
): PairAnswer[] {
  const isPhoto = (video_id: string): boolean => view.videos.get(video_id)?.coverage.photo !== undefined;
  const seconds = new Float64Array(people.length),
    photos = new Float64Array(people.length);
  for (const [who, { there }] of people.entries())
    for (const [video_id, intervals] of there)
      if (isPhoto(video_id)) photos[who] = (photos[who] ?? 0) + 1;
      else seconds[who] = (seconds[who] ?? 0) + total(intervals);
  return [...byPair(people, videos, one, view, overlaps).values()]
    .flatMap(({ a, b, intervals }): (PairAnswer & { seconds: number })[] => {
      const p = people[a]?.row,
        q = people[b]?.row,
        both = total(intervals),
        shared = photosIn(intervals) ?? 0,
        either = (seconds[a] ?? 0) + (seconds[b] ?? 0) - both;
      if (!p || !q) return [];
      // Of two who are in photos alone, those are what they share.
      const jaccard = either > 0 ? share(both, either) : share(shared, (photos[a] ?? 0) + (photos[b] ?? 0) - shared);
      const lift = liftOf(both, seconds[a] ?? 0, seconds[b] ?? 0, looked_s);
      return [Object.assign(between(p, q, intervals), { seconds: round(both), jaccard, lift })];
    })
    .sort((p, q) => q.seconds - p.seconds || (q.photos ?? 0) - (p.photos ?? 0) || byText(p.a, q.a) || byText(p.b, q.b));
}

/**
 * How much more two are together than chance would have it: P(both) ÷ (P(a) · P(b)), as in association rules (Brin et
 * al. 1997), with shares of the footage as probabilities. 1 for two who know nothing of each other; null of nothing.
 */
export function liftOf(both_s: number, a_s: number, b_s: number, looked_s: number): number | null {
  if (!(a_s > 0 && b_s > 0 && looked_s > 0)) return null;
  return Math.round(((both_s * looked_s) / (a_s * b_s)) * 100) / 100;
}

/** Everybody of a set at once, wherever they are. @param place of each film in their order */
function momentsOf(
  set: readonly Person[],
  place: ReadonlyMap<string, number>,
  view: PeopleView,
): GroupAnswer['intervals'] {
  // Of a library of photos most sets are in few of them.
  const [first, ...rest] = set.toSorted((p, q) => p.there.size - q.there.size);
  const films = [...(first?.there.keys() ?? [])].filter((video_id) => rest.every((p) => p.there.has(video_id)));
  return films
    .sort((p, q) => (place.get(p) ?? 0) - (place.get(q) ?? 0))
    .flatMap((video_id) =>
      rest
        .reduce<readonly Interval[]>(
          (held, p) => intersect(held, p.there.get(video_id) ?? []),
          first?.there.get(video_id) ?? [],
        )
        .map((i) => ({ video_id, ...whenIn(view.videos.get(video_id), i) })),
    );
}

function groupsOf(
  people: readonly Person[],
  videos: ReadonlyMap<string, Span[]>,
  one: string | null,
  view: PeopleView,
): GroupAnswer[] {
  const place = new Map([...videos.keys()].map((video_id, i) => [video_id, i]));
  const sets = new Map([...videos.values()].flatMap((spans) => fullestMoments(spans, 3)).map((s) => [s.join(), s]));
  return [...sets.values()]
    .map((set) => set.flatMap((who) => people[who] ?? []))
    .filter((set) => one === null || set.some(({ row }) => row.identity_id === one))
    .map((set) => {
      const intervals = momentsOf(set, place, view);
      return {
        identity_ids: set.map((p) => p.row.identity_id),
        names: set.map((p) => p.row.name),
        seconds: round(total(intervals)),
        photos: photosIn(intervals),
        ...firstAndLast(intervals),
        intervals,
      };
    })
    .sort(
      (p, q) =>
        q.seconds - p.seconds || (q.photos ?? 0) - (p.photos ?? 0) || q.identity_ids.length - p.identity_ids.length,
    );
}
