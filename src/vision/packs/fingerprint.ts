/** What a pack's vectors and scores depend on, as short hashes. */
import { createHash } from 'node:crypto';
import type { Pack } from './pack.js';

/**
 * What a pack's numbers depend on, in short: 16 hexadecimal digits each. A pack that changes under its name is told by
 * them.
 */
export interface PackFingerprint {
  /**
   * Vectors of equal ones can be compared: embedders with their pre-processing, projections, weights of the fusion,
   * mirroring.
   */
  vectors: string;
  /** Scores of equal ones mean the same: the vectors, the detector that cuts the faces, and the population. */
  scores: string;
  /** What a track's excess over the population depends on, beside its vector. */
  population: string;
}

/**
 * Files count by their sha256, which is checked whenever they are read. Where they come from, titles and the
 * calibration don't count.
 */
export function packFingerprint({ detector, embedders, flip, population }: Pack): PackFingerprint {
  const pixels = ({ order, mean, scale }: Pack['detector']['input']) => [order, mean, scale];
  const vectors = digest([
    embedders.map((e) => [e.weights.sha256, pixels(e.input), e.weight, e.projection?.sha256 ?? null]),
    flip,
  ]);
  const against = population ? [population.sha256, population.nearest, population.floor] : null;
  return {
    vectors,
    population: digest(against),
    scores: digest([vectors, detector.weights.sha256, detector.decoder, pixels(detector.input), against]),
  };
}

function digest(of: unknown): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 16);
}
