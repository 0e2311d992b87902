import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonScore, ownScore, type ScoreKnots } from '../../../src/domain/faces/score-scale.js';

const KNOTS: ScoreKnots = [
  [0, 0],
  [0.7, 0.5],
  [0.85, 0.85],
  [1, 1],
];

describe('commonScore', () => {
  it('is what the knots say, and on the line between two', () => {
    for (const [own, common] of KNOTS) expect(commonScore(KNOTS, own)).toBeCloseTo(common, 12);
    expect(commonScore(KNOTS, 0.35)).toBeCloseTo(0.25, 12);
    expect(commonScore(KNOTS, 0.775)).toBeCloseTo(0.675, 12);
  });

  it('goes on beyond the last knots, within 0 and 1', () => {
    const knots: ScoreKnots = [
      [0.2, 0.1],
      [0.6, 0.9],
    ];
    expect(commonScore(knots, 0.62)).toBeCloseTo(0.94, 12);
    expect([commonScore(knots, 0), commonScore(knots, 1)]).toEqual([0, 1]);
  });
});

it('is undone by ownScore, and keeps the order', () => {
  const score = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(score, score, (p, q) => {
      expect(ownScore(KNOTS, commonScore(KNOTS, p))).toBeCloseTo(p, 9);
      if (p < q) expect(commonScore(KNOTS, p)).toBeLessThanOrEqual(commonScore(KNOTS, q));
    }),
  );
});
