import { describe, expect, it } from 'vitest';
import { SHIPPED as shipped } from '../../support/libraries/shipped-calibration.js';
import {
  calibrationFrom,
  errorsAt,
  evenPoint,
  extrapolatedPoints,
  pairsNeeded,
  pointAt,
  rocCurve,
  subgroupErrors,
  type LabelledScore,
} from '../../../src/domain/scores/fit-calibration.js';
import { estimatedFar, type CalibrationModel } from '../../../src/domain/scores/calibration-model.js';
import { decidingPoint, POINT_FAR, POINT_NAMES } from '../../../src/domain/scores/operating-points.js';
import { evidenceNeeded, evidenceZero, joinOdds } from '../../../src/domain/grouping/join-evidence.js';
import { rate, scoresOf } from '../../../src/domain/scores/error-rates.js';
import { decide } from '../../../src/domain/scores/decision.js';

/**
 * n scores at the quantiles of a uniform distribution over [from, to): the share at or above t is (to − t) / (to −
 * from), to 1/n.
 */
const uniform = (n: number, from: number, to: number) =>
  Array.from({ length: n }, (_, i) => from + ((i + 0.5) / n) * (to - from));
/** Of a distribution whose share at or above t is 10^(−10 t), like the shipped tail's slope. */
const exponential = (n: number, at = 0) => Array.from({ length: n }, (_, i) => at - Math.log10((i + 0.5) / n) / 10);

describe('a calibration from scores whose distribution is known', () => {
  it('puts each point where the closed form has it', () => {
    const scores = scoresOf(uniform(1000, 0.2, 1.2), exponential(200_000));
    const model = calibrationFrom(scores, shipped, 'mine');
    // FAR(t) = 10^(−10 t), so t(f) = −log10(f) / 10; FRR(t) = t − 0.2.
    for (const name of POINT_NAMES) {
      const t = -Math.log10(POINT_FAR[name]) / 10;
      expect(model.points[name].threshold, name).toBeCloseTo(t, 2);
      expect(model.points[name].frr, name).toBeCloseTo(t - 0.2, 2);
      expect(model.points[name].far, name).toBeLessThanOrEqual(POINT_FAR[name]);
      expect(model.points[name].far, name).toBeGreaterThan(0.8 * POINT_FAR[name]);
    }
    expect(extrapolatedPoints(scores)).toEqual([]);
    for (const score of [0.1, 0.25, 0.35]) expect(estimatedFar(model, score) / 10 ** (-10 * score)).toBeCloseTo(1, 1);
    expect(model.set).toBe('mine');
    expect(model.margin).toBe(shipped.margin);
    expect(model.genuineHead[1]?.[0]).toBeCloseTo(0.2 + 0.1, 2);
  });

  it('moves every point by as much as the impostors moved, also beyond what was measured', () => {
    const scores = scoresOf(uniform(200, 0.2, 1.2), exponential(3000, 0.07));
    const model = calibrationFrom(scores, shipped, 'mine');
    expect(extrapolatedPoints(scores)).toEqual(['strict']);
    // At the rule of three's edge the third highest of 3000 places the point.
    expect(model.points.balanced.threshold).toBeCloseTo(0.37, 1);
    expect(model.points.balanced.far).toBeCloseTo(1e-3, 9);
    expect(model.points.strict.threshold - model.points.balanced.threshold).toBeCloseTo(0.1, 9);
    expect(model.points.strict.far).toBe(1e-4);
    const tail = model.impostorTail.map(([score]) => score);
    expect(tail).toEqual([...new Set(tail)].sort((a, b) => a - b));
    expect(estimatedFar(model, model.points.balanced.threshold)).toBeCloseTo(1e-3, 6);
    expect(estimatedFar(model, model.points.strict.threshold)).toBeCloseTo(1e-4, 6);
  });

  it('moves the zero of clustering with the balanced threshold, by a tenth at most', () => {
    const at = (shift: number) =>
      calibrationFrom(scoresOf(uniform(200, 0.2, 1), exponential(100_000, 0.1 + shift)), shipped, '');
    const small = at(0.05);
    expect(small.evidence.zero - shipped.evidence.zero).toBeCloseTo(small.points.balanced.threshold - 0.4, 9);
    expect(small.evidence.zero - shipped.evidence.zero).toBeCloseTo(0.05, 2);
    expect(at(0.4).evidence.zero).toBeCloseTo(0.4, 9);
    expect(at(-0.4).evidence.zero).toBeCloseTo(0.2, 9);
    const bar = ({ evidence }: CalibrationModel) =>
      evidenceZero(evidence, 1) + evidenceNeeded(evidence, joinOdds(10), 2, 2);
    expect(bar(at(0.4)) - bar(shipped)).toBeCloseTo(0.1, 9);
  });

  it('stays a calibration when many scores are the same', () => {
    const model = calibrationFrom(scoresOf(Array<number>(100).fill(0.9), Array<number>(40_000).fill(0.1)), shipped, '');
    expect(model.points.strict).toMatchObject({ far: 0, frr: 0 });
    for (const score of [0, 0.1, 0.2, 0.9]) expect(estimatedFar(model, score)).toBeGreaterThan(0);
    const tail = model.impostorTail.map(([score]) => score);
    expect(tail).toEqual([...new Set(tail)].sort((x, y) => x - y));
  });
});

describe('too few pairs', () => {
  it('are counted by the rule of three, and at least 100 genuine ones', () => {
    const scores = scoresOf(uniform(60, 0, 1), uniform(420, 0, 0.2));
    expect(pairsNeeded(scores, 'loose')).toEqual({ genuine: 40, impostor: 0 });
    expect(pairsNeeded(scores, 'balanced')).toEqual({ genuine: 40, impostor: 2580 });
    expect(pairsNeeded(scores, 'strict')).toEqual({ genuine: 40, impostor: 29_580 });
    expect(pairsNeeded(scoresOf(uniform(100, 0, 1), uniform(30_000, 0, 1)), 'strict')).toEqual({
      genuine: 0,
      impostor: 0,
    });
  });
  it('still say what was measured: none of 420 accepted means at most 0.9 %', () => {
    const { far } = errorsAt(scoresOf([], uniform(420, 0, 0.2)), 0.4);
    expect(far).toMatchObject({ rate: 0, errors: 0, trials: 420, low: 0, high: expect.closeTo(0.009, 3) });
  });
});

describe('the curve', () => {
  it('goes from the median impostor to the median genuine score, with the rates of the closed form', () => {
    const rows = rocCurve(scoresOf(uniform(2000, 0.4, 1), uniform(2000, -0.2, 0.6)));
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(rows.length).toBeLessThanOrEqual(40);
    expect([rows[0]?.score, rows.at(-1)?.score]).toEqual([expect.closeTo(0.2, 2), expect.closeTo(0.7, 2)]);
    for (const { score, far, frr } of rows) {
      expect(far).toBeCloseTo(Math.max(0, (0.6 - score) / 0.8), 2);
      expect(frr).toBeCloseTo(Math.max(0, (score - 0.4) / 0.6), 2);
    }
  });
  it('can be drawn of one kind of pair, and of none', () => {
    expect(rocCurve(scoresOf([], [0.1, 0.2, 0.3])).every((row) => Number.isNaN(row.frr) && row.far >= 0)).toBe(true);
    expect(rocCurve(scoresOf([], []))).toHaveLength(33);
  });
});

describe('subgroups', () => {
  const pairs = (n: number, errors: number, same: boolean, labels: Record<string, string>): LabelledScore[] =>
    Array.from({ length: n }, (_, i) => ({ same, labels, score: i < errors === same ? 0.1 : 0.9 }));
  it('are measured each, and warned of only where even the lower end is twice the whole', () => {
    const all = [
      ...pairs(1000, 1, false, { sex: 'f', age: 'old' }),
      ...pairs(200, 20, false, { sex: 'm', age: 'young' }),
      ...pairs(30, 2, false, { sex: 'x' }),
      ...pairs(100, 5, true, { sex: 'f' }),
    ];
    const whole = errorsAt(
      scoresOf(
        all.filter((p) => p.same).map((p) => p.score),
        all.filter((p) => !p.same).map((p) => p.score),
      ),
      0.5,
    );
    expect(whole).toMatchObject({ far: { errors: 23, trials: 1230 }, frr: { errors: 5, trials: 100 } });
    const groups = subgroupErrors(all, 0.5, whole);
    const of = (label: string, value: string) => groups.find((g) => g.label === label && g.value === value);
    expect(of('sex', 'f')).toMatchObject({
      far: { errors: 1, trials: 1000 },
      frr: { errors: 5, trials: 100 },
      worse: [],
    });
    expect(of('sex', 'm')).toMatchObject({ far: { errors: 20, trials: 200 }, frr: { trials: 0 }, worse: ['far'] });
    // 2 of 30 is 6.7 %, thrice the whole, but may be 1.8 %.
    expect(of('sex', 'x')?.worse).toEqual([]);
    expect(of('age', 'young')?.worse).toEqual(['far']);
    expect(groups.map((g) => g.far.trials + g.frr.trials)).toEqual([1100, 1000, 200, 200, 30]);
  });
});

describe('the point that decides', () => {
  const evidence = { score: 0.36, rawCosine: 0.4, networkCosines: {}, runnerUp: null, compared: 0, quality: 0.8 };
  it('is even for 1:1 and balanced for 1:N with the shipped calibration, and the chosen one for both with another', () => {
    expect(decidingPoint(shipped, 0).threshold).toBe(0.35);
    expect(decidingPoint(shipped, 3).threshold).toBe(0.4);
    for (const compared of [0, 3])
      expect(decidingPoint({ ...shipped, decides: 'loose' }, compared).threshold).toBe(0.3);
  });
  it('is named in the record, with the calibration', () => {
    expect(decide(evidence, shipped, 'p', null)).toMatchObject({
      decision: 'match',
      threshold: 0.35,
      calibration: { calibration_id: null, far: 2e-3 },
    });
    expect(
      decide(evidence, { ...shipped, calibration_id: 'calibration_x', decides: 'strict' }, 'p', null),
    ).toMatchObject({
      decision: 'no_match',
      threshold: 0.5,
      calibration: { calibration_id: 'calibration_x', far: 1e-4, frr: 0.05 },
    });
  });
});

describe('the even point', () => {
  /** Rates that fall and rise in a straight line between two thresholds. */
  const at = (threshold: number) => ({ threshold, far: Math.max(0, 0.5 - threshold), frr: threshold });
  it('is the first at which a false accept is five times rarer than a false reject', () => {
    // 5 (0.5 − t) = t
    expect(evenPoint(at).threshold).toBeCloseTo(2.5 / 6, 3);
    expect(evenPoint(at).threshold).toBeGreaterThanOrEqual(2.5 / 6);
  });
  it('is looked for from 0.05 to 0.95 in thousandths, and 0.5 where there is none', () => {
    const asked: number[] = [];
    const none = evenPoint((threshold) => {
      asked.push(threshold);
      return { threshold, far: 1, frr: 0 };
    });
    expect(none.threshold).toBe(0.5);
    expect([asked[0], asked[1], asked[899]]).toEqual([0.05, expect.closeTo(0.051, 9), expect.closeTo(0.949, 9)]);
    expect(evenPoint((threshold) => ({ threshold, far: 0, frr: 0 })).threshold).toBe(0.05);
  });
});

describe('details of a calibration', () => {
  const scores = scoresOf(uniform(1000, 0.2, 1.2), exponential(200_000));
  it('keeps thresholds that can be said in four digits, above every impostor they are to keep out', () => {
    const { points, impostorTail } = calibrationFrom(scores, shipped, 'mine');
    for (const t of [points.strict, points.balanced, points.loose].map((p) => p.threshold)) {
      expect(t * 1e4).toBeCloseTo(Math.round(t * 1e4), 6);
      expect(errorsAt(scores, t).far.rate).toBeLessThanOrEqual(1e-2);
    }
    for (const [score, share] of impostorTail.slice(0, 5)) {
      expect(errorsAt(scores, score).far.rate).toBeLessThanOrEqual(share);
      expect(errorsAt(scores, score - 2e-4).far.rate).toBeGreaterThanOrEqual(share);
    }
    expect(points.even.frr).toBeGreaterThanOrEqual(5 * points.even.far);
    expect(points.even).toEqual(pointAt(scores, points.even.threshold));
  });
  it('reads the genuine head at the shipped shares', () => {
    const { genuineHead } = calibrationFrom(scores, shipped, 'mine');
    expect(genuineHead.map(([, share]) => share)).toEqual([0.01, 0.1, 0.5]);
    expect(genuineHead.map(([score]) => score)).toEqual([
      expect.closeTo(0.21, 2),
      expect.closeTo(0.3, 2),
      expect.closeTo(0.7, 2),
    ]);
    expect(calibrationFrom(scoresOf([], uniform(400, 0, 1)), shipped, '').genuineHead[0]).toEqual([0, 0.01]);
  });
  it('starts from the shipped tail where nothing at all was measured', () => {
    expect(calibrationFrom(scoresOf([], []), shipped, '').impostorTail).toEqual(
      shipped.impostorTail.map(([score, share]) => [expect.closeTo(score, 9), share]),
    );
    expect(extrapolatedPoints(scoresOf([], []))).toEqual(['strict', 'balanced', 'loose']);
  });
  it('measures what three impostor pairs are above, and no less', () => {
    expect(extrapolatedPoints(scoresOf([], uniform(3000, 0, 1)))).toEqual(['strict']);
    expect(extrapolatedPoints(scoresOf([], uniform(2999, 0, 1)))).toEqual(['strict', 'balanced']);
    expect(extrapolatedPoints(scoresOf([], uniform(30_000, 0, 1)))).toEqual([]);
  });
});

describe('details of the curve', () => {
  it('takes evenly spread scores, whichever kind of pair scores higher', () => {
    for (const [genuine, impostor] of [
      [uniform(100, 0.5, 0.7), uniform(100, 0, 0.2)],
      [uniform(100, 0, 0.2), uniform(100, 0.5, 0.7)],
    ] as const) {
      const rows = rocCurve(scoresOf(genuine, impostor)).map((row) => row.score);
      expect(rows[0]).toBeCloseTo(0.1, 2);
      expect(rows.at(-1)).toBeCloseTo(0.6, 2);
      rows.forEach((score, k) => expect(score).toBeCloseTo(0.1 + (0.5 * k) / 32, 2));
    }
  });
  it('goes from the least genuine score, or to the highest impostor, where the other kind is missing', () => {
    const genuine = rocCurve(scoresOf([0.3, 0.5, 0.7], []));
    expect([genuine[0]?.score, genuine.at(-1)?.score]).toEqual([0.3, 0.5]);
    const impostor = rocCurve(scoresOf([], [0.1, 0.2, 0.3]));
    expect([impostor[0]?.score, impostor.at(-1)?.score]).toEqual([expect.closeTo(0.2, 3), 0.3]);
    const nothing = rocCurve(scoresOf([], []));
    expect([nothing[0]?.score, nothing.at(-1)?.score]).toEqual([0, 1]);
  });
});

describe('labels', () => {
  it('of one value under two names are two groups, those with most pairs first', () => {
    const pair = (labels: Record<string, string>, same = false, score = 0.1): LabelledScore => ({
      same,
      labels,
      score,
    });
    const groups = subgroupErrors(
      [pair({ a: 'x' }), pair({ b: 'x' }), pair({ b: 'x' }, true, 0.5), pair({ b: 'x' }, true, 0.4), pair({})],
      0.5,
      { far: rate(0, 3), frr: rate(1, 2) },
    );
    expect(groups.map((g) => [g.label, g.value, g.far.trials, g.frr.trials, g.frr.errors])).toEqual([
      ['b', 'x', 1, 2, 1],
      ['a', 'x', 1, 0, 0],
    ]);
  });
});
