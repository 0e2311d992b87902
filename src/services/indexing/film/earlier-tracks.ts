/** What stays of the tracks of earlier looks at a video when a new one takes the place of some ranges. */
import { deriveId } from '../../../domain/ids.js';
import { subtract } from '../../../domain/intervals.js';
import type { Interval } from '../../../domain/types.js';
import type { KeptTrack } from '../../../store/api.js';
import type { TrackSummary } from '../../../store/rows.js';

/** Less than this of a track is rounding and no presence, seconds. */
const LEAST_S = 1e-3;

/**
 * Tracks outside the replaced ranges stay as they are; those that reach into one lose what lies in it. A track whose
 * beginning is lost begins elsewhere, and gets the id of a track that does: the look that replaces it may see the same
 * face begin where it began.
 * @param replaced sorted, disjoint
 */
export function keptTracks(
  tracks: readonly Pick<TrackSummary, 'track_id' | 'presence'>[],
  replaced: readonly Interval[],
): KeptTrack[] {
  return tracks.flatMap(({ track_id, presence }) => {
    const left = subtract(presence, replaced).filter((i) => i.end_s - i.start_s > LEAST_S);
    const [first, last] = [left[0], left.at(-1)];
    if (!first || !last) return [];
    const start_s = first.start_s;
    return [
      {
        track_id,
        becomes: start_s === presence[0]?.start_s ? track_id : deriveId('track', track_id, start_s.toFixed(3)),
        start_s,
        end_s: last.end_s,
        presence: left,
      },
    ];
  });
}
