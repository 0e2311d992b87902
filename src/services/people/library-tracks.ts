/** The tracks of a library as grouping sees them. */
import { coVisibleExcess } from '../../domain/people/co-visibility.js';
import type { Reader, TrackFilter } from '../../store/api.js';
import { blockTracks } from '../../store/tables/block-tracks.js';
import { breathe } from '../breathing.js';
import type { GroupedTrack, JoinRule } from '../grouping/group-tracks.js';

/** @param filter all when empty */
export async function loadTracks(
  library: Pick<Reader, 'vectors' | 'tracks' | 'facesOfAll'>,
  filter: TrackFilter,
  signal?: AbortSignal,
): Promise<GroupedTrack[]> {
  if (!filter.track_ids && !filter.video_ids) return library.facesOfAll(signal);
  const [block, summaries] = await Promise.all([library.vectors(filter, signal), library.tracks(filter, signal)]);
  await breathe(signal);
  const presence = new Map(summaries.map((t) => [t.track_id, t.presence]));
  return blockTracks(block).map((track) => ({ ...track, presence: presence.get(track.track_id) ?? [] }));
}

/** The same as joining sees them, in the light that is known of them. */
export async function loadLitTracks(
  library: Pick<Reader, 'vectors' | 'tracks' | 'facesOfAll' | 'lightOf'>,
  filter: TrackFilter,
  signal?: AbortSignal,
): Promise<GroupedTrack[]> {
  const tracks = await loadTracks(library, filter, signal);
  const light = await library.lightOf(
    tracks.map((t) => t.track_id),
    signal,
  );
  return tracks.map((track) => lit(track, light));
}

/** Some tracks, in the light that is known of them, in no order. */
export async function litFaces(
  library: Pick<Reader, 'faces' | 'lightOf'>,
  track_ids: readonly string[],
  signal?: AbortSignal,
): Promise<GroupedTrack[]> {
  const [faces, light] = await Promise.all([library.faces(track_ids, signal), library.lightOf(track_ids, signal)]);
  return faces.map((face) => lit(face, light));
}

function lit(track: GroupedTrack, light: ReadonlyMap<string, number>): GroupedTrack {
  return { ...track, population_excess: track.population_excess + (light.get(track.track_id) ?? 0) };
}

/** Tracks as joining sees them: less alike to anyone the more alike they came out to strangers beside them. */
export function inTheirLight(tracks: readonly GroupedTrack[], rule: JoinRule): GroupedTrack[] {
  const excess = coVisibleExcess(tracks, rule.overlap_s);
  return tracks.map((t, i) => ({ ...t, population_excess: t.population_excess + (excess[i] ?? 0) }));
}
