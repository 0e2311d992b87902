import { describe, expect, it } from 'vitest';
import { estimatedFar, farAmong, type CalibrationModel } from '../../../src/domain/scores/calibration-model.js';
import {
  DECISIONS,
  decide,
  LIBRARY_FAR,
  POOR_QUALITY,
  STRANGER_LIKELIER,
} from '../../../src/domain/scores/decision.js';

const model: CalibrationModel = {
  set: 'made up',
  evidence: { slope: 50, zero: 0.05, poor: 0.05, rise: 0.1, steeper: 2 },
  margin: 0.05,
  points: {
    strict: { threshold: 0.4, far: 1e-4, frr: 0.05 },
    balanced: { threshold: 0.3, far: 1e-3, frr: 0.02 },
    loose: { threshold: 0.2, far: 1e-2, frr: 0.01 },
    even: { threshold: 0.3, far: 1e-3, frr: 0.02 },
  },
  impostorTail: [
    [0, 0.5],
    [0.2, 1e-2],
    [0.3, 1e-3],
    [0.4, 1e-4],
  ],
  genuineHead: [
    [0.2, 0.01],
    [0.5, 0.5],
  ],
};
const evidence = {
  score: 0.5,
  rawCosine: 0.6,
  networkCosines: { A: 0.7, M: 0.5 },
  runnerUp: null,
  compared: 0,
  quality: 0.8,
};

describe('estimatedFar', () => {
  it('passes through the measured quantiles, between them log-linear, beyond along the last slope', () => {
    expect(estimatedFar(model, 0.3)).toBeCloseTo(1e-3, 9);
    expect(estimatedFar(model, 0.25)).toBeCloseTo(Math.sqrt(1e-2 * 1e-3), 9);
    expect(estimatedFar(model, 0.5)).toBeCloseTo(1e-5, 9);
    expect(estimatedFar(model, -1)).toBe(1);
  });
  it('grows with the number of people compared with', () => {
    expect(farAmong(1e-3, 1)).toBeCloseTo(1e-3, 9);
    expect(farAmong(1e-3, 1000)).toBeCloseTo(1 - 0.999 ** 1000, 9);
    expect(farAmong(1e-3, 0)).toBe(0);
  });
});

describe('decide', () => {
  it("matches at the threshold and not below, the caller's threshold before the calibrated one", () => {
    expect(decide({ ...evidence, score: 0.3 }, model, 'p', null)).toMatchObject({
      decision: 'match',
      threshold: 0.3,
      margin: null,
      estimated_far_library: null,
    });
    expect(decide({ ...evidence, score: 0.299 }, model, 'p', null).decision).toBe('no_match');
    expect(decide({ ...evidence, score: 0.299 }, model, 'p', 0.25)).toMatchObject({
      decision: 'match',
      threshold: 0.25,
    });
  });
  it('is ambiguous when someone else who would match too is within the margin', () => {
    expect(decide({ ...evidence, runnerUp: 0.47 }, model, 'p', null)).toMatchObject({
      decision: 'ambiguous',
      margin: expect.closeTo(0.03, 9),
    });
    expect(decide({ ...evidence, runnerUp: 0.4 }, model, 'p', null).decision).toBe('match');
    expect(decide({ ...evidence, score: 0.31, runnerUp: 0.29 }, model, 'p', null).decision).toBe('match');
  });
  it('is ambiguous where the library is so large that a stranger may well score as high, unless the caller set the threshold', () => {
    expect(decide({ ...evidence, score: 0.32, compared: 10 }, model, 'p', null).decision).toBe('match');
    expect(decide({ ...evidence, score: 0.32, compared: 100 }, model, 'p', null)).toMatchObject({
      decision: 'ambiguous',
      reasons: [expect.stringContaining('100 people')],
    });
    expect(decide({ ...evidence, score: 0.6, compared: 1000 }, model, 'p', null).decision).toBe('match');
    expect(decide({ ...evidence, score: 0.32, compared: 1000 }, model, 'p', 0.3).decision).toBe('match');
  });
  it('takes people of several faces for as many comparisons as their best scores are worth', () => {
    const far = estimatedFar(model, 0.32);
    expect(decide({ ...evidence, score: 0.32, compared: 10, comparisons: 100 }, model, 'p', null)).toMatchObject({
      decision: 'ambiguous',
      estimated_far_library: farAmong(far, 100),
      reasons: [expect.stringContaining('10 people')],
    });
    // The face is good, so a stranger is likelier.
    expect(decide({ ...evidence, score: 0.32, compared: 10, comparisons: 1000 }, model, 'p', null).decision).toBe(
      'no_match',
    );
    expect(decide({ ...evidence, comparisons: 100 }, model, 'p', null).estimated_far_library).toBeNull();
  });
  it('is ambiguous for a poor face with a middling score, not for one beyond the next stricter point', () => {
    const apart = { ...model, points: { ...model.points, even: { threshold: 0.25, far: 5e-3, frr: 0.015 } } };
    expect(decide({ ...evidence, score: 0.27, quality: 0 }, apart, 'p', null).decision).toBe('ambiguous');
    expect(decide({ ...evidence, score: 0.27 }, apart, 'p', null).decision).toBe('match');
    expect(decide({ ...evidence, score: 0.35, quality: 0 }, apart, 'p', null).decision).toBe('match');
    expect(decide({ ...evidence, score: 0.35, compared: 10, quality: 0 }, model, 'p', null).decision).toBe('ambiguous');
    expect(decide({ ...evidence, score: 0.45, compared: 10, quality: 0 }, model, 'p', null).decision).toBe('match');
    // The point that was chosen decides, and what is stricter than that is asked of a poor face.
    expect(
      decide({ ...evidence, score: 0.35, quality: 0 }, { ...apart, decides: 'balanced' }, 'p', null).decision,
    ).toBe('ambiguous');
    expect(decide({ ...evidence, score: 0.1, quality: 0 }, model, 'p', null)).toMatchObject({
      decision: 'no_match',
      reasons: [expect.stringContaining('poor quality')],
    });
  });
  it('says of a face how small it is where that may be why nothing fits', () => {
    const small = { ...evidence, quality: 0, side: 18.4 };
    expect(decide({ ...small, score: 0.1 }, model, 'p', null).reasons).toEqual([
      expect.stringMatching(/^a face is only 18 pixels wide: .* 40 pixels or more/),
    ]);
    expect(decide({ ...small, score: 0.1, side: 22 }, model, 'p', null).reasons).toEqual([
      expect.stringContaining('poor quality'),
    ]);
    expect(decide({ ...small, score: 0.5 }, model, 'p', null).reasons).toEqual([]);
  });
  it('says all that it was made from', () => {
    expect(decide({ ...evidence, runnerUp: 0.2, compared: 4 }, model, 'p', null)).toEqual({
      decision: 'match',
      score: 0.5,
      threshold: 0.3,
      margin: expect.closeTo(0.3, 9),
      estimated_far: estimatedFar(model, 0.5),
      estimated_far_library: farAmong(estimatedFar(model, 0.5), 4),
      raw_cosine: 0.6,
      network_cosines: { A: 0.7, M: 0.5 },
      model_pack: 'p',
      calibration: { set: 'made up', point: 'balanced', far: 1e-3, frr: 0.02, calibration_id: null },
      reasons: [],
    });
  });
  it('names the point that the threshold comes from, but for one that was given', () => {
    const point = (compared: number, threshold: number | null) =>
      decide({ ...evidence, compared }, model, 'p', threshold).calibration.point;
    expect([point(0, null), point(3, null), point(3, 0.3)]).toEqual(['even', 'balanced', null]);
    expect(decide(evidence, { ...model, decides: 'strict' }, 'p', null).calibration.point).toBe('strict');
    expect(DECISIONS).toEqual(['match', 'no_match', 'ambiguous']);
  });
  it('says in words what made it ambiguous or weak', () => {
    const reasons = (change: object, threshold: number | null = null) =>
      decide({ ...evidence, ...change }, model, 'p', threshold).reasons;
    expect(reasons({ runnerUp: 0.47 })).toEqual(['someone else scores within 0.05 of it']);
    expect(reasons({ score: 0.35, compared: 10, quality: 0 })).toEqual([expect.stringContaining('too small, blurred')]);
    expect(reasons({ score: 0.1, quality: 0 })).toEqual([expect.stringContaining('a better picture may match')]);
    expect(reasons({ score: 0.1 })).toEqual([]);
    // 1 − (1 − 0.001 ^ …) of a thousand: in whole per cent.
    const among = (compared: number) => Math.round(100 * farAmong(estimatedFar(model, 0.32), compared));
    expect(reasons({ score: 0.32, compared: 100 })).toEqual([
      `among 100 people a stranger scores this high with a chance of ${among(100)} %`,
    ]);
    expect(reasons({ score: 0.32, compared: 1000 })).toEqual([
      `among 1000 people a stranger scores this high with a chance of ${among(1000)} %: likelier than that it is one of them`,
    ]);
    // The first thing that makes it so is said, once.
    expect(reasons({ score: 0.32, runnerUp: 0.31, quality: 0, compared: 100 })).toHaveLength(1);
    expect(reasons({ score: 0.32, runnerUp: 0.31, compared: 1000 })).toHaveLength(1);
  });
  it('counts as within the margin what is closer than it, and as a rival who would match', () => {
    const exact = { ...model, margin: 0.25 };
    const decision = (runnerUp: number) => decide({ ...evidence, score: 0.75, runnerUp }, exact, 'p', null).decision;
    expect(decision(0.5)).toBe('match');
    expect(decision(0.51)).toBe('ambiguous');
    // Just at the threshold is a rival too, below it none.
    const near = (runnerUp: number) => decide({ ...evidence, score: 0.4, runnerUp }, exact, 'p', null).decision;
    expect(near(0.3)).toBe('ambiguous');
    expect(near(0.299)).toBe('match');
    // Nobody is ambiguous who does not match.
    expect(decide({ ...evidence, score: 0.29, runnerUp: 0.28 }, exact, 'p', 0.295).decision).toBe('no_match');
  });
  it('takes a face for poor below the least quality only, and lets the stricter threshold itself do', () => {
    const decision = (quality: number, score = 0.35) =>
      decide({ ...evidence, score, compared: 1, quality }, model, 'p', null).decision;
    expect(decision(POOR_QUALITY)).toBe('match');
    expect(decision(POOR_QUALITY - 0.001)).toBe('ambiguous');
    expect(decision(0, 0.4)).toBe('match');
    expect(decision(0, 0.399)).toBe('ambiguous');
    expect(decide({ ...evidence, score: 0.1, quality: POOR_QUALITY }, model, 'p', null).reasons).toEqual([]);
  });
  it('takes nobody for one of many where a stranger is the likelier reason, sooner for a good face', () => {
    const decision = (compared: number, quality = 1, threshold: number | null = null) =>
      decide({ ...evidence, score: 0.3, compared, quality }, model, 'p', threshold).decision;
    const far = estimatedFar(model, 0.3),
      most = Math.floor(Math.log1p(-STRANGER_LIKELIER) / Math.log1p(-far));
    expect([decision(most), decision(most + 1)]).toEqual(['ambiguous', 'no_match']);
    // A face of quality 0 as one that scores 0.05 more: 0.35 is half a tenfold rarer.
    expect([decision(most + 1, 0), decision(4 * most, 0)]).toEqual(['ambiguous', 'no_match']);
    expect(decision(100 * most, 1, 0.3)).toBe('match');
  });
  it('is firm up to the chance of a stranger that is allowed', () => {
    const far = estimatedFar(model, 0.3),
      most = Math.floor(Math.log1p(-LIBRARY_FAR) / Math.log1p(-far));
    const decision = (compared: number) => decide({ ...evidence, score: 0.3, compared }, model, 'p', null).decision;
    expect(decision(most)).toBe('match');
    expect(decision(most + 1)).toBe('ambiguous');
  });
});
