/** Whose company is asked for, where, and when somebody counts as there. */
import { clip, grow, union } from '../../domain/intervals.js';
import type { Span } from '../../domain/presence/together.js';
import type { Interval } from '../../domain/types.js';
import type { VideoRow } from '../../store/rows.js';
import type { When } from '../answers/identity.js';
import type { Cast } from '../library/cast.js';
import { whenIn } from '../library/photo-times.js';
import { isAboutComings, marginOf, type TogetherRequest } from '../requests/co-occurrence.js';

/** People and films are places in the cast. */
export interface Company {
  cast: Cast;
  request: TogetherRequest;
  videos: ReadonlyMap<string, VideoRow>;
  /** The one whose company is wanted: what happens without them is none. null: everybody's. */
  one: number | null;
  /** Whether somebody is to be told of. */
  counts(who: number): boolean;
  /** By row, when somebody counts as there: held while all is counted, since groups ask for one row many times. */
  held?: Map<number, readonly Interval[]>;
}

/** The films that are to be looked at, by title. */
export function filmsOf({ cast, one }: Company): Iterable<number> {
  return one === null ? cast.films.keys() : Array.from(cast.rowsOf(one), (row) => cast.filmOf(row));
}

/** When everybody who is to be told of is there in a film, by start: sweeps over them need not sort them again. */
export function spansIn(company: Company, film: number): Span[] {
  const { cast } = company;
  const [from, to] = cast.rowsIn(film);
  const spans: Span[] = [];
  for (let row = from; row < to; row++) {
    const who = cast.whoIn(row);
    // Fields one by one: there are as many as appearances in the library.
    if (company.counts(who))
      for (const { start_s, end_s } of thereIn(company, row)) spans.push({ who, start_s, end_s });
  }
  return spans.sort((p, q) => p.start_s - q.start_s || p.who - q.who);
}

/** When somebody counts as there in a film: sorted and disjoint. Nobody comes into a photo, or leaves it. */
export function thereIn(company: Company, row: number): readonly Interval[] {
  const held = company.held?.get(row) ?? there(company, row);
  company.held?.set(row, held);
  return held;
}

function there({ cast, request, videos }: Company, row: number): readonly Interval[] {
  const film = cast.filmOf(row);
  if (cast.isPhoto(film) && isAboutComings(request)) return [];
  return reach(cast.times(row), videos.get(cast.films[film] ?? ''), request);
}

/**
 * What counts as "there" under a mode: the appearance itself, its whole shots, or a margin around it. Whoever comes or
 * goes is away for more than that margin.
 */
function reach(
  intervals: readonly Interval[],
  video: VideoRow | undefined,
  request: TogetherRequest,
): readonly Interval[] {
  if (isAboutComings(request)) return union(intervals, marginOf(request));
  if (request.mode === 'within_s') {
    // Nobody is near somebody else before the film begins, or after it.
    const start_s = Math.min(video?.start_s ?? 0, ...intervals.map((i) => i.start_s)),
      end_s = Math.max(video?.duration_s ?? 0, ...intervals.map((i) => i.end_s));
    return clip(grow(intervals, marginOf(request) / 2), { start_s, end_s });
  }
  if (request.mode === 'same_frame') return intervals;
  return union(shotsWith(intervals, video));
}

/** The shots that somebody is in. There are many for each appearance: only those are made that are wanted. */
function shotsWith(intervals: readonly Interval[], video: VideoRow | undefined): Interval[] {
  const found: Interval[] = [];
  let start_s = video?.start_s ?? 0;
  const last = Math.max(video?.duration_s ?? 0, ...intervals.map((i) => i.end_s));
  const shot = (end_s: number): void => {
    if (intervals.some((i) => Math.min(end_s, i.end_s) > Math.max(start_s, i.start_s))) found.push({ start_s, end_s });
    start_s = end_s;
  };
  video?.shots.forEach(shot);
  shot(last);
  return found;
}

/** An interval of a film as answers say it. */
export function momentIn({ cast, videos }: Company, film: number, interval: Interval): { video_id: string } & When {
  const video_id = cast.films[film] ?? '';
  return { video_id, ...whenIn(videos.get(video_id), interval) };
}
