// What a calibration says of a score.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CalibrationModel,
  calibrationModelSchema,
  estimatedFar,
  farAmong,
  scoreAtFar,
} from '../../../src/domain/scores/calibration-model.js';

const model: CalibrationModel = {
  set: 'made up',
  evidence: { slope: 50, zero: 0.05, poor: 0.05, rise: 0.1, steeper: 2 },
  margin: 0.05,
  points: {
    strict: { threshold: 0.4, far: 1e-4, frr: 0.05 },
    balanced: { threshold: 0.3, far: 1e-3, frr: 0.02 },
    loose: { threshold: 0.2, far: 1e-2, frr: 0.01 },
    even: { threshold: 0.25, far: 5e-3, frr: 0.015 },
  },
  impostorTail: [
    [0, 0.5],
    [0.2, 1e-2],
    [0.3, 1e-3],
    [0.5, 1e-4],
  ],
  genuineHead: [
    [0.2, 0.01],
    [0.5, 0.5],
  ],
};

describe('estimatedFar', () => {
  it('passes through what was measured, between it by its logarithm', () => {
    for (const [score, share] of model.impostorTail) expect(estimatedFar(model, score) / share).toBeCloseTo(1, 9);
    expect(estimatedFar(model, 0.1) / Math.sqrt(0.5 * 1e-2)).toBeCloseTo(1, 9);
    expect(estimatedFar(model, 0.4) / Math.sqrt(1e-3 * 1e-4)).toBeCloseTo(1, 9);
  });
  it('goes on along the last slope, to a chance that is never nothing', () => {
    expect(estimatedFar(model, 0.7) / 1e-5).toBeCloseTo(1, 9);
    expect(estimatedFar(model, 9)).toBe(1e-12);
  });
  it('goes on along the first slope, to certainty', () => {
    expect(estimatedFar(model, -0.01) / (0.5 * 50 ** 0.05)).toBeCloseTo(1, 9);
    expect(estimatedFar(model, -1)).toBe(1);
  });
  it('never rises with the score', () => {
    const score = fc.double({ min: -0.5, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(score, score, (a, b) => {
        expect(estimatedFar(model, Math.max(a, b))).toBeLessThanOrEqual(
          estimatedFar(model, Math.min(a, b)) * (1 + 1e-9),
        );
      }),
    );
  });
});

describe('scoreAtFar', () => {
  it('is the score whose rate that is, measured or beyond', () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: -0.05, noNaN: true }), (log) => {
        const far = 10 ** log;
        expect(estimatedFar(model, scoreAtFar(model, far)) / far).toBeCloseTo(1, 6);
      }),
    );
    for (const [score, share] of model.impostorTail) expect(scoreAtFar(model, share)).toBeCloseTo(score, 9);
  });
});

describe('farAmong', () => {
  it('is the chance that any of so many scores so high', () => {
    expect(farAmong(0.5, 3)).toBeCloseTo(1 - 0.125, 12);
    expect(farAmong(1, 2)).toBeCloseTo(1, 9);
    expect(farAmong(0.2, 0)).toBe(0);
    expect(farAmong(0.2, -1)).toBe(0);
    // Exact where 1 − far is rounded to 1.
    expect(farAmong(1e-18, 1000) / 1e-15).toBeCloseTo(1, 9);
  });
});

describe('what is read from a file', () => {
  it('has all its parts, and slopes that mean something', () => {
    expect(calibrationModelSchema.parse(model)).toEqual(model);
    for (const wrong of [
      { ...model, impostorTail: model.impostorTail.slice(0, 1) },
      { ...model, genuineHead: model.genuineHead.slice(0, 1) },
      { ...model, evidence: { ...model.evidence, slope: 0 } },
      { ...model, evidence: { ...model.evidence, steeper: -1 } },
      { ...model, evidence: {} },
      { ...model, points: { ...model.points, even: undefined } },
      { ...model, points: { ...model.points, even: {} } },
      { ...model, margin: '0.05' },
      {},
    ])
      expect(calibrationModelSchema.safeParse(wrong).success).toBe(false);
    // Nothing need be rising or steep for it to be read.
    expect(
      calibrationModelSchema.safeParse({ ...model, evidence: { ...model.evidence, steeper: 0, zero: -1 } }).success,
    ).toBe(true);
  });
});
