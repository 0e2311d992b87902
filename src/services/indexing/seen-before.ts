/** Whether a poor track is of somebody whom the same video has shown well. */
import { populationExcess, scoreOf } from '../../domain/scores/normalised-score.js';
import { intersect } from '../../domain/intervals.js';
import type { Interval } from '../../domain/types.js';
import type { PackInfo } from '../../vision/pipeline.js';
import type { StagedTrack } from '../../store/api.js';

/** A track of this quality shows somebody well enough to be known again by. */
const SEEN_WELL = 0.25;

/**
 * Asks the tracks so far, to which others may be added meanwhile. A poor track has to be as like one of them as a match
 * at the balanced point; who it is grouping decides as for every other track. Nobody is in two places
 * of one picture.
 */
export function seenBefore(
  tracks: readonly StagedTrack[],
  { population, calibration }: Pick<PackInfo, 'population' | 'calibration'>,
): (track: { vector: Float32Array; presence: readonly Interval[] }) => boolean {
  const { threshold } = calibration.points.balanced;
  return ({ vector, presence }) => {
    const face = { vector, population_excess: populationExcess(vector, population) };
    return tracks.some(
      (known) =>
        known.quality >= SEEN_WELL &&
        scoreOf(face, known) >= threshold &&
        intersect(known.presence, presence).length === 0,
    );
  };
}
