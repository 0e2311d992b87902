/**
 * What is made of the other tables: whose each track is, and in what light (`owners`), who is seen where (`seen`),
 * that summed up (`totals`), and everybody in the mean of their tracks (`people`). Questions and joining read them.
 *
 * [Note: Derived tables] They say nothing that identities, tracks and videos don't: `owners` is the identities turned
 * round, `seen` a row for each person in each video, `people` means of vectors. Every write brings them up to date for
 * what it changed, and the same head names them, so a state that can be read has them right. Where a head names none (a
 * library from before them, or one that was repaired), the next write makes them anew of everything.
 */
import { chunks } from '../../domain/chunks.js';
import { groupBy } from '../../domain/group-by.js';
import { appearancesOf } from '../../domain/tracks/appearances.js';
import { roundSeconds } from '../../domain/seconds.js';
import { GrowingMean } from '../../domain/people/mean-face.js';
import type { Reader } from '../api.js';
import { anewOf, changedMeans, cohesions, inLight, litTracks, type MeanChange } from './derived-people.js';
import type { IdentityRow, KeptPerson, OwnerRow, SeenRow, TrackSummary, VideoRow } from '../rows.js';
import type { Counted } from './seen-totals.js';

/** Videos that are looked at at once, and rows written at once: bounds memory. */
const VIDEOS = 200,
  OWNERS = 50_000,
  PEOPLE = 10_000;

/** Where what is derived goes. */
export interface DerivedTables {
  addOwners(rows: readonly OwnerRow[]): Promise<void>;
  removeOwners(track_ids: readonly string[]): Promise<void>;
  /** Puts rows in the place of all there are of those videos. */
  replaceSeen(video_ids: readonly string[], rows: readonly SeenRow[]): Promise<void>;
  /** Likewise of those people. */
  replacePeople(identity_ids: readonly string[], rows: readonly KeptPerson[]): Promise<void>;
}

/** What a write changed. */
export interface Changed {
  /** Identities as they are now; null for those that were removed. */
  identities: ReadonlyMap<string, IdentityRow | null>;
  /** Videos whose rows or tracks came, went or changed. */
  video_ids: ReadonlySet<string>;
  /** Of these, those whose tracks did. */
  watched: ReadonlySet<string>;
}

/** Who is seen otherwise than before. */
export interface SeenMoved {
  video_ids: ReadonlySet<string>;
  /** In these videos, before and now. */
  were: Counted[];
  are: Counted[];
}

type Source = Pick<Reader, 'tracks' | 'vectors' | 'videosOf' | 'ownersOf' | 'lightOf'>;

/** Makes everything but totals. @param now the library as the write leaves it; what is derived of it is not read */
export async function deriveAll(
  now: Pick<Reader, 'tracks' | 'vectors' | 'videosOf' | 'videos' | 'identities'>,
  dimensions: number,
  tables: DerivedTables,
  signal?: AbortSignal,
): Promise<void> {
  const identities = await now.identities(signal);
  const owner = ownersOfAll(identities);
  const missing = new Set(owner.keys());
  const means = new Map<string, GrowingMean>();
  const source = {
    tracks: now.tracks.bind(now),
    videosOf: now.videosOf.bind(now),
    ownersOf: () => Promise.resolve(owner),
  };
  for (const some of chunks(
    (await now.videos(signal)).map((v) => v.video_id),
    VIDEOS,
  )) {
    const owned: OwnerRow[] = [];
    for (const track of await litTracks(some, now, signal)) {
      const { track_id, light } = track,
        identity_id = owner.get(track_id);
      if (identity_id === undefined) continue;
      missing.delete(track_id);
      owned.push({ track_id, identity_id, light });
      const mean = means.get(identity_id) ?? new GrowingMean(dimensions);
      mean.add(inLight(track));
      means.set(identity_id, mean);
    }
    await tables.addOwners(owned);
    await tables.replaceSeen(some, await seenIn(some, source, signal));
  }
  // What identities list need not be there.
  for (const some of chunks([...missing], OWNERS))
    await tables.addOwners(some.map((track_id) => ({ track_id, identity_id: owner.get(track_id) ?? '', light: 0 })));
  const people = identities.filter(({ identity_id }) => means.has(identity_id));
  for (const some of chunks(people, PEOPLE)) {
    const rows: KeptPerson[] = [];
    for await (const held of cohesions(some, now, signal))
      for (const [identity_id, cohesion] of held) {
        const mean = means.get(identity_id)?.mean();
        if (mean) rows.push({ identity_id, ...mean, ...cohesion });
      }
    await tables.replacePeople([], rows);
  }
}

/** Makes everybody's mean anew, with their cohesion, where the rest is as it is to be. */
export async function derivePeople(
  now: Source & Pick<Reader, 'identities' | 'people'>,
  { replacePeople }: Pick<DerivedTables, 'replacePeople'>,
  signal?: AbortSignal,
): Promise<void> {
  const people = (await now.identities(signal)).filter((row) => row.merged_into === null);
  for await (const { rows } of changedMeans(people.map(anewOf), now, now, signal)) await replacePeople([], rows);
}

/**
 * Brings up to date what a write changed, but for totals.
 * @param before the library before it; @param now as the write leaves it, with what of this is written so far
 * @returns the videos in which others may be seen than before, and who was and is
 */
export async function deriveChanged(
  { identities, video_ids, watched }: Changed,
  before: Pick<Reader, 'identitiesOf' | 'tracks' | 'ownersOf' | 'lightOf' | 'people' | 'seen'>,
  now: () => Promise<Source & Pick<Reader, 'identitiesOf'>>,
  tables: DerivedTables,
  signal?: AbortSignal,
): Promise<SeenMoved> {
  const was = ownersOfAll(await before.identitiesOf([...identities.keys()], signal));
  const is = ownersOfAll([...identities.values()].flatMap((row) => row ?? []));
  const moved = [...new Set([...was.keys(), ...is.keys()])].filter((t) => was.get(t) !== is.get(t));
  const lightened = await lightOfChanged(
    moved.filter((t) => is.has(t)),
    watched,
    before,
    await now(),
    signal,
  );
  const owned = await before.ownersOf(
    [...lightened.keys()].filter((t) => !was.has(t) && !is.has(t)),
    signal,
  );
  const renewed = new Set([...moved, ...lightened.keys()]);
  await tables.removeOwners([...renewed]);
  await tables.addOwners(
    [...renewed].flatMap((track_id) => {
      // One whose identity changed is whose that says, also when it is nobody's any more.
      const identity_id = is.get(track_id) ?? (was.has(track_id) ? undefined : owned.get(track_id));
      return identity_id === undefined ? [] : [{ track_id, identity_id, light: lightened.get(track_id) ?? 0 }];
    }),
  );
  const state = await now();
  const touched = new Set(video_ids);
  for (const { video_id } of await state.tracks({ track_ids: moved }, signal)) touched.add(video_id);
  const seenMoved: SeenMoved = { video_ids: touched, were: [], are: [] };
  for (const some of chunks([...touched], VIDEOS)) {
    const are = await seenIn(some, state, signal);
    seenMoved.were.push(...(await before.seen({ video_ids: some }, signal)).map(counted));
    seenMoved.are.push(...are.map(counted));
    await tables.replaceSeen(some, are);
  }
  const mine = new Set(moved);
  const stayed = [...lightened.keys()].filter((t) => !mine.has(t));
  const anew = await peopleAnew(watched, stayed, before, state, signal);
  const changes = await meanChanges(identities, was, is, anew, before, signal);
  const others = await state.identitiesOf(
    [...anew].filter((id) => !identities.has(id)),
    signal,
  );
  changes.push(...others.filter((row) => row.merged_into === null).map(anewOf));
  for await (const { identity_ids, rows } of changedMeans(changes, before, state, signal))
    await tables.replacePeople(identity_ids, rows);
  return seenMoved;
}

/** Rows that may be many: without appearances. */
function counted({ identity_id, seconds, tracks }: SeenRow): Counted {
  return { identity_id, seconds, tracks };
}

/** The light of tracks that come to somebody, and of all in videos that were watched. */
async function lightOfChanged(
  coming: readonly string[],
  watched: ReadonlySet<string>,
  before: Pick<Reader, 'lightOf'>,
  state: Source,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const light = new Map<string, number>();
  const look = async (videos: Iterable<string>): Promise<void> => {
    for (const some of chunks([...videos], VIDEOS))
      for (const track of await litTracks(some, state, signal)) light.set(track.track_id, track.light);
  };
  await look(watched);
  const known = await before.lightOf(
    coming.filter((t) => !light.has(t)),
    signal,
  );
  for (const [track_id, value] of known) light.set(track_id, value);
  // Nobody's until now, in a video that is as it was.
  const rest = await state.tracks({ track_ids: coming.filter((t) => !light.has(t)) }, signal);
  const wanted = new Set(rest.map((t) => t.track_id)),
    videos = new Set(rest.map((t) => t.video_id));
  for (const some of chunks([...videos], VIDEOS))
    for (const { track_id, light: value } of await litTracks(some, state, signal))
      if (wanted.has(track_id)) light.set(track_id, value);
  return light;
}

/**
 * Of whom a track went, or is in another light: those who had tracks in videos that are watched anew, and those of
 * tracks that came without their identity changing.
 * @param stayed tracks of these videos that are whose they were
 */
async function peopleAnew(
  watched: ReadonlySet<string>,
  stayed: readonly string[],
  before: Pick<Reader, 'tracks' | 'ownersOf'>,
  state: Source,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const earlier = await before.tracks({ video_ids: [...watched] }, signal);
  const ids = earlier.map((t) => t.track_id);
  const [had, have] = [await before.ownersOf(ids, signal), await state.ownersOf(stayed, signal)];
  return new Set([...had.values(), ...have.values()]);
}

/** So large a share of somebody's tracks may go for the mean to go on without them, rather than being made anew. */
const MOST_LOST = 0.25;

/** Of identities that changed: those who only got tracks, or lost a few to others, go on from their mean. */
async function meanChanges(
  identities: ReadonlyMap<string, IdentityRow | null>,
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
  anew: ReadonlySet<string>,
  before: Pick<Reader, 'people'>,
  signal?: AbortSignal,
): Promise<MeanChange[]> {
  const lost = groupBy(
    [...was.keys()].filter((t) => was.get(t) !== is.get(t)),
    (t) => was.get(t) ?? '',
  );
  const best = new Map(
    (await before.people({ identity_ids: [...lost.keys()] }, signal)).map((p) => [p.identity_id, p.best_track]),
  );
  return [...identities].flatMap(([identity_id, row]): MeanChange[] => {
    const track_ids =
      row?.merged_into === null ? [...new Set(row.track_ids)].filter((t) => is.get(t) === identity_id) : [];
    const without = lost.get(identity_id) ?? [];
    const goesOn =
      without.length < MOST_LOST * track_ids.length && without.every((t) => is.has(t) && t !== best.get(identity_id));
    if (anew.has(identity_id) || !goesOn) return [{ identity_id, track_ids, from: 'nothing', all: track_ids }];
    const come = track_ids.filter((t) => was.get(t) !== identity_id);
    return come.length + without.length > 0
      ? [{ identity_id, track_ids: come, from: 'before', without, all: track_ids }]
      : [];
  });
}

/** Who is in some videos. Tracks that are nobody's are left out. */
export async function seenIn(
  video_ids: readonly string[],
  source: Pick<Reader, 'tracks' | 'videosOf' | 'ownersOf'>,
  signal?: AbortSignal,
): Promise<SeenRow[]> {
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
