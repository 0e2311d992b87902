/**
 * What scores mean. A pack's calibration describes the scores of different people (impostors) and of one person
 * (genuine) on a named evaluation, and the operating points chosen there (operating-points.ts).
 */
import { z } from 'zod';
import { pointsSchema, type PointName } from './operating-points.js';

export const calibrationModelSchema = z.object({
  set: z.string().describe('evaluation the figures come from'),
  points: pointsSchema,
  /** Impostor scores: quantiles of the upper tail, [score, share of impostor pairs at or above it], score rising. */
  impostorTail: z.array(z.tuple([z.number(), z.number()])).min(2),
  /** Genuine scores: [score, share of genuine pairs below it], score rising. */
  genuineHead: z.array(z.tuple([z.number(), z.number()])).min(2),
  /**
   * Evidence for joining tracks: the log of (chance of a score if one person ÷ if two) is slope × (score − zero),
   * fitted on real faces, and `poor` is how much lower zero lies for tracks of quality 0 than of quality 1, linearly
   * between. That is for one track on either side. The mean score of many is surer: towards many, zero rises by `rise`
   * (one person's own tracks seldom average low) and the slope grows by `steeper` times itself. Where both tracks are
   * seen badly the slope is flatter, by up to 1 ÷ (1 + `flatter`) (see domain/grouping/join-evidence).
   */
  evidence: z.object({
    slope: z.number().positive(),
    zero: z.number(),
    poor: z.number(),
    rise: z.number(),
    steeper: z.number().nonnegative(),
    flatter: z.number().nonnegative().optional(),
  }),
  /** Two scores closer than this can't be told apart. */
  margin: z.number(),
});
export type CalibrationModel = z.infer<typeof calibrationModelSchema>;

/** A calibration as decisions use it. */
export interface Calibration extends CalibrationModel {
  /** null: the one that comes with the pack. */
  calibration_id: string | null;
  /** See decidingPoint. */
  decides: PointName | null;
}

/**
 * Chance that two different people score at least this much: log-linear between the measured quantiles, and beyond them
 * along the last slope.
 */
export function estimatedFar(model: CalibrationModel, score: number): number {
  const tail = model.impostorTail;
  let k = 1;
  while (k < tail.length - 1 && score > (tail[k]?.[0] ?? Infinity)) k++;
  const [s0, p0] = tail[k - 1] ?? [0, 1],
    [s1, p1] = tail[k] ?? [1, 0];
  const slope = (Math.log(p1) - Math.log(p0)) / (s1 - s0);
  return Math.min(1, Math.max(1e-12, Math.exp(Math.log(p0) + slope * (score - s0))));
}

/** The score with a false-accept rate: estimatedFar backwards, without its bounds. */
export function scoreAtFar({ impostorTail: tail }: Pick<CalibrationModel, 'impostorTail'>, far: number): number {
  const next = tail.findIndex(([, share]) => share <= far);
  const k = next < 0 ? tail.length - 1 : Math.max(1, next);
  const [s0, p0] = tail[k - 1] ?? [0, 1],
    [s1, p1] = tail[k] ?? [1, 0.5];
  return s0 + ((Math.log(far) - Math.log(p0)) / (Math.log(p1) - Math.log(p0))) * (s1 - s0);
}

/** Chance that at least one of n strangers scores at least as much: 1 − (1 − far)^n. */
export function farAmong(far: number, n: number): number {
  return n <= 0 ? 0 : -Math.expm1(n * Math.log1p(-Math.min(far, 1 - 1e-12)));
}
