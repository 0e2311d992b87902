/**
 * From scored pairs to a calibration of one's own. A threshold with false-accept rate f needs 3/f impostor pairs: no
 * error in n pairs says that the rate is at most 3/n, with 95 % certainty (the rule of three; Hanley & Lippman-Hand
 * 1983).
 */
import { scoreAtFar, type CalibrationModel } from './calibration-model.js';
import { POINT_FAR, POINT_NAMES, type OperatingPoint, type PointName } from './operating-points.js';
import {
  falseAccepts,
  falseRejects,
  rate,
  thresholdAtFar,
  thresholdAtTar,
  type Rate,
  type Scores,
} from './error-rates.js';

/** Impostor pairs above a threshold that at least must be there to place it. */
const RULE_OF_THREE = 3;
/**
 * Genuine pairs below which a false-reject rate says next to nothing: with 100 an observed 5 % is known to within 2–11
 * %.
 */
const LEAST_GENUINE = 100;
/** Clustering follows a new calibration by at most this much, either way. */
const MOST_SHIFT = 0.1;
/**
 * A subgroup is far worse when even the lower end of its interval is more than this many times the rate of all pairs.
 */
const FAR_WORSE = 2;
const CURVE_ROWS = 33;
/** Thresholds are multiples of this: no score is reproducible to more. */
const STEPS = 1e4,
  STEP = 1 / STEPS;

/** Errors at a threshold. */
export interface ErrorsAt {
  threshold: number;
  far: Rate;
  frr: Rate;
}

export function errorsAt(scores: Scores, threshold: number): ErrorsAt {
  return { threshold, far: falseAccepts(scores, threshold), frr: falseRejects(scores, threshold) };
}

/** The same as rates alone. */
export function pointAt(scores: Scores, threshold: number): OperatingPoint {
  const { far, frr } = errorsAt(scores, threshold);
  return { threshold, far: far.rate, frr: frr.rate };
}

/** How many more pairs a point needs before it can be chosen; 0 and 0 when it can. */
export function pairsNeeded({ genuine, impostor }: Scores, point: PointName): { genuine: number; impostor: number } {
  return {
    genuine: Math.max(0, LEAST_GENUINE - genuine.length),
    impostor: Math.max(0, Math.round(RULE_OF_THREE / POINT_FAR[point]) - impostor.length),
  };
}

/**
 * Points of the ROC, score rising, spread evenly over where it is decided: from the median impostor to the median
 * genuine score. A rate is NaN without such pairs.
 */
export function rocCurve(scores: Scores): { score: number; far: number; frr: number }[] {
  const { genuine, impostor } = scores;
  const impostors = impostor.length > 0 ? thresholdAtFar(scores, 0.5) : (genuine[0] ?? 0),
    genuines = genuine.length > 0 ? thresholdAtTar(scores, 0.5) : (impostor.at(-1) ?? 1);
  const low = Math.min(impostors, genuines),
    high = Math.max(impostors, genuines);
  return Array.from({ length: CURVE_ROWS }, (_, k) => {
    const score = roundUp(low + ((high - low) * k) / (CURVE_ROWS - 1));
    const { far, frr } = pointAt(scores, score);
    return { score, far, frr };
  });
}

/**
 * A calibration made from scores. Rates too small for the number of pairs continue the measured tail in the shape of
 * the shipped one; margin and evidence stay the pack's, but clustering's zero follows the balanced threshold.
 * @param set what the scores come from, in words
 */
export function calibrationFrom(scores: Scores, shipped: CalibrationModel, set: string): CalibrationModel {
  const tail = blendedTail(scores, shipped.impostorTail);
  const point = (name: PointName): OperatingPoint => {
    const aim = POINT_FAR[name],
      measured = isMeasured(scores, aim);
    const threshold = measured ? roundUp(thresholdAtFar(scores, aim)) : scoreAtFar({ impostorTail: tail }, aim);
    const found = pointAt(scores, threshold);
    return measured ? found : { ...found, far: aim };
  };
  const points = {
    strict: point('strict'),
    balanced: point('balanced'),
    loose: point('loose'),
    even: evenPoint((t) => pointAt(scores, t)),
  };
  const shift = points.balanced.threshold - shipped.points.balanced.threshold;
  return {
    set,
    points,
    impostorTail: tail,
    genuineHead: shipped.genuineHead.map(([, share]): [number, number] => [
      scores.genuine[Math.floor(share * scores.genuine.length)] ?? 0,
      share,
    ]),
    evidence: { ...shipped.evidence, zero: shipped.evidence.zero + Math.max(-MOST_SHIFT, Math.min(MOST_SHIFT, shift)) },
    margin: shipped.margin,
  };
}

/** The points of a calibration made from these scores that are continued beyond what was measured. */
export function extrapolatedPoints(scores: Scores): PointName[] {
  return POINT_NAMES.filter((name) => !isMeasured(scores, POINT_FAR[name]));
}

/**
 * To call two people one does more harm than to miss one: at the `even` point a false accept is so much rarer than a
 * false reject.
 */
const FALSE_ACCEPT_COST = 5;

/**
 * The point for 1:1 questions: the two errors weigh the same there, a false accept counting FALSE_ACCEPT_COST times.
 */
export function evenPoint<T extends { far: number; frr: number }>(at: (threshold: number) => T): T {
  const points = Array.from({ length: 900 }, (_, k) => at(0.05 + k * 0.001));
  return points.find((p) => p.frr >= FALSE_ACCEPT_COST * p.far) ?? at(0.5);
}

/** One labelled pair that was scored. */
export interface LabelledScore {
  score: number;
  same: boolean;
  labels: Readonly<Record<string, string>>;
}

export interface SubgroupErrors {
  /** What was labelled (sex, age band, …) and how. */
  label: string;
  value: string;
  far: Rate;
  frr: Rate;
  /** Which of its rates are far worse than those of all pairs. */
  worse: ('far' | 'frr')[];
}

/** Errors at a threshold of the pairs under each label, most pairs first. @param whole errors of all pairs there */
export function subgroupErrors(
  pairs: readonly LabelledScore[],
  threshold: number,
  whole: Pick<ErrorsAt, 'far' | 'frr'>,
): SubgroupErrors[] {
  /** Errors and trials. */
  type Counted = { label: string; value: string } & Record<'impostor' | 'genuine', [number, number]>;
  const groups = new Map<string, Counted>();
  for (const { score, same, labels } of pairs) {
    for (const [label, value] of Object.entries(labels)) {
      const key = JSON.stringify([label, value]);
      const group: Counted = groups.get(key) ?? { label, value, impostor: [0, 0], genuine: [0, 0] };
      const counted = same ? group.genuine : group.impostor;
      counted[0] += same === score < threshold ? 1 : 0;
      counted[1]++;
      groups.set(key, group);
    }
  }
  return [...groups.values()]
    .sort((a, b) => b.impostor[1] + b.genuine[1] - a.impostor[1] - a.genuine[1])
    .map(({ label, value, impostor, genuine }) => {
      const rates = { far: rate(...impostor), frr: rate(...genuine) };
      return {
        label,
        value,
        ...rates,
        worse: (['far', 'frr'] as const).filter((kind) => rates[kind].low > FAR_WORSE * whole[kind].rate),
      };
    });
}

function isMeasured({ impostor }: Scores, far: number): boolean {
  return far * impostor.length >= RULE_OF_THREE - 1e-9;
}

/**
 * [score, share of impostors at or above it], at the shipped tail's shares: measured where the pairs allow, beyond that
 * with its steps.
 */
function blendedTail(scores: Scores, shipped: CalibrationModel['impostorTail']): [number, number][] {
  const tail: [number, number][] = [];
  shipped.forEach(([score, share], k) => {
    const before = tail.at(-1)?.[0];
    const wanted = isMeasured(scores, share)
      ? roundUp(thresholdAtFar(scores, share))
      : (before ?? score) + (before === undefined ? 0 : score - (shipped[k - 1]?.[0] ?? score));
    // Strictly rising, or what lies between two of them would have no slope.
    tail.push([Math.max(wanted, (before ?? -Infinity) + STEP), share]);
  });
  return tail;
}

/** Up, so that no impostor is accepted that the threshold was to keep out. */
function roundUp(score: number): number {
  return Math.ceil(score * STEPS) / STEPS;
}
