/**
 * Two networks trained apart are two witnesses: does their disagreement say more of doubt than a score near the
 * threshold?
 */
import { bestAccuracy, rate, scoresOf } from '../../../src/domain/scores/error-rates.js';
import { networkCosines, scoreOf } from '../../../src/domain/scores/normalised-score.js';
import type { PackInfo } from '../../../src/vision/pipeline.js';
import { share } from '../output/measures.js';
import type { Measure } from '../output/report.js';
import type { FacePair } from '../data/scored-faces.js';

/**
 * Of the wrong answers: how many are among the pairs that the networks decide differently, and among as many pairs
 * nearest the threshold.
 */
export function witnesses(set: string, pairs: readonly FacePair[], pack: PackInfo): Measure[] {
  if (pack.blocks.length < 2) return [];
  const seen = pairs.flatMap(({ a, b, same }) =>
    a && b ? [{ same, score: scoreOf(a, b), own: Object.values(networkCosines(a.vector, b.vector, pack.blocks)) }] : [],
  );
  const best = (of: (p: (typeof seen)[number]) => number) =>
    bestAccuracy(scoresOf(seen.filter((p) => p.same).map(of), seen.filter((p) => !p.same).map(of))).threshold;
  const threshold = pack.calibration.points.even.threshold;
  const thresholds = pack.blocks.map((_, k) => best((p) => p.own[k] ?? 0));
  const judged = seen.map((p) => ({
    wrong: p.score >= threshold !== p.same,
    distance: Math.abs(p.score - threshold),
    disagree: new Set(p.own.map((score, k) => score >= (thresholds[k] ?? 0))).size > 1,
  }));
  const wrong = judged.filter((p) => p.wrong),
    disagreeing = judged.filter((p) => p.disagree);
  if (wrong.length === 0) return [];
  const nearest = [...judged].sort((p, q) => p.distance - q.distance).slice(0, disagreeing.length);
  const place = { set, condition: `${disagreeing.length} most doubtful pairs` };
  return [
    share(
      place,
      'wrong answers caught: networks disagree',
      rate(disagreeing.filter((p) => p.wrong).length, wrong.length),
    ),
    share(
      place,
      'wrong answers caught: nearest the threshold',
      rate(nearest.filter((p) => p.wrong).length, wrong.length),
    ),
  ];
}
