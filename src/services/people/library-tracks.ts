/** The tracks of a library as grouping sees them. */
import { coVisibleExcess } from '../../domain/people/co-visibility.js';
import type { Reader } from '../../store/api.js';
import type { GroupedTrack, JoinRule } from './group-tracks.js';

export async function loadTracks(library: Reader, signal?: AbortSignal): Promise<GroupedTrack[]> {
  const block = await library.vectors({}, signal);
  const dimensions = block.ids.length > 0 ? block.data.length / block.ids.length : 0;
  const presence = new Map((await library.tracks({}, signal)).map((t) => [t.track_id, t.presence]));
  return block.ids.map((track_id, i) => ({
    track_id,
    video_id: block.video_ids[i] ?? '',
    vector: block.data.subarray(i * dimensions, (i + 1) * dimensions),
    population_excess: block.population_excess[i] ?? 0,
    quality: block.quality[i] ?? 0,
    presence: presence.get(track_id) ?? [],
  }));
}

/** Tracks as joining sees them: less alike to anyone the more alike they came out to strangers beside them. */
export function inTheirLight(tracks: readonly GroupedTrack[], rule: JoinRule): GroupedTrack[] {
  const excess = coVisibleExcess(tracks, rule.overlap_s);
  return tracks.map((t, i) => ({ ...t, population_excess: t.population_excess + (excess[i] ?? 0) }));
}
