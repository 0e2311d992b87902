/**
 * Who is in which film when, in columns. Of everybody it has hundreds of thousands of appearances, too many for an
 * object each. Of one state, never changed once it is made.
 */
import { byTitle } from '../../domain/order.js';
import { PHOTO_SPAN } from '../../domain/photos.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { Interval } from '../../domain/types.js';
import type { SeenTimes } from '../../store/api.js';
import type { VideoRow } from '../../store/rows.js';

/** People, films and rows are numbers here: places in these lists. A row is a person in a film. */
export interface Cast {
  /** identity_ids, in no order. */
  people: readonly string[];
  /** The place of each in `people`. */
  placeOf: ReadonlyMap<string, number>;
  /** video_ids of those that somebody is in, by title. */
  films: readonly string[];
  isPhoto(film: number): boolean;
  /** The rows of a film, by place of the person: from one up to another. */
  rowsIn(film: number): readonly [from: number, to: number];
  /** Those of a person, by film. */
  rowsOf(who: number): Uint32Array;
  /** How many these are. */
  filmsOf(who: number): number;
  whoIn(row: number): number;
  filmOf(row: number): number;
  /** In time, to the millisecond; of a photo the stretch that all in it share. */
  times(row: number): Interval[];
  /** The sum of those, seconds: without an object for each. */
  secondsIn(row: number): number;
}

/** @param videos by video_id. Rows of others are left out. */
export function castOf(seen: SeenTimes, videos: ReadonlyMap<string, VideoRow>): Cast {
  const people = seen.identity_ids,
    placeOf = new Map(people.map((id, i) => [id, i]));
  const films = seen.video_ids.flatMap((id) => videos.get(id) ?? []).sort(byTitle),
    filmPlace = new Map(films.map((v, i) => [v.video_id, i]));
  const photos = films.map((v) => v.coverage.photo !== undefined);
  const filmPlaces = seen.video_ids.map((id) => filmPlace.get(id) ?? -1);
  // Loops here and below: a function called for each row takes several times as long.
  const rows = seen.who.length,
    where = new Uint32Array(rows),
    known = new Uint32Array(rows);
  let many = 0;
  for (let row = 0; row < rows; row++) {
    const film = filmPlaces[seen.where[row] ?? 0] ?? -1;
    if (film < 0) continue;
    where[row] = film;
    known[many++] = row;
  }
  const inOrder = sorted(sorted(known.subarray(0, many), seen.who, people.length).order, where, films.length);
  const who = new Uint32Array(many),
    film = new Uint32Array(many),
    places = new Uint32Array(many);
  for (let row = 0; row < many; row++) {
    const at = inOrder.order[row] ?? 0;
    who[row] = seen.who[at] ?? 0;
    film[row] = where[at] ?? 0;
    places[row] = row;
  }
  const own = sorted(places, who, people.length);
  return {
    people,
    placeOf,
    films: films.map((v) => v.video_id),
    isPhoto: (at) => photos[at] ?? false,
    rowsIn: (at) => [inOrder.from[at] ?? 0, inOrder.from[at + 1] ?? 0],
    rowsOf: (of) => own.order.subarray(own.from[of], own.from[of + 1]),
    filmsOf: (of) => (own.from[of + 1] ?? 0) - (own.from[of] ?? 0),
    whoIn: (row) => who[row] ?? 0,
    filmOf: (row) => film[row] ?? 0,
    times(row) {
      const isPhoto = photos[film[row] ?? 0] ?? false;
      const at = inOrder.order[row] ?? 0,
        to = seen.from[at + 1] ?? 0;
      const found: Interval[] = [];
      for (let i = seen.from[at] ?? 0; i < to; i += 2)
        found.push(isPhoto ? PHOTO_SPAN : { start_s: round(seen.times[i] ?? 0), end_s: round(seen.times[i + 1] ?? 0) });
      return found;
    },
    secondsIn(row) {
      if (photos[film[row] ?? 0]) return PHOTO_SPAN.end_s - PHOTO_SPAN.start_s;
      const at = inOrder.order[row] ?? 0,
        to = seen.from[at + 1] ?? 0;
      let seconds = 0;
      // In the order in which `total` adds them up.
      for (let i = seen.from[at] ?? 0; i < to; i += 2)
        seconds = seconds + round(seen.times[i + 1] ?? 0) - round(seen.times[i] ?? 0);
      return seconds;
    },
  };
}

/**
 * Counting sort: those with one key stay in their order.
 * @param key of each, below `keys`
 * @returns them by key, and where those of each key begin; one place more, where the last end
 */
function sorted(rows: Uint32Array, key: Uint32Array, keys: number): { order: Uint32Array; from: Uint32Array } {
  const from = new Uint32Array(keys + 1);
  for (let i = 0; i < rows.length; i++) {
    const after = (key[rows[i] ?? 0] ?? 0) + 1;
    from[after] = (from[after] ?? 0) + 1;
  }
  for (let k = 0; k < keys; k++) from[k + 1] = (from[k + 1] ?? 0) + (from[k] ?? 0);
  const next = from.slice(),
    order = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0,
      of = key[row] ?? 0,
      at = next[of] ?? 0;
    order[at] = row;
    next[of] = at + 1;
  }
  return { order, from };
}
