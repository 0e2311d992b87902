/** What a pack's scores mean, measured on LFW: the calibration in its manifest. */
import { evenPoint, pointAt } from '../../src/domain/scores/fit-calibration.js';
import type { CalibrationModel } from '../../src/domain/scores/calibration-model.js';
import { scoresOf, thresholdAtFar, type Scores } from '../../src/domain/scores/error-rates.js';
import { type ComparedFace, scoreOf } from '../../src/domain/scores/normalised-score.js';
import { fourDigits } from './four-digits.js';

/** Genuine pairs taken of one person at most, so that the few with hundreds of pictures don't speak for all. */
const PAIRS_OF_ONE = 3;

/** A face of a known person, as the pack stores it. */
export interface CalibrationFace extends ComparedFace {
  person: string;
}

/**
 * Every two people of LFW, by their first pictures, are impostors, not only its protocol's pairs: millions of them tell
 * the tail. The operating points are where that many of them are accepted.
 */
export function calibrate(of: readonly CalibrationFace[], before: CalibrationModel): CalibrationModel {
  const people = new Map<string, CalibrationFace[]>();
  for (const face of of) people.set(face.person, [...(people.get(face.person) ?? []), face]);
  const faces = [...people.values()],
    genuine: number[] = [],
    impostor: number[] = [];
  faces.forEach((own, i) => {
    const first = own[0];
    if (!first) return;
    for (const other of faces.slice(i + 1)) if (other[0]) impostor.push(scoreOf(first, other[0]));
    genuine.push(...own.flatMap((a, k) => own.slice(k + 1).map((b) => scoreOf(a, b))).slice(0, PAIRS_OF_ONE));
  });
  const scores = scoresOf(genuine, impostor);
  const at = (threshold: number) => {
    const { far, frr } = pointAt(scores, threshold);
    return { threshold, far: fourDigits(far), frr: fourDigits(frr) };
  };
  const point = (far: number) => at(fourDigits(thresholdAtFar(scores, far)));
  return {
    ...before,
    set: `LFW, folds 1-5, ${impostor.length} impostor pairs (one picture of each person) and ${genuine.length} genuine pairs (at most ${PAIRS_OF_ONE} of each)`,
    points: { strict: point(1e-4), balanced: point(1e-3), loose: point(1e-2), even: evenPoint(at) },
    impostorTail: [0.5, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6].map(
      (far) => [fourDigits(thresholdAtFar(scores, far)), far] as [number, number],
    ),
    genuineHead: head(scores),
    evidence: { ...before.evidence, ...fitEvidence(scores) },
  };
}

/**
 * The line through the log of (density of genuine ÷ of impostor scores), where it says "one person" and joins are
 * decided: above 0 and below 9, beyond which impostors are too few to count. Null where there is no such line: a
 * network may tell the set's people apart so well that hardly any score is found on both sides.
 */
function fitEvidence({ genuine, impostor }: Scores): { slope: number; zero: number } | null {
  const width = 0.02,
    least = 3;
  const count = (scores: Float64Array, from: number) => scores.filter((x) => x >= from && x < from + width).length;
  const points = Array.from({ length: 50 }, (_, k) => k * width).flatMap((from) => {
    const g = count(genuine, from),
      i = count(impostor, from);
    const ratio = Math.log(g / genuine.length / (i / impostor.length));
    return g >= least && i >= least && ratio > 0 && ratio < 9 ? [{ x: from + width / 2, y: ratio }] : [];
  });
  const mean = (of: (p: { x: number; y: number }) => number) =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const mx = mean((p) => p.x),
    my = mean((p) => p.y);
  const slope = mean((p) => (p.x - mx) * (p.y - my)) / mean((p) => (p.x - mx) ** 2);
  return points.length >= 3 && slope > 0 ? { slope: fourDigits(slope), zero: fourDigits(mx - my / slope) } : null;
}

function head({ genuine }: Scores): [number, number][] {
  return [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5].map(
    (share) => [fourDigits(genuine[Math.floor(share * genuine.length)] ?? 0), share] as [number, number],
  );
}
