/** The tracks of a library as grouping sees them. */
import { coVisibleExcess } from '../../domain/people/co-visibility.js';
import type { Reader, TrackFilter } from '../../store/api.js';
import { blockTracks } from '../../store/block-tracks.js';
import type { GroupedTrack, JoinRule } from './group-tracks.js';

/** @param filter all when empty */
export async function loadTracks(
  library: Pick<Reader, 'vectors' | 'tracks'>,
  filter: TrackFilter,
  signal?: AbortSignal,
): Promise<GroupedTrack[]> {
  const tracks = blockTracks(await library.vectors(filter, signal));
  const presence = new Map((await library.tracks(filter, signal)).map((t) => [t.track_id, t.presence]));
  return tracks.map((track) => ({ ...track, presence: presence.get(track.track_id) ?? [] }));
}

/** The same as joining sees them, in the light that is known of them. */
export async function loadLitTracks(
  library: Pick<Reader, 'vectors' | 'tracks' | 'lightOf'>,
  filter: TrackFilter,
  signal?: AbortSignal,
): Promise<GroupedTrack[]> {
  const tracks = await loadTracks(library, filter, signal);
  const light = await library.lightOf(
    tracks.map((t) => t.track_id),
    signal,
  );
  return tracks.map((t) => ({ ...t, population_excess: t.population_excess + (light.get(t.track_id) ?? 0) }));
}

/** Tracks as joining sees them: less alike to anyone the more alike they came out to strangers beside them. */
export function inTheirLight(tracks: readonly GroupedTrack[], rule: JoinRule): GroupedTrack[] {
  const excess = coVisibleExcess(tracks, rule.overlap_s);
  return tracks.map((t, i) => ({ ...t, population_excess: t.population_excess + (excess[i] ?? 0) }));
}
