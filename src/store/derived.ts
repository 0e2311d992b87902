/**
 * What questions read, made of the other tables: whose each track is (`owners`), and who is seen where (`seen`).
 *
 * [Note: Derived tables] They say nothing that identities, tracks and videos don't: `owners` is the identities turned
 * round, `seen` a row for each person in each video. Every write brings them up to date for what it changed, and the
 * same head names them, so a state that can be read has them right. Where a head names none (a library from before
 * them, or one that was repaired), the next write makes them anew of everything.
 */
import { groupBy } from '../domain/group-by.js';
import { appearancesOf } from '../domain/faces/appearances.js';
import { roundSeconds } from '../domain/seconds.js';
import type { Reader } from './api.js';
import type { IdentityRow, OwnerRow, SeenRow, TrackSummary, VideoRow } from './rows.js';

/** Videos that are looked at at once, and owners written at once: bounds memory. */
const VIDEOS = 200,
  OWNERS = 50_000;

/** Where what is derived goes. */
export interface DerivedTables {
  addOwners(rows: readonly OwnerRow[]): Promise<void>;
  removeOwners(track_ids: readonly string[]): Promise<void>;
  /** Puts rows in the place of all there are of those videos. */
  replaceSeen(video_ids: readonly string[], rows: readonly SeenRow[]): Promise<void>;
}

/** What a write changed. */
export interface Changed {
  /** Identities as they are now; null for those that were removed. */
  identities: ReadonlyMap<string, IdentityRow | null>;
  /** Videos whose rows or tracks came, went or changed. */
  video_ids: ReadonlySet<string>;
}

type Source = Pick<Reader, 'tracks' | 'videosOf' | 'ownersOf'>;

/** Makes everything. @param now the library as the write leaves it; its owners are not read */
export async function deriveAll(
  now: Pick<Reader, 'tracks' | 'videosOf' | 'videos' | 'identities'>,
  tables: DerivedTables,
  signal?: AbortSignal,
): Promise<void> {
  const owner = ownersOfAll(await now.identities(signal));
  const rows = [...owner].map(([track_id, identity_id]) => ({ track_id, identity_id }));
  for (let from = 0; from < rows.length; from += OWNERS) await tables.addOwners(rows.slice(from, from + OWNERS));
  const video_ids = (await now.videos(signal)).map((v) => v.video_id);
  for (let from = 0; from < video_ids.length; from += VIDEOS) {
    const some = video_ids.slice(from, from + VIDEOS);
    await tables.replaceSeen(
      some,
      await seenIn(some, { ...pick(now), ownersOf: () => Promise.resolve(owner) }, signal),
    );
  }
}

function pick(now: Pick<Reader, 'tracks' | 'videosOf'>): Pick<Reader, 'tracks' | 'videosOf'> {
  return {
    tracks: (filter, signal) => now.tracks(filter, signal),
    videosOf: (ids, signal) => now.videosOf(ids, signal),
  };
}

/**
 * Brings up to date what a write changed.
 * @param before the library before it; @param now as the write leaves it, with the owners written so far
 */
export async function deriveChanged(
  { identities, video_ids }: Changed,
  before: Pick<Reader, 'identitiesOf'>,
  now: () => Promise<Source>,
  tables: DerivedTables,
  signal?: AbortSignal,
): Promise<void> {
  const was = ownersOfAll(await before.identitiesOf([...identities.keys()], signal));
  const is = ownersOfAll([...identities.values()].flatMap((row) => row ?? []));
  const moved = [...new Set([...was.keys(), ...is.keys()])].filter((t) => was.get(t) !== is.get(t));
  await tables.removeOwners(moved);
  await tables.addOwners(
    moved.flatMap((track_id) => {
      const identity_id = is.get(track_id);
      return identity_id === undefined ? [] : [{ track_id, identity_id }];
    }),
  );
  const state = await now();
  const touched = new Set(video_ids);
  for (const { video_id } of await state.tracks({ track_ids: moved }, signal)) touched.add(video_id);
  const all = [...touched];
  for (let from = 0; from < all.length; from += VIDEOS) {
    const some = all.slice(from, from + VIDEOS);
    await tables.replaceSeen(some, await seenIn(some, state, signal));
  }
}

/** Who is in some videos. Tracks that are nobody's are left out. */
export async function seenIn(video_ids: readonly string[], source: Source, signal?: AbortSignal): Promise<SeenRow[]> {
  const tracks = await source.tracks({ video_ids }, signal);
  const owner = await source.ownersOf(
    tracks.map((t) => t.track_id),
    signal,
  );
  const videos = new Map((await source.videosOf(video_ids, signal)).map((v) => [v.video_id, v]));
  const owned = tracks.filter((t) => owner.has(t.track_id));
  const each = groupBy(owned, (t) => `${t.video_id} ${owner.get(t.track_id)}`);
  return [...each.values()].flatMap((own) => {
    const [first] = own;
    const identity_id = owner.get(first?.track_id ?? '');
    return first && identity_id !== undefined ? [seenRow(identity_id, own, videos.get(first.video_id))] : [];
  });
}

function seenRow(identity_id: string, tracks: readonly TrackSummary[], video: VideoRow | undefined): SeenRow {
  const sorted = tracks.toSorted((a, b) => (a.track_id < b.track_id ? -1 : 1));
  const appearances = appearancesOf(sorted, () => video?.shots ?? []);
  const best = sorted.toSorted((a, b) => b.quality - a.quality)[0];
  return {
    identity_id,
    video_id: best?.video_id ?? '',
    seconds: video?.coverage.photo
      ? 0
      : appearances.reduce((sum, a) => sum + roundSeconds(a.end_s) - roundSeconds(a.start_s), 0),
    tracks: tracks.length,
    best_track: best?.track_id ?? '',
    best_time_s: best?.best_time_s ?? 0,
    best_quality: best?.quality ?? 0,
    appearances: appearances.map(({ start_s, end_s, track_ids }) => ({ start_s, end_s, track_ids })),
  };
}

/** Which live identity each track belongs to. */
export function ownersOfAll(identities: readonly IdentityRow[]): Map<string, string> {
  const owner = new Map<string, string>();
  for (const { identity_id, merged_into, track_ids } of identities)
    if (merged_into === null) for (const t of track_ids) owner.set(t, identity_id);
  return owner;
}
