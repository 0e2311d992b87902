/** What joining knows of a library: all of it, or of a large one as much as concerns the tracks that come in. */
import type { Constraints } from '../../domain/edits/edits.js';
import { isHeld } from '../../domain/edits/edits.js';
import { lowestBar } from '../../domain/grouping/join-evidence.js';
import { spreadOver } from '../../domain/grouping/library-cohort.js';
import { normalisedScore } from '../../domain/scores/normalised-score.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow, ReferenceRow } from '../../store/rows.js';
import type { Comparer, GroupedTrack, JoinRule } from '../grouping/group-tracks.js';
import { inTheirLight, loadTracks } from './library-tracks.js';
import { likePeople } from './like-people.js';
import { PartOfLibrary, type Surroundings } from './part-of-library.js';
import { leastToRecognise } from './recognise.js';

/** Tracks looked for that might show somebody on a photo, and people of those whose tracks are all looked at. */
const NEAREST = 200,
  LIKE_PHOTO = 12;
/** Tracks of somebody that are looked for, to see whether any is left. */
const LEFT = 500;

export interface Known {
  /** As they are stored. */
  identities: readonly IdentityRow[];
  /** Tracks that stay, in their light: all, or those of the videos that come in. */
  old: readonly GroupedTrack[];
  around?: Surroundings | undefined;
  /** Tracks there are once the new ones have come; of a part those that may matter to whom it knows. */
  alive: ReadonlySet<string>;
  /** Those who have no track left. */
  empty(rows: readonly IdentityRow[]): Promise<IdentityRow[]>;
  /** Whom photos might fit. @param changed as they are now */
  likeReferences(
    references: readonly ReferenceRow[],
    edits: Constraints,
    changed: readonly IdentityRow[],
  ): Promise<LikeReferences>;
}

export interface LikeReferences {
  /** As they are stored, beside those known already. */
  identities: IdentityRow[];
  tracks: GroupedTrack[];
  /** How many more people the library has. */
  people: number;
}

export interface WholeLibrary {
  tracks: GroupedTrack[];
  identities: IdentityRow[];
}

export async function loadWhole(library: Reader, signal?: AbortSignal): Promise<WholeLibrary> {
  return { tracks: await loadTracks(library, {}, signal), identities: await library.identities(signal) };
}

/** @param staying tracks that stay of the videos that come in. @param rows tracks that come */
export function knownWhole(
  { tracks, identities }: WholeLibrary,
  coming: readonly string[],
  staying: readonly GroupedTrack[],
  rows: readonly GroupedTrack[],
  rule: JoinRule,
): Known {
  const here = new Set(coming);
  const old = [...tracks.filter((t) => !here.has(t.video_id)), ...staying];
  const alive = new Set(idsOf([...old, ...rows]));
  return {
    identities,
    old: inTheirLight(old, rule),
    alive,
    empty: (some) => Promise.resolve(some.filter((row) => !row.track_ids.some((t) => alive.has(t)))),
    likeReferences: () => Promise.resolve({ identities: [], tracks: [...old, ...rows], people: 0 }),
  };
}

export interface Coming {
  library: Reader;
  /** Tracks that come, in their light. */
  fresh: readonly GroupedTrack[];
  /** Tracks that there are of their videos, and those that stay. */
  earlier: readonly GroupedTrack[];
  staying: readonly GroupedTrack[];
  rule: JoinRule;
  compare: Comparer;
  edits?: Constraints | undefined;
  signal?: AbortSignal | undefined;
}

export async function knowPart(step: Coming): Promise<Known> {
  const { library, fresh, earlier, staying, rule, compare, edits, signal } = step;
  const { people } = await library.counts(signal);
  const here = inTheirLight(staying, rule);
  const like = rule.eachVideoApart
    ? { ids: new Set<string>(), faces: [] }
    : await likePeople(library, people, fresh, lowestBar(people, rule.evidence), compare, signal);
  const owners = await library.ownersOf(idsOf(earlier), signal);
  const homes = [...fresh, ...staying].flatMap((t) => edits?.homes.get(t.track_id)?.identity_id ?? []);
  const enrolled = edits?.enrolled.map((e) => e.identity_id) ?? [];
  const first = await library.identitiesOf([...owners.values(), ...like.ids, ...homes, ...enrolled], signal);
  const gone = new Set(idsOf(earlier));
  const alive = new Set(first.flatMap((row) => row.track_ids).filter((t) => !gone.has(t)));
  for (const { track_id } of [...fresh, ...staying]) alive.add(track_id);
  const identities = [...first, ...(await elsewhere(first, alive, edits, library, signal))];
  return {
    identities,
    old: here,
    alive,
    around: rule.eachVideoApart
      ? undefined
      : new PartOfLibrary({ library, identities, people, like, fresh, here, compare, edits, signal }),
    async empty(rows) {
      const now = new Set(idsOf([...fresh, ...staying]));
      const doubtful = rows.filter((row) => !row.track_ids.some((t) => now.has(t)));
      const looked = doubtful.flatMap((row) =>
        spreadOver(
          row.track_ids.filter((t) => !gone.has(t)),
          LEFT,
        ),
      );
      const left = new Set(idsOf(await library.tracks({ track_ids: looked }, signal)));
      return doubtful.filter((row) => !row.track_ids.some((t) => left.has(t)));
    },
    likeReferences: (references, { enrolled: them }, changed) =>
      likeReferences({
        library,
        references,
        enrolled: them.map((e) => e.identity_id),
        changed,
        known: identities,
        people,
        here: [...fresh, ...staying],
        gone,
        rule,
        signal,
      }),
  };
}

/** Who has tracks that edits hold in these people. */
async function elsewhere(
  rows: readonly IdentityRow[],
  alive: Set<string>,
  edits: Constraints | undefined,
  library: Reader,
  signal?: AbortSignal,
): Promise<IdentityRow[]> {
  const known = new Set(rows.map((row) => row.identity_id));
  const missing = [...(edits?.homes ?? [])].flatMap(([t, home]) =>
    isHeld(home) && known.has(home.identity_id) && !alive.has(t) ? [t] : [],
  );
  const there = idsOf(await library.tracks({ track_ids: missing }, signal));
  for (const t of there) alive.add(t);
  const owners = new Set((await library.ownersOf(there, signal)).values());
  return library.identitiesOf(
    [...owners].filter((id) => !known.has(id)),
    signal,
  );
}

/** Photos, and what is known of whom they might show. */
export interface Photographed {
  library: Reader;
  references: readonly ReferenceRow[];
  /** Whose they are. */
  enrolled: readonly string[];
  /** Identities that are at hand, as they are stored, and of these and others those that are not so any more. */
  known: readonly IdentityRow[];
  changed: readonly IdentityRow[];
  /** How many people the library has. */
  people: number;
  /** Tracks that the library does not have yet, and those that it will not have any more. */
  here: readonly GroupedTrack[];
  gone: ReadonlySet<string>;
  rule: JoinRule;
  signal?: AbortSignal | undefined;
}

/** Whom photos might show. */
export async function likeReferences(of: Photographed): Promise<LikeReferences> {
  const { library, references, enrolled, known, changed, people, gone, rule, signal } = of;
  const least = leastToRecognise(rule.model);
  const wanted = new Set(enrolled);
  for (const { vector, population_excess } of references) {
    const near = (await library.nearest(vector, NEAREST, {}, signal)).filter(
      (n) => normalisedScore(n.cosine, n.population_excess, population_excess) >= least,
    );
    const owners = await library.ownersOf(idsOf(near), signal);
    const ids = new Set(near.flatMap((n) => owners.get(n.track_id) ?? []));
    for (const id of [...ids].slice(0, LIKE_PHOTO)) wanted.add(id);
  }
  const there = new Set(known.map((row) => row.identity_id));
  const more = await library.identitiesOf(
    [...wanted].filter((id) => !there.has(id)),
    signal,
  );
  const now = new Map([...known, ...more, ...changed].map((row) => [row.identity_id, row]));
  const rows = [...new Set([...wanted, ...changed.map((row) => row.identity_id)])].flatMap((id) => now.get(id) ?? []);
  const here = new Map(of.here.map((t) => [t.track_id, t]));
  const track_ids = rows.flatMap((row) => row.track_ids.filter((t) => !here.has(t) && !gone.has(t)));
  const tracks = [...(await loadTracks(library, { track_ids }, signal)), ...here.values()];
  const live = rows.filter((row) => row.merged_into === null && row.track_ids.length > 0);
  return { identities: more, tracks, people: Math.max(0, people - live.length) };
}

/** The ids of tracks. */
export function idsOf(tracks: readonly { track_id: string }[]): string[] {
  return tracks.map((t) => t.track_id);
}
