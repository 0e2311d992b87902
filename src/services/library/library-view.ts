/**
 * The library as questions see it: who has which tracks, with redirects followed. One consistent state, never changed
 * once it is read.
 */
import { type Coverage, coverageAnswer } from '../answers/coverage.js';
import type { Appearance, IdentityAnswer } from '../answers/identity.js';
import type { Titles } from '../answers/titles.js';
import { readEditLog } from '../../domain/people/edit-log.js';
import { type Constraints, replayEdits } from '../../domain/people/edits.js';
import { RollcallError } from '../../domain/errors.js';
import { subtract, union } from '../../domain/intervals.js';
import type { Library, Reader } from '../../store/api.js';
import type { IdentityRow, ReferenceRow, TrackSummary, VideoRow } from '../../store/rows.js';
import { perState } from '../per-state.js';
import { appearancesOf } from '../../domain/people/appearances.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { photosIn, whenIn } from './photo-times.js';
import { whoIsMeant } from './who-is-meant.js';

export interface View {
  /** All videos, not some. */
  whole: boolean;
  videos: ReadonlyMap<string, VideoRow>;
  tracks: ReadonlyMap<string, TrackSummary>;
  /** Live identities that have tracks here. */
  people: readonly IdentityRow[];
  /** Live identities with a name, seen here or not. */
  named: readonly IdentityRow[];
  /** Reference photos of people who were enrolled, by identity_id. */
  references: ReadonlyMap<string, readonly ReferenceRow[]>;
  /** What edits hold. */
  edits: Constraints;
  /** Identities that are left out of lists: posters, statues, crowds. */
  ignored: ReadonlySet<string>;
  /** Which identity a track belongs to. */
  ownerOf(track_id: string): IdentityRow | undefined;
  /** By id, redirects followed, or by a name. @throws RollcallError unknown_id; not_found, ambiguous for a name */
  person(given: string): IdentityRow;
  tracksOf(person: IdentityRow): TrackSummary[];
  /** People of any of these videos, in the order of `people`. */
  peopleIn(video_ids: Iterable<string>): IdentityRow[];
  /** Somebody as answers show them; computed once. */
  described(person: IdentityRow): Readonly<IdentityAnswer>;
  appearances(person: IdentityRow, score?: (track_id: string) => number | null): readonly Appearance[];
  coverage(): readonly Coverage[];
  titles(): Titles;
}

/** Gaps between what was looked at that are told of: shorter ones are between samples, or at the end. */
const LEAST_GAP_S = 1;

/** Whole views are kept as long as the state they show is the library's; none of more tracks than this. */
const KEPT_TRACKS = 200_000;

/** Reads a view, of some videos or all. @throws RollcallError unknown_id for a video that is not there */
export type ViewReader = (video_ids?: readonly string[], signal?: AbortSignal) => Promise<View>;

export function createViewReader(library: () => Promise<Library>): ViewReader {
  const whole = perState(
    library,
    async (state, signal) => {
      const rows = await readRows(state, undefined, signal);
      return { rows, view: viewOf(rows, true) };
    },
    ({ rows }) => rows.tracks.length <= KEPT_TRACKS,
  );
  return async (video_ids, signal) => {
    if (!video_ids) return (await whole(signal)).view;
    const state = await (await library()).snapshot();
    const rows = whole.held(state)?.rows ?? (await readRows(state, video_ids, signal));
    return viewOf(ofVideos(rows, video_ids), false);
  };
}

/** What a view is made of. */
interface Rows {
  videos: readonly VideoRow[];
  tracks: readonly TrackSummary[];
  identities: readonly IdentityRow[];
  edits: Constraints;
  references: View['references'];
}

/** @param video_ids whose tracks are wanted; all when left out */
async function readRows(state: Reader, video_ids: readonly string[] | undefined, signal?: AbortSignal): Promise<Rows> {
  const edits = replayEdits(readEditLog(await state.edits(signal)));
  return {
    videos: (await state.videos(signal)).map(inMilliseconds),
    tracks: await state.tracks(video_ids ? { video_ids } : {}, signal),
    identities: await state.identities(signal),
    edits,
    references: await referencesOf(state, edits, signal),
  };
}

/** @throws RollcallError unknown_id for a video that is not there */
function ofVideos({ videos, tracks, ...rest }: Rows, video_ids: readonly string[]): Rows {
  const there = new Set(videos.map((v) => v.video_id)),
    wanted = new Set(video_ids);
  for (const id of video_ids)
    if (!there.has(id))
      throw new RollcallError(
        'unknown_id',
        `There is no video ${id} in the library.`,
        '{list_identities} without {video_ids} shows which there are; {index_video} adds one.',
      );
  const isWanted = ({ video_id }: { video_id: string }): boolean => wanted.has(video_id);
  return { ...rest, videos: videos.filter(isWanted), tracks: tracks.filter(isWanted) };
}

function viewOf(rows: Rows, whole: boolean): View {
  const { identities, edits, references } = rows;
  const videos = new Map(rows.videos.map((v) => [v.video_id, v])),
    tracks = new Map(rows.tracks.map((t) => [t.track_id, t]));
  const byId = new Map(identities.map((i) => [i.identity_id, i]));
  const people = identities.filter((i) => i.merged_into === null && i.track_ids.some((t) => tracks.has(t)));
  const owner = new Map(people.flatMap((p) => p.track_ids.map((t) => [t, p] as const)));
  const cuts = (video_id: string) => videos.get(video_id)?.shots ?? [];
  const tracksOf = (p: IdentityRow) => p.track_ids.flatMap((t) => tracks.get(t) ?? []);
  const unscored = new WeakMap<IdentityRow, readonly Appearance[]>(),
    described = new WeakMap<IdentityRow, IdentityAnswer>(),
    places = once(() => placesOf(people, tracksOf));
  const titles = once((): Titles => new Map(rows.videos.map((v) => [v.video_id, v.title]))),
    coverage = once((): readonly Coverage[] => rows.videos.map(coverageOf));
  const view: View = {
    whole,
    videos,
    tracks,
    people,
    named: identities.filter((i) => i.merged_into === null && i.name !== null),
    references,
    ignored: edits.ignored,
    edits,
    tracksOf,
    ownerOf: (t) => owner.get(t),
    person(given) {
      if (!given.startsWith('identity_')) return whoIsMeant(given, view.named).person;
      let row = byId.get(given);
      for (let hops = 0; row?.merged_into && hops < 100; hops++) row = byId.get(row.merged_into);
      if (!row)
        throw new RollcallError(
          'unknown_id',
          `There is no identity ${given}.`,
          '{list_identities} shows who there is.',
        );
      return row;
    },
    appearances(p, score) {
      const made = score ? null : unscored.get(p);
      if (made) return made;
      const whens = appearancesOf(tracksOf(p), cuts, score);
      const all = whens.map((a): Appearance => ({ ...a, ...whenIn(videos.get(a.video_id), a) }));
      if (!score) unscored.set(p, all);
      return all;
    },
    peopleIn(video_ids) {
      const there = new Set([...video_ids].flatMap((id) => [...(places().get(id) ?? [])]));
      return [...there].sort((a, b) => a - b).flatMap((place) => people[place] ?? []);
    },
    described(p) {
      const made = described.get(p) ?? describe(view, p);
      described.set(p, made);
      return made;
    },
    titles,
    coverage,
  };
  return view;
}

/** The places in `people` of those who are in each video. */
function placesOf(people: readonly IdentityRow[], tracksOf: View['tracksOf']): Map<string, Set<number>> {
  const places = new Map<string, Set<number>>();
  for (const [place, person] of people.entries())
    for (const { video_id } of tracksOf(person)) {
      const there = places.get(video_id);
      if (there) there.add(place);
      else places.set(video_id, new Set([place]));
    }
  return places;
}

/** Of a view that is kept, what is asked for at every question is made once. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

async function referencesOf(
  state: Reader,
  { enrolled }: Constraints,
  signal?: AbortSignal,
): Promise<View['references']> {
  const found = new Map<string, ReferenceRow[]>();
  if (enrolled.length === 0) return found;
  const rows = new Map((await state.references(signal)).map((r) => [r.reference_id, r]));
  for (const { identity_id, reference_ids } of enrolled)
    found.set(identity_id, [...(found.get(identity_id) ?? []), ...reference_ids.flatMap((id) => rows.get(id) ?? [])]);
  return found;
}

/** What was looked at of a video, and what was not. */
function coverageOf({ start_s, duration_s, coverage }: VideoRow): Coverage {
  const missing = subtract([{ start_s, end_s: duration_s }], union(coverage.decoded)).filter(
    (gap) => gap.end_s - gap.start_s >= LEAST_GAP_S,
  );
  return { ...coverageAnswer(coverage), ...(missing.length > 0 ? { not_looked_at: missing } : {}) };
}

/** A video with the times that answers show of it rounded; libraries made before kept them as they were computed. */
function inMilliseconds(video: VideoRow): VideoRow {
  const decoded = video.coverage.decoded.map((d) => ({ start_s: round(d.start_s), end_s: round(d.end_s) }));
  return { ...video, duration_s: round(video.duration_s), coverage: { ...video.coverage, decoded } };
}

/** Whether somebody has a track here; a view of some videos can't tell of others, and takes it for granted. */
export function isSeen(person: IdentityRow, view: View): boolean {
  return person.track_ids.length > 0 && (view.whole ? view.tracksOf(person).length > 0 : true);
}

/** An identity as answers show it. */
export function describeIdentity(view: View, person: IdentityRow): IdentityAnswer {
  return { ...view.described(person) };
}

function describe(view: View, person: IdentityRow): IdentityAnswer {
  const tracks = view.tracksOf(person);
  const appearances = view.appearances(person);
  const best = [...tracks].sort((a, b) => b.quality - a.quality)[0];
  return {
    identity_id: person.identity_id,
    name: person.name,
    seconds_on_screen: round(secondsOf(appearances)),
    photos: photosIn(appearances),
    video_ids: [...new Set(appearances.map((a) => a.video_id))],
    appearances: [...appearances],
    appearances_total: appearances.length,
    tracks: tracks.length,
    best_face: best
      ? { track_id: best.track_id, video_id: best.video_id, time_s: round(best.best_time_s), quality: best.quality }
      : null,
  };
}

/** Seconds that appearances last. */
export function secondsOf(appearances: readonly { start_s: number; end_s: number }[]): number {
  return appearances.reduce((s, a) => s + a.end_s - a.start_s, 0);
}
