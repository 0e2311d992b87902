/** Commits a watched video: its tracks join the identities of the library. */
import { newId } from '../../domain/ids.js';
import { intersect, total } from '../../domain/intervals.js';
import { type EditBody, readEditLog } from '../../domain/people/edit-log.js';
import { type Constraints, replayEdits } from '../../domain/people/edits.js';
import { bringHome } from '../../domain/people/held-edits.js';
import { scoreOf } from '../../domain/scores/normalised-score.js';
import type { Library, Writer } from '../../store/api.js';
import type { EditRow, IdentityRow, TrackRow, VideoRow } from '../../store/rows.js';
import type { Comparer, GroupedTrack, JoinRule } from '../people/group-tracks.js';
import { inTheirLight, loadTracks } from '../people/library-tracks.js';
import { regroup } from '../people/regroup.js';

/** A new track goes on from an old one of the same video when they overlap this much and score this high. */
const SAME_TRACK = { overlap: 0.5, score: 0.5 } as const;

/**
 * Runs inside a library write: assigns the video's new tracks to identities, replaces an earlier run of the video,
 * commits. Identities that lose their last track vanish unless they have a name or an edit speaks of them. Edits are
 * held, also where tracks have others in their place. A refused merge is noted in the video's coverage.
 */
export async function joinVideo(
  library: Library,
  writer: Writer,
  video: VideoRow,
  rows: readonly TrackRow[],
  rule: JoinRule,
  compare: Comparer,
  signal?: AbortSignal,
): Promise<void> {
  const everything = await loadTracks(library, signal);
  const old = everything.filter((t) => t.video_id !== video.video_id),
    replaced = everything.filter((t) => t.video_id === video.video_id);
  const alive = new Set([...old, ...rows].map((t) => t.track_id));
  const successors = successorsOf(replaced, rows);
  const log = await library.edits(signal);
  const moved = log.length > 0 ? movedTracks(log, successors) : null;
  const edits =
    log.length > 0 ? replayEdits(readEditLog(moved ? [...log, { ...moved, seq: log.length + 1 }] : log)) : undefined;
  const held = atHome(inherit(await library.identities(signal), replaced, successors), edits, alive);
  const { rows: put, refused } = await regroup(
    inTheirLight(old, rule),
    inTheirLight(rows, rule),
    held,
    rule,
    compare,
    video.indexed_at,
    signal,
    edits,
  );
  const changed = new Map(held.filter((h) => h.changed).map((h) => [h.identity_id, stripped(h)]));
  for (const row of put) changed.set(row.identity_id, row);
  const empty = [...changed.values()].filter(
    (r) =>
      r.merged_into === null &&
      r.name === null &&
      !edits?.names.has(r.identity_id) &&
      !r.track_ids.some((t) => alive.has(t)),
  );
  for (const r of empty) changed.delete(r.identity_id);
  await writer.putIdentities([...changed.values()]);
  await writer.removeIdentities(empty.map((r) => r.identity_id));
  if (moved) await writer.appendEdits([moved]);
  await writer.commitVideo(refused > 0 ? { ...video, coverage: { ...video.coverage, merge_refused: refused } } : video);
}

type Held = IdentityRow & { changed: boolean };

/** The new tracks that go on from each replaced one. */
function successorsOf(replaced: readonly GroupedTrack[], rows: readonly TrackRow[]): Map<string, string[]> {
  const successors = new Map<string, string[]>();
  for (const row of rows) {
    const from = replaced
      .map((t) => ({ t, score: scoreOf(t, row) }))
      .filter(
        ({ t, score }) =>
          score >= SAME_TRACK.score &&
          total(intersect(t.presence, row.presence)) >= SAME_TRACK.overlap * total(row.presence),
      )
      .sort((a, b) => b.score - a.score)[0];
    if (from) successors.set(from.t.track_id, [...(successors.get(from.t.track_id) ?? []), row.track_id]);
  }
  return successors;
}

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
  return { edit_id: newId('edit'), created_at: new Date().toISOString(), body };
}

/**
 * Identities with the replaced tracks exchanged for the new ones that go on from them, so that ids survive indexing
 * again with other settings.
 */
function inherit(
  identities: readonly IdentityRow[],
  replaced: readonly GroupedTrack[],
  successors: ReadonlyMap<string, readonly string[]>,
): Held[] {
  const gone = new Set(replaced.map((t) => t.track_id));
  return identities.map((identity) => {
    if (!identity.track_ids.some((t) => gone.has(t))) return { ...identity, changed: false };
    const track_ids = [...new Set(identity.track_ids.flatMap((t) => (gone.has(t) ? (successors.get(t) ?? []) : [t])))];
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
