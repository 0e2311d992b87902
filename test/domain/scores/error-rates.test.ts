import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auc,
  bestAccuracy,
  equalErrorRate,
  falseAccepts,
  falseRejects,
  rate,
  scoresOf,
  tarAtFar,
  thresholdAtFar,
  thresholdAtTar,
} from '../../../src/domain/scores/error-rates.js';

const scores = scoresOf([0.9, 0.8, 0.7, 0.3], [0.1, 0.2, 0.4, 0.05, 0.0, 0.15, 0.12, 0.22, 0.31, 0.02]);

describe('verification measures, against values worked out by hand', () => {
  it('counts errors at a threshold, the threshold itself accepted', () => {
    expect(falseAccepts(scores, 0.31).errors).toBe(2);
    expect(falseRejects(scores, 0.3).errors).toBe(0);
    expect(falseRejects(scores, 0.31).errors).toBe(1);
  });
  it('finds the lowest threshold for a false-accept rate', () => {
    const t = thresholdAtFar(scores, 0.1);
    expect(falseAccepts(scores, t).rate).toBe(0.1);
    expect(t).toBeCloseTo(0.31, 6);
    expect(tarAtFar(scores, 0.1).rate).toBe(0.75);
    expect(thresholdAtTar(scores, 0.75)).toBe(0.7);
  });
  it('accuracy, equal error rate, area under the curve', () => {
    expect(bestAccuracy(scores).accuracy).toBeCloseTo(13 / 14, 9);
    expect(equalErrorRate(scores)).toBeCloseTo((0.25 + 0.2) / 2, 9);
    expect(auc(scores)).toBeCloseTo((10 * 3 + 8) / 40, 9);
  });
  it('gives Wilson intervals, and no certainty from no errors', () => {
    const none = rate(0, 100);
    expect(none.low).toBe(0);
    expect(none.high).toBeCloseTo(0.037, 3);
    const some = rate(10, 100);
    expect([some.low, some.high]).toEqual([expect.closeTo(0.0552, 3), expect.closeTo(0.1744, 3)]);
  });
});

describe('a rate', () => {
  it('of no trials is unknown', () => {
    expect(rate(0, 0)).toEqual({ rate: NaN, errors: 0, trials: 0, low: 0, high: 1 });
  });
  it('reaches to 0 without errors and to 1 without anything else, and no further', () => {
    expect(rate(0, 3)).toMatchObject({ rate: 0, low: 0 });
    expect(rate(3, 3)).toMatchObject({ rate: 1, high: 1 });
    expect(rate(3, 3).low).toBeCloseTo(1 - rate(0, 3).high, 12);
    // Wilson 1927, equation 4: where the observed share is 1.96 standard errors off.
    for (const [errors, trials] of [
      [1, 4],
      [7, 30],
      [499, 500],
    ] as const) {
      const { low, high } = rate(errors, trials);
      for (const p of [low, high])
        expect(Math.abs(errors / trials - p)).toBeCloseTo(1.96 * Math.sqrt((p * (1 - p)) / trials), 9);
      expect(low).toBeLessThan(errors / trials);
      expect(high).toBeGreaterThan(errors / trials);
    }
  });
});

describe('verification measures, against counting', () => {
  // Few values, so that there are ties.
  const some = fc.array(
    fc.integer({ min: -9, max: 9 }).map((n) => n / 10),
    { minLength: 1, maxLength: 12 },
  );
  const share = fc.integer({ min: 0, max: 10 }).map((n) => n / 10);

  it('counts errors', () => {
    fc.assert(
      fc.property(some, some, share, (genuine, impostor, t) => {
        const of = scoresOf(genuine, impostor);
        expect(falseAccepts(of, t)).toMatchObject({
          errors: impostor.filter((s) => s >= t).length,
          trials: impostor.length,
        });
        expect(falseRejects(of, t)).toMatchObject({
          errors: genuine.filter((s) => s < t).length,
          trials: genuine.length,
        });
      }),
    );
  });
  it('accepts at most the share asked for, and could not be lower', () => {
    fc.assert(
      fc.property(some, some, share, (genuine, impostor, far) => {
        const of = scoresOf(genuine, impostor),
          t = thresholdAtFar(of, far);
        expect(falseAccepts(of, t).errors).toBeLessThanOrEqual(far * impostor.length + 1e-9);
        if (t > -1) expect(falseAccepts(of, t - 1e-6).errors).toBeGreaterThan(far * impostor.length + 1e-9);
        const { errors, trials } = tarAtFar(of, far);
        expect([errors, trials]).toEqual([genuine.filter((s) => s >= t).length, genuine.length]);
      }),
    );
    expect(thresholdAtFar(scores, 1)).toBe(-1);
    expect(thresholdAtFar(scoresOf([], [0.5]), 0)).toBeGreaterThan(0.5);
    expect(thresholdAtFar(scoresOf([], [0]), 0)).toBeGreaterThan(0);
  });
  it('keeps at least the share asked for, and could not be higher', () => {
    fc.assert(
      fc.property(some, share, (genuine, tar) => {
        const of = scoresOf(genuine, []),
          t = thresholdAtTar(of, tar),
          kept = (at: number) => genuine.filter((s) => s >= at).length / genuine.length;
        expect(kept(t)).toBeGreaterThanOrEqual(tar - 1e-9);
        if (t < 1) expect(kept(t + 1e-6)).toBeLessThan(tar + 1e-9 + 1 / genuine.length);
      }),
    );
    expect(thresholdAtTar(scores, 0)).toBe(1);
    expect(thresholdAtTar(scores, 1)).toBe(0.3);
  });
  it('finds the threshold with most right', () => {
    fc.assert(
      fc.property(some, some, (genuine, impostor) => {
        const right = (t: number) =>
          (genuine.filter((s) => s >= t).length + impostor.filter((s) => s < t).length) /
          (genuine.length + impostor.length);
        const { threshold, accuracy } = bestAccuracy(scoresOf(genuine, impostor));
        expect(accuracy).toBe(right(threshold));
        expect(accuracy).toBe(Math.max(...[...genuine, ...impostor.map((s) => s + 1e-6)].map(right)));
      }),
    );
  });
  it('compares every genuine pair with every impostor pair', () => {
    fc.assert(
      fc.property(some, some, (genuine, impostor) => {
        const wins = genuine.flatMap((g) => impostor.map((i): number => (g > i ? 1 : g === i ? 0.5 : 0)));
        expect(auc(scoresOf(genuine, impostor))).toBeCloseTo(wins.reduce((a, b) => a + b, 0) / wins.length, 12);
      }),
    );
  });
  it('meets where both errors are equal', () => {
    const evenly = (from: number) => Array.from({ length: 1000 }, (_, k) => from + (0.6 * (k + 0.5)) / 1000);
    // Both uniform over 0.6, a third of it in common: at the middle a sixth of either is wrong.
    expect(equalErrorRate(scoresOf(evenly(0.3), evenly(-0.1)))).toBeCloseTo(1 / 6, 2);
    expect(equalErrorRate(scoresOf(evenly(0.3), evenly(-0.6)))).toBe(0);
    expect(equalErrorRate(scoresOf(evenly(-0.6), evenly(0.3)))).toBe(1);
  });
});
