/** What questions know of the whole library without reading its people: kept as long as its state is the library's. */
import { readEditLog } from '../../domain/edits/edit-log.js';
import { enrolledPhotos } from '../../domain/edits/enrolled-photos.js';
import { type Constraints, replayEdits } from '../../domain/edits/edits.js';
import { subtract, union } from '../../domain/intervals.js';
import { comparisonsOf } from '../../domain/scores/comparisons.js';
import { kept, keptValue } from '../../domain/kept.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { Library, Reader, SeenTotals, State } from '../../store/api.js';
import type { IdentityRow, ReferenceRow, VideoRow } from '../../store/rows.js';
import { type Coverage, coverageAnswer } from '../answers/coverage.js';
import type { Titles } from '../answers/titles.js';
import { byIndexing } from '../../store/tables/row-order.js';
import { columnsMoved } from '../../store/derived/seen-totals.js';
import { type Before, carriedOver } from '../kept-per-state.js';
import { type Cast, castOf } from './cast.js';
import { keptMeans, type Means } from './kept-means.js';
import type { KeptPeople } from './kept-people.js';

/** What is known without reading videos. */
export interface Known {
  /** The library at that state. */
  state: State;
  /** Live identities with a name, seen or not. */
  named: readonly IdentityRow[];
  /** What edits hold. */
  edits: Constraints;
  /** Reference photos of people who were enrolled, by identity_id. */
  references: ReadonlyMap<string, readonly ReferenceRow[]>;
  /** Those who were enrolled, and whom they redirect to. */
  enrolled: readonly IdentityRow[];
  /** Of everybody who is seen; read when it is first asked for. */
  totals(): Promise<SeenTotals>;
  /** created_at of everybody, by identity_id; read when it is first asked for. */
  ages(): Promise<ReadonlyMap<string, string>>;
  /** Everybody in the mean of their tracks; read when it is first asked for. */
  means(): Promise<Means>;
  /** How many are seen, without those who are left out of lists. */
  listed(): Promise<number>;
  /** What a picture is compared with, in all: see comparisonsOf. */
  comparisons(): Promise<number>;
}

export interface Facts extends Known {
  /** By indexed_at, then video_id. */
  videos: ReadonlyMap<string, VideoRow>;
  titles(): Titles;
  coverage(): readonly Coverage[];
  /** Of everybody; read when it is first asked for. */
  cast(): Promise<Cast>;
  /** Whether it was read. */
  holdsCast(): boolean;
}

export interface FactsReader {
  facts: (signal?: AbortSignal) => Promise<Facts>;
  /** Those without videos, which may be there much earlier. */
  known: () => Promise<Known>;
}

/** Gaps between what was looked at that are told of: shorter ones are between samples, or at the end. */
const LEAST_GAP_S = 1;

export function createFactsReader(
  library: () => Promise<Library>,
  { seenIn, seenTimes, ages }: Pick<KeptPeople, 'seenIn' | 'seenTimes' | 'ages'>,
): FactsReader {
  // They go from state to state by themselves: most questions ask for none.
  const totalsOf = carriedOver<SeenTotals>((state, signal, before) => readTotals(state, seenIn, before, signal));
  const meansOf = keptMeans(seenIn);
  const covered = new WeakMap<VideoRow, Coverage>();
  const known = carriedOver<Known>((state, _, before) => readKnown(state, { totalsOf, meansOf, ages }, before));
  const knownOf = onceAtATime(known);
  const factsOf = onceAtATime(
    carriedOver<Facts>((state, _, before) => readFacts(state, { knownOf, seenTimes, covered }, before)),
  );
  return {
    async facts(signal) {
      const made = await factsOf(await (await library()).snapshot());
      signal?.throwIfAborted();
      return made;
    },
    known: async () => knownOf(await (await library()).snapshot()),
  };
}

/** What two ask for at once of one state is made once: so without a signal of one of them. */
function onceAtATime<T>(of: (state: State) => Promise<T>): (state: State) => Promise<T> {
  let making: { state: State; made: Promise<T> } | null = null;
  return (state) => {
    if (making?.state === state) return making.made;
    const mine = { state, made: of(state) };
    making = mine;
    const done = (): void => {
      if (making === mine) making = null;
    };
    mine.made.then(done, done);
    return mine.made;
  };
}

async function readFacts(
  state: State,
  {
    knownOf,
    seenTimes,
    covered,
  }: Pick<KeptPeople, 'seenTimes'> & {
    knownOf: (state: State) => Promise<Known>;
    covered: WeakMap<VideoRow, Coverage>;
  },
  before: Before<Facts> | null,
): Promise<Facts> {
  // Looked up side by side: most of it is waiting.
  const [rows, known] = await Promise.all([readVideos(state, before), knownOf(state)]);
  const videos = new Map(rows.map((v) => [v.video_id, v]));
  let holdsCast = false;
  return {
    ...known,
    videos,
    titles: keptValue(() => new Map(rows.map((v) => [v.video_id, v.title]))),
    coverage: keptValue(() =>
      rows.map((row) => {
        const made = covered.get(row) ?? coverageOf(row);
        covered.set(row, made);
        return made;
      }),
    ),
    cast: kept(async () => {
      const times = await seenTimes(state);
      holdsCast = true;
      return castOf(times, videos);
    }),
    holdsCast: () => holdsCast,
  };
}

async function readKnown(
  state: State,
  {
    totalsOf,
    meansOf,
    ages,
  }: {
    totalsOf: (state: State) => Promise<SeenTotals>;
    meansOf: (state: State) => Promise<Means>;
  } & Pick<KeptPeople, 'ages'>,
  before: Before<Known> | null,
): Promise<Known> {
  const same = before?.changes.edits === false ? before.made : null;
  const [named, edits] = await Promise.all([
    state.named(),
    same?.edits ?? state.edits().then((rows) => replayEdits(readEditLog(rows))),
  ]);
  const references = same?.references ?? (await referencesOf(state, edits));
  const totals = kept(() => totalsOf(state));
  return {
    state,
    named,
    edits,
    references,
    enrolled: await withRedirects(state, [...new Set(edits.enrolled.map((e) => e.identity_id))]),
    totals,
    ages: kept(() => ages(state)),
    means: kept(() => meansOf(state)),
    listed: kept(async () => (await totals()).identity_ids.reduce((n, id) => n + Number(!edits.ignored.has(id)), 0)),
    comparisons: kept(async () => allComparisons(await totals(), references)),
  };
}

/** Those that did not change are those of before. */
async function readVideos(state: State, before: Before<Facts> | null): Promise<readonly VideoRow[]> {
  if (!before) return (await state.videos()).map(inMilliseconds);
  const { video_ids } = before.changes;
  const rows = [...before.made.videos.values()].filter((v) => !video_ids.has(v.video_id));
  const changed = await state.videosOf([...video_ids]);
  return [...rows, ...changed.map(inMilliseconds)].sort(byIndexing);
}

/** Of what the changed videos had and have, the others being as they were. */
async function readTotals(
  state: State,
  seenIn: KeptPeople['seenIn'],
  before: Before<SeenTotals> | null,
  signal?: AbortSignal,
): Promise<SeenTotals> {
  if (before) {
    const { video_ids } = before.changes;
    // That state may be no more: upkeep took it away, or a purge.
    const [were, are] = await Promise.all([
      before.state.seen({ video_ids: [...video_ids] }, signal).catch(() => null),
      seenIn(state, video_ids),
    ]);
    if (were) return columnsMoved(before.made, were, are);
  }
  return state.seenTotals(signal);
}

/** Of everybody: their tracks, and reference photos, those of whom nobody has seen yet too. */
export function allComparisons(
  { identity_ids, tracks }: Pick<SeenTotals, 'identity_ids'> & { tracks: ArrayLike<number> },
  references: Facts['references'],
): number {
  const unseen = new Map(references),
    worth: number[] = [];
  let sum = 0;
  for (const [at, id] of identity_ids.entries()) {
    const faces = (tracks[at] ?? 0) + (references.get(id)?.length ?? 0);
    sum += worth[faces] ??= comparisonsOf(faces);
    unseen.delete(id);
  }
  for (const photos of unseen.values()) sum += comparisonsOf(photos.length);
  return sum;
}

async function referencesOf(state: Reader, edits: Constraints): Promise<Facts['references']> {
  return edits.enrolled.length === 0 ? new Map() : enrolledPhotos(edits, await state.references());
}

/** Redirects that are followed. */
export const MOST_HOPS = 100;

/** Identities with those that they redirect to. */
export async function withRedirects(
  state: Pick<Reader, 'identitiesOf'>,
  identity_ids: readonly string[],
  signal?: AbortSignal,
): Promise<IdentityRow[]> {
  const rows = new Map<string, IdentityRow>();
  let next = [...identity_ids];
  for (let hops = 0; next.length > 0 && hops < MOST_HOPS; hops++) {
    const found = await state.identitiesOf(next, signal);
    for (const row of found) rows.set(row.identity_id, row);
    next = found.flatMap((row) => (row.merged_into !== null && !rows.has(row.merged_into) ? [row.merged_into] : []));
  }
  return [...rows.values()];
}

/** What was looked at of a video, and what was not. */
export function coverageOf({ start_s, duration_s, coverage }: VideoRow): Coverage {
  const missing = subtract([{ start_s, end_s: duration_s }], union(coverage.decoded)).filter(
    (gap) => gap.end_s - gap.start_s >= LEAST_GAP_S,
  );
  return { ...coverageAnswer(coverage), ...(missing.length > 0 ? { not_looked_at: missing } : {}) };
}

/** A video with the times that answers show of it rounded; libraries made before kept them as they were computed. */
function inMilliseconds(video: VideoRow): VideoRow {
  // A copy would have all cuts parsed, which the store leaves to whoever asks for them.
  const isRounded = (time: number): boolean => round(time) === time;
  if (isRounded(video.duration_s) && video.coverage.decoded.every((d) => isRounded(d.start_s) && isRounded(d.end_s)))
    return video;
  const decoded = video.coverage.decoded.map((d) => ({ start_s: round(d.start_s), end_s: round(d.end_s) }));
  return { ...video, duration_s: round(video.duration_s), coverage: { ...video.coverage, decoded } };
}
