/** How well a gallery of known people answers who a probe is. */
import { rate, thresholdAtFar, type Rate, type Scores } from '../../src/domain/scores/error-rates.js';

/** One probe held against a gallery that has its person. */
export interface Probe {
  /** Best score of the probe's own person. */
  own: number;
  /** Best score of anyone else: what the probe would score if its person were not in the gallery. */
  other: number;
}

/** Closed set: the share of probes whose own person comes first. A tie is no answer. */
export function rankOne(probes: readonly Probe[]): Rate {
  return rate(probes.filter(({ own, other }) => own > other).length, probes.length);
}

/**
 * Open set: the share of probes that are found, first and at or above the threshold at which at most `far` of them
 * would lead to somebody if their own person were left out of the gallery (DIR@FAR; Phillips, Grother & Micheals 2011,
 * "Evaluation methods in face recognition").
 */
export function detectionAndIdentification(probes: readonly Probe[], far: number): Rate & { threshold: number } {
  const strangers: Scores = {
    genuine: new Float64Array(0),
    impostor: Float64Array.from(probes, ({ other }) => other).sort(),
  };
  const threshold = thresholdAtFar(strangers, far);
  return {
    ...rate(probes.filter(({ own, other }) => own > other && own >= threshold).length, probes.length),
    threshold,
  };
}
