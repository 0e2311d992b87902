/** Commits a watched video: its tracks join the identities of the library. */
import { coVisibleExcess } from '../../domain/people/co-visibility.js';
import { intersect, total } from '../../domain/intervals.js';
import { scoreOf } from '../../domain/scores/normalised-score.js';
import type { Library, Writer } from '../../store/api.js';
import type { IdentityRow, TrackRow, VideoRow } from '../../store/rows.js';
import type { Comparer, GroupedTrack, JoinRule } from '../people/group-tracks.js';
import { regroup } from '../people/regroup.js';

/** A new track goes on from an old one of the same video when they overlap this much and score this high. */
const SAME_TRACK = { overlap: 0.5, score: 0.5 } as const;

/**
 * Runs inside a library write: assigns the video's new tracks to identities, replaces an earlier run of the video,
 * commits. Identities that lose their last track vanish unless they have a name. A refused merge is noted in the
 * video's coverage.
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
  const held = inherit(await library.identities(signal), replaced, rows);
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
  await writer.commitVideo(refused > 0 ? { ...video, coverage: { ...video.coverage, merge_refused: refused } } : video);
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
 * again with other settings.
 */
function inherit(
  identities: readonly IdentityRow[],
  replaced: readonly GroupedTrack[],
  rows: readonly TrackRow[],
): Held[] {
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
  const gone = new Set(replaced.map((t) => t.track_id));
  return identities.map((identity) => {
    if (!identity.track_ids.some((t) => gone.has(t))) return { ...identity, changed: false };
    const track_ids = [...new Set(identity.track_ids.flatMap((t) => (gone.has(t) ? (successors.get(t) ?? []) : [t])))];
    return { ...identity, track_ids, changed: true };
  });
}

function stripped({ changed: _changed, ...row }: Held): IdentityRow {
  return row;
}
