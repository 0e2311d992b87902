/** Short ways to make rows. */
import type { Rate } from '../../../src/domain/scores/error-rates.js';
import type { Measure } from './report.js';

type Place = Pick<Measure, 'set' | 'condition'>;

/** A share of trials with its interval. */
export function share(place: Place, measure: string, { rate, low, high, trials }: Rate): Measure {
  return { ...place, measure, value: rate, unit: 'share', interval: [low, high], n: trials };
}

export function count(place: Place, measure: string, value: number, n?: number): Measure {
  return { ...place, measure, value, unit: 'count', n };
}

/** A number between 0 and 1 (or a cosine) that is no share of trials. */
export function score(
  place: Place,
  measure: string,
  value: number,
  n?: number,
  interval?: readonly [number, number],
): Measure {
  return { ...place, measure, value, unit: 'score', n, interval };
}

export function seconds(place: Place, measure: string, value: number, n?: number): Measure {
  return { ...place, measure, value, unit: 'seconds', n };
}
