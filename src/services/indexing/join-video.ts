/** Commits a watched video: its tracks join the identities of the library. */
import { newId } from '../../domain/ids.js';
import { type EditBody, readEditLog } from '../../domain/edits/edit-log.js';
import { type Constraints, replayEdits } from '../../domain/edits/edits.js';
import { bringHome } from '../../domain/edits/held-edits.js';
import type { KeptTrack, Library, StagedTrack, Writer } from '../../store/api.js';
import type { EditRow, IdentityRow, TrackBox, VideoRow } from '../../store/rows.js';
import { type Comparer, type JoinRule, ownersOf } from '../grouping/group-tracks.js';
import { inTheirLight, loadTracks } from '../people/library-tracks.js';
import { idsOf, type Known, knownWhole, knowPart, loadWhole } from '../people/known-library.js';
import { recognise } from '../people/recognise.js';
import { FLOODED, regroup } from '../people/regroup.js';
import { takeIn } from '../people/assign-recognised.js';
import { successorsOf } from './track-successors.js';

/** What videos join with. */
export interface Joining {
  library: Library;
  /** The write that it runs inside. */
  writer: Writer;
  /** The new tracks, staged already. */
  rows: readonly StagedTrack[];
  rule: JoinRule;
  compare: Comparer;
  signal?: AbortSignal | undefined;
  /** Tracks of a library from which on new ones meet a part of it alone; for tests and measurements. */
  meetFrom?: number | undefined;
}

/**
 * Runs inside a library write: assigns the video's new tracks to identities, replaces what earlier runs of the video
 * left but for the tracks that are `kept`, commits. Identities that lose their last track redirect to whom the new
 * tracks show in its place; without any they vanish unless they have a name or an edit speaks of them. Edits are held,
 * also where tracks have others in their place. A refused merge is noted in the video's coverage.
 */
export async function joinVideo(video: VideoRow, kept: readonly KeptTrack[], joining: Joining): Promise<void> {
  const grouped = await group([video], kept, joining);
  await joining.writer.commitVideo(withRefusal(video, grouped), kept);
}

/** The same of several videos that are looked at whole, photos say, which join the library together. */
export async function joinVideos(videos: readonly VideoRow[], joining: Joining): Promise<void> {
  const grouped = await group(videos, [], joining);
  await joining.writer.commitVideos(videos.map((video) => withRefusal(video, grouped)));
}

function withRefusal(video: VideoRow, { refused }: { refused: number }): VideoRow {
  return refused > 0 ? { ...video, coverage: { ...video.coverage, merge_refused: refused } } : video;
}

/** Brings identities and the log up to date with the tracks of videos that come in. */
async function group(
  videos: readonly VideoRow[],
  kept: readonly KeptTrack[],
  { library, writer, rows, rule, compare, signal, meetFrom: from = FLOODED }: Joining,
): Promise<{ refused: number }> {
  const now = videos[0]?.indexed_at ?? new Date().toISOString();
  const coming = videos.map((video) => video.video_id);
  const { tracks: size, people: people } = await library.counts(signal);
  // One that was repaired a moment ago has nobody's mean until this write.
  const isLarge = size > from && (people > 0 || size === 0);
  const whole = isLarge ? null : await loadWhole(library, signal);
  const earlier = whole
    ? whole.tracks.filter((t) => coming.includes(t.video_id))
    : await loadTracks(library, { video_ids: coming }, signal);
  const keptById = new Map(kept.map((t) => [t.track_id, t]));
  const staying = earlier.flatMap((t) => {
    const stays = keptById.get(t.track_id);
    return stays ? [{ ...t, track_id: stays.becomes, presence: stays.presence }] : [];
  });
  const places = earlier.length > 0 ? await library.boxesIn(coming, signal) : new Map<string, TrackBox[]>();
  const owner = whole ? ownersOf(whole.identities) : await library.ownersOf(idsOf(earlier), signal);
  const others = await otherPictures(videos, earlier, library, signal);
  const { heirs: successors, meant, alike } = successorsOf(earlier, keptById, rows, places, owner, others);
  const log = await library.edits(signal);
  const moved = log.length > 0 ? movedTracks(log, meant) : null;
  const edits =
    log.length > 0 ? replayEdits(readEditLog(moved ? [...log, { ...moved, seq: log.length + 1 }] : log)) : undefined;
  const fresh = inTheirLight(rows, rule);
  const known: Known = whole
    ? knownWhole(whole, coming, staying, rows, rule)
    : await knowPart({ library, fresh, staying, earlier, rule, compare, edits, signal });
  const { identities, old, around, alive } = known;
  const held = atHome(inherit(identities, successors), edits, alive);
  const { rows: put, refused } = await regroup({
    old,
    fresh,
    held,
    around,
    rule,
    compare,
    now,
    signal,
    edits,
  });
  const changed = new Map(held.filter((h) => h.changed).map((h) => [h.identity_id, stripped(h)]));
  for (const row of put) changed.set(row.identity_id, row);
  const nameless = [...changed.values()].filter(
    (r) => r.merged_into === null && r.name === null && !edits?.names.has(r.identity_id),
  );
  const empty = await known.empty(nameless);
  for (const r of empty) changed.delete(r.identity_id);
  const gone = empty.map((r) => r.identity_id);
  const redirected = redirects(identities, new Set(gone), alike, [...changed.values()], now);
  for (const row of redirected) changed.set(row.identity_id, row);
  const recognised = await recogniseEnrolled();
  await writer.putIdentities([...changed.values()]);
  await writer.removeIdentities(gone.filter((id) => !changed.has(id)));
  const entries = [...(moved ? [moved] : []), ...recognised.map(entry)];
  if (entries.length > 0) await writer.appendEdits(entries);
  return { refused };

  /** Who was enrolled gets whoever fits their photos. @returns what the log must remember */
  async function recogniseEnrolled(): Promise<EditBody[]> {
    if (!edits || edits.enrolled.length === 0) return [];
    const references = await library.references(signal);
    const near = await known.likeReferences(references, edits, [...changed.values()]);
    const before = new Map<string, IdentityRow>(
      [...near.identities, ...held.map(stripped)].map((h) => [h.identity_id, h]),
    );
    const people = new Map([...before, ...changed]);
    for (const r of empty) people.delete(r.identity_id);
    const was = new Map(people);
    const { sure } = await recognise(
      references,
      [...people.values()],
      near.tracks,
      near.people,
      edits,
      rule,
      compare,
      signal,
    );
    const bodies = takeIn(sure, people, (id) => !before.has(id));
    for (const [id, row] of was) {
      const is = people.get(id);
      if (is === undefined) changed.delete(id);
      else if (is !== row) changed.set(id, { ...is, updated_at: now });
    }
    return bodies;
  }
}

/** Ids of photos of which faces are known, and that another picture took the place of in their file. */
async function otherPictures(
  videos: readonly VideoRow[],
  earlier: readonly Pick<StagedTrack, 'video_id'>[],
  library: Library,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const known = new Set(earlier.map((track) => track.video_id));
  const photos = videos.filter(({ video_id, coverage }) => coverage.photo && known.has(video_id));
  const ids = photos.map((photo) => photo.video_id);
  const before = new Map((await library.videosOf(ids, signal)).map((row) => [row.video_id, row.content_hash]));
  const others = photos.filter(({ video_id, content_hash }) => before.get(video_id) !== content_hash);
  return new Set(others.map((photo) => photo.video_id));
}

/** Those that are gone, as far as their faces went on in somebody else's tracks. */
function redirects(
  before: readonly IdentityRow[],
  gone: ReadonlySet<string>,
  alike: ReadonlyMap<string, readonly string[]>,
  now: readonly IdentityRow[],
  updated_at: string,
): IdentityRow[] {
  const owners = ownersOf(now);
  return before.flatMap((row) => {
    if (!gone.has(row.identity_id)) return [];
    const heir = row.track_ids.flatMap((t) => alike.get(t) ?? []).flatMap((t) => owners.get(t) ?? [])[0];
    return heir === undefined ? [] : [{ ...row, track_ids: [], merged_into: heir, updated_at }];
  });
}

type Held = IdentityRow & { changed: boolean };

/** What the log must know of tracks that go on under another id; null when no edit speaks of one. */
function movedTracks(
  log: readonly EditRow[],
  successors: ReadonlyMap<string, readonly string[]>,
): Omit<EditRow, 'seq'> | null {
  const spokenOf = new Set(
    readEditLog(log).flatMap(({ edit, before }) => [
      ...('track_ids' in edit ? edit.track_ids : []),
      ...before.flatMap((b) => b.track_ids),
    ]),
  );
  const tracks = [...successors].flatMap(([from, to]) => {
    const others = to.filter((t) => !spokenOf.has(t));
    return spokenOf.has(from) && others.length > 0 ? [[from, others] as const] : [];
  });
  if (tracks.length === 0) return null;
  const body: EditBody = {
    kind: 'tracks_moved',
    v: 1,
    tracks: Object.fromEntries(tracks.map(([from, to]) => [from, [...to]])),
  };
  return entry(body);
}

function entry(body: EditBody): Omit<EditRow, 'seq'> {
  return { edit_id: newId('edit'), created_at: new Date().toISOString(), body };
}

/**
 * Identities with the tracks that change exchanged for those that go on from them, so that ids survive indexing again
 * with other settings. A track that stays in part keeps its place beside those.
 */
function inherit(identities: readonly IdentityRow[], successors: ReadonlyMap<string, readonly string[]>): Held[] {
  return identities.map((identity) => {
    if (!identity.track_ids.some((t) => successors.has(t))) return { ...identity, changed: false };
    const track_ids = [...new Set(identity.track_ids.flatMap((t) => successors.get(t) ?? [t]))];
    return { ...identity, track_ids, changed: true };
  });
}

/** Identities with the tracks in place that edits hold in them. */
function atHome(held: readonly Held[], edits: Constraints | undefined, alive: ReadonlySet<string>): Held[] {
  if (!edits) return [...held];
  const home = new Map(bringHome(held, edits, (t) => alive.has(t)).map((row) => [row.identity_id, row]));
  return held.map((row) => {
    const moved = home.get(row.identity_id);
    return moved ? { ...moved, changed: true } : row;
  });
}

function stripped({ changed: _changed, ...row }: Held): IdentityRow {
  return row;
}
