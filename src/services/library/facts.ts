/** What questions know of the whole library without reading its people: kept as long as its state is the library's. */
import { readEditLog } from '../../domain/people/edit-log.js';
import { type Constraints, replayEdits } from '../../domain/people/edits.js';
import { subtract, union } from '../../domain/intervals.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { Library, Reader } from '../../store/api.js';
import type { IdentityRow, ReferenceRow, SeenTotal, VideoRow } from '../../store/rows.js';
import { type Coverage, coverageAnswer } from '../answers/coverage.js';
import type { Titles } from '../answers/titles.js';
import { perState } from '../kept-per-state.js';

export interface Facts {
  /** The library at that state. */
  state: Reader;
  videos: ReadonlyMap<string, VideoRow>;
  /** Live identities with a name, seen or not. */
  named: readonly IdentityRow[];
  /** What edits hold. */
  edits: Constraints;
  /** Reference photos of people who were enrolled, by identity_id. */
  references: ReadonlyMap<string, readonly ReferenceRow[]>;
  /** Those who were enrolled, and whom they redirect to. */
  enrolled: readonly IdentityRow[];
  titles(): Titles;
  coverage(): readonly Coverage[];
  /** Of everybody who is seen; read when it is first asked for. */
  totals(): Promise<ReadonlyMap<string, SeenTotal>>;
}

/** Gaps between what was looked at that are told of: shorter ones are between samples, or at the end. */
const LEAST_GAP_S = 1;

export function createFactsReader(library: () => Promise<Library>): (signal?: AbortSignal) => Promise<Facts> {
  return perState(library, readFacts);
}

async function readFacts(state: Reader, signal?: AbortSignal): Promise<Facts> {
  const edits = replayEdits(readEditLog(await state.edits(signal)));
  const rows = (await state.videos(signal)).map(inMilliseconds);
  let totals: Promise<ReadonlyMap<string, SeenTotal>> | null = null;
  return {
    state,
    videos: new Map(rows.map((v) => [v.video_id, v])),
    named: await state.named(signal),
    edits,
    references: await referencesOf(state, edits, signal),
    enrolled: await withRedirects(state, [...new Set(edits.enrolled.map((e) => e.identity_id))], signal),
    titles: once(() => new Map(rows.map((v) => [v.video_id, v.title]))),
    coverage: once(() => rows.map(coverageOf)),
    totals: () => {
      // Not with the signal of one of those who wait for it; a failure is not remembered.
      totals ??= state.seenTotals().then((all) => new Map(all.map((t) => [t.identity_id, t])));
      totals.catch(() => (totals = null));
      return totals;
    },
  };
}

/** Of what is kept, what is asked for at every question is made once. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

async function referencesOf(
  state: Reader,
  { enrolled }: Constraints,
  signal?: AbortSignal,
): Promise<Facts['references']> {
  const found = new Map<string, ReferenceRow[]>();
  if (enrolled.length === 0) return found;
  const rows = new Map((await state.references(signal)).map((r) => [r.reference_id, r]));
  for (const { identity_id, reference_ids } of enrolled)
    found.set(identity_id, [...(found.get(identity_id) ?? []), ...reference_ids.flatMap((id) => rows.get(id) ?? [])]);
  return found;
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
  const decoded = video.coverage.decoded.map((d) => ({ start_s: round(d.start_s), end_s: round(d.end_s) }));
  return { ...video, duration_s: round(video.duration_s), coverage: { ...video.coverage, decoded } };
}
