/**
 * A calibration for a network that nobody could measure here: what others published of it, and the shape of a measured
 * one around that.
 */
import { scoreAtFar, type CalibrationModel } from '../../src/domain/scores/calibration-model.js';
import { fourDigits } from './four-digits.js';

/** What is published of a network. */
export interface PublishedFigures {
  /** Cosine that tells one person from two best, on LFW's pairs. */
  threshold: number;
  /** Share of LFW's pairs told wrong there, taken as that of either kind. */
  wrong: number;
  /** Who says so, for `set`. */
  said: string;
}

/**
 * Stretches a measured calibration's scores until the share of impostors above the published threshold is the published
 * one, and scales its misses until they are the same there. Every other figure is a guess: real impostors in footage
 * score higher than LFW's, and no network's scores are exactly another's stretched.
 * @param measured of a pack with networks of the same kind (ArcFace's loss, no mirror images)
 * @param set says that it was not measured, and how to
 */
export function borrowCalibration(
  measured: CalibrationModel,
  { threshold, wrong }: PublishedFigures,
  set: string,
): CalibrationModel {
  const at = scoreAtFar(measured, wrong),
    stretch = threshold / at;
  const { strict, balanced, loose, even } = measured.points;
  const misses =
    wrong /
    missesAt(
      [loose, even, balanced, strict].map(({ threshold: score, frr }) => [score, frr] as const),
      at,
    );
  const score = (x: number) => fourDigits(x * stretch);
  const point = (of: { threshold: number; far: number; frr: number }) => ({
    threshold: score(of.threshold),
    far: of.far,
    frr: fourDigits(of.frr * misses),
  });
  const { slope, zero, poor, rise, steeper } = measured.evidence;
  return {
    set,
    points: {
      strict: point(strict),
      balanced: point(balanced),
      loose: point(loose),
      even: { threshold, far: wrong, frr: wrong },
    },
    impostorTail: measured.impostorTail.map(([x, share]) => [score(x), share]),
    genuineHead: measured.genuineHead.map(([x, share]) => [score(x), fourDigits(Math.min(1, share * misses))]),
    evidence: { slope: fourDigits(slope / stretch), zero: score(zero), poor: score(poor), rise: score(rise), steeper },
    margin: score(measured.margin),
  };
}

/**
 * Log-linear between the two points around a score. @param points [score, share of genuine pairs below], score rising
 */
function missesAt(points: readonly (readonly [number, number])[], score: number): number {
  const k = Math.min(
    points.length - 1,
    Math.max(
      1,
      points.findIndex(([x]) => x >= score),
    ),
  );
  const [x0, y0] = points[k - 1] ?? [0, 1],
    [x1, y1] = points[k] ?? [1, 1];
  return Math.exp(Math.log(y0) + ((Math.log(y1) - Math.log(y0)) * (score - x0)) / (x1 - x0));
}
