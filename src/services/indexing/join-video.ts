/** Commits a watched video: its tracks join the identities of the library. */
import { coVisibleExcess } from '../../domain/people/co-visibility.js';
import { intersect, total } from '../../domain/intervals.js';
import { scoreOf } from '../../domain/scores/normalised-score.js';
import type { KeptTrack, Library, StagedTrack, Writer } from '../../store/api.js';
import type { IdentityRow, VideoRow } from '../../store/rows.js';
import type { Comparer, GroupedTrack, JoinRule } from '../people/group-tracks.js';
import { regroup } from '../people/regroup.js';

/** A new track goes on from an old one of the same video when they overlap this much and score this high. */
const SAME_TRACK = { overlap: 0.5, score: 0.5 } as const;

/**
 * Runs inside a library write: assigns the video's new tracks to identities, replaces what earlier runs of the video
 * left but for the tracks that are `kept`, commits. Identities that lose their last track vanish unless they have a
 * name. A refused merge is noted in the video's coverage.
 */
export async function joinVideo(
  library: Library,
  writer: Writer,
  video: VideoRow,
  rows: readonly StagedTrack[],
  rule: JoinRule,
  compare: Comparer,
  signal?: AbortSignal,
  kept: readonly KeptTrack[] = [],
): Promise<void> {
  const everything = await loadTracks(library, signal);
  const earlier = everything.filter((t) => t.video_id === video.video_id);
  const keptById = new Map(kept.map((t) => [t.track_id, t]));
  const old = everything.flatMap((t) => {
    if (t.video_id !== video.video_id) return [t];
    const stays = keptById.get(t.track_id);
    return stays ? [{ ...t, track_id: stays.becomes, presence: stays.presence }] : [];
  });
  const held = inherit(await library.identities(signal), earlier, keptById, rows);
  const { rows: put, refused } = await regroup(
    inTheirLight(old, rule),
    inTheirLight(rows, rule),
    held,
    rule,
    compare,
    video.indexed_at,
    signal,
  );
  const changed = new Map(held.filter((h) => h.changed).map((h) => [h.identity_id, stripped(h)]));
  for (const row of put) changed.set(row.identity_id, row);
  const alive = new Set([...old, ...rows].map((t) => t.track_id));
  const empty = [...changed.values()].filter(
    (r) => r.merged_into === null && r.name === null && !r.track_ids.some((t) => alive.has(t)),
  );
  for (const r of empty) changed.delete(r.identity_id);
  await writer.putIdentities([...changed.values()]);
  await writer.removeIdentities(empty.map((r) => r.identity_id));
  await writer.commitVideo(
    refused > 0 ? { ...video, coverage: { ...video.coverage, merge_refused: refused } } : video,
    kept,
  );
}

async function loadTracks(library: Library, signal?: AbortSignal): Promise<GroupedTrack[]> {
  const block = await library.vectors({}, signal);
  const presence = new Map((await library.tracks({}, signal)).map((t) => [t.track_id, t.presence]));
  return block.ids.map((track_id, i) => ({
    track_id,
    video_id: block.video_ids[i] as string,
    vector: block.data.subarray(i * library.dimensions, (i + 1) * library.dimensions),
    population_excess: block.population_excess[i] as number,
    quality: block.quality[i] as number,
    presence: presence.get(track_id) ?? [],
  }));
}

/** Tracks as joining sees them: less alike to anyone the more alike they came out to strangers beside them. */
function inTheirLight(tracks: readonly GroupedTrack[], rule: JoinRule): GroupedTrack[] {
  const excess = coVisibleExcess(tracks, rule.overlap_s);
  return tracks.map((t, i) => ({ ...t, population_excess: t.population_excess + (excess[i] as number) }));
}

type Held = IdentityRow & { changed: boolean };

/**
 * Identities with the replaced tracks exchanged for the new ones that go on from them, so that ids survive indexing
 * again with other settings. A track that stays in part keeps its place beside those.
 */
function inherit(
  identities: readonly IdentityRow[],
  earlier: readonly GroupedTrack[],
  kept: ReadonlyMap<string, KeptTrack>,
  rows: readonly StagedTrack[],
): Held[] {
  const successors = new Map<string, string[]>();
  const touched = earlier.filter((t) => !isUnchanged(t, kept.get(t.track_id)));
  for (const row of rows) {
    const from = touched
      .map((t) => ({ t, score: scoreOf(t, row) }))
      .filter(
        ({ t, score }) =>
          score >= SAME_TRACK.score &&
          total(intersect(t.presence, row.presence)) >= SAME_TRACK.overlap * total(row.presence),
      )
      .sort((a, b) => b.score - a.score)[0];
    if (from) successors.set(from.t.track_id, [...(successors.get(from.t.track_id) ?? []), row.track_id]);
  }
  const changing = new Set(touched.map((t) => t.track_id));
  return identities.map((identity) => {
    if (!identity.track_ids.some((t) => changing.has(t))) return { ...identity, changed: false };
    const track_ids = identity.track_ids.flatMap((t) => {
      if (!changing.has(t)) return [t];
      const stays = kept.get(t);
      return [...(stays ? [stays.becomes] : []), ...(successors.get(t) ?? [])];
    });
    return { ...identity, track_ids: [...new Set(track_ids)], changed: true };
  });
}

function isUnchanged(track: GroupedTrack, kept: KeptTrack | undefined): boolean {
  return kept !== undefined && kept.becomes === track.track_id && total(kept.presence) === total(track.presence);
}

function stripped({ changed: _changed, ...row }: Held): IdentityRow {
  return row;
}
