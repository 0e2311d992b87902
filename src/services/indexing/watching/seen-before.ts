/** Whether a poor track is of somebody whom the same video has shown well. */
import { populationExcess, scoreOf } from '../../../domain/scores/normalised-score.js';
import { scoreAtFar } from '../../../domain/scores/calibration-model.js';
import { intersect } from '../../../domain/intervals.js';
import type { Interval } from '../../../domain/types.js';
import type { PackInfo } from '../../../vision/pipeline.js';
import type { StagedTrack } from '../../../store/api.js';

/** A track of this quality shows somebody well enough to be known again by. */
const SEEN_WELL = 0.25;
/** Share of strangers' poor tracks that may be kept for somebody else's, however many were seen well. */
const STRANGERS_KEPT = 0.01;

/**
 * Asks the tracks so far, to which others may be added meanwhile. The more have been seen well, the more like one of
 * them a poor track has to be; who it is grouping decides as for every other track. Nobody is in two places of one
 * picture: what is like somebody who is seen elsewhere in it is a second detection of a head, or somebody else.
 */
export function seenBefore(
  tracks: readonly StagedTrack[],
  { population, calibration }: Pick<PackInfo, 'population' | 'calibration'>,
): (track: { vector: Float32Array; presence: readonly Interval[] }) => boolean {
  return ({ vector, presence }) => {
    const face = { vector, population_excess: populationExcess(vector, population) };
    const wellSeen = tracks.filter(({ quality }) => quality >= SEEN_WELL);
    const threshold = scoreAtFar(calibration, STRANGERS_KEPT / Math.max(1, wellSeen.length));
    const alike = wellSeen.filter((known) => scoreOf(face, known) >= threshold);
    return alike.length > 0 && alike.every((known) => intersect(known.presence, presence).length === 0);
  };
}
