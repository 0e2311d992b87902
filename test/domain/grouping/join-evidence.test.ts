import { describe, expect, it } from 'vitest';
import {
  evidenceNeeded,
  evidenceZero,
  joinOdds,
  largestAllowance,
  lowestBar,
  oddsTimes,
  unread,
} from '../../../src/domain/grouping/join-evidence.js';

const evidence = { slope: 50, zero: 0.05, poor: 0.05, rise: 0.1, steeper: 2 };
const needed = (people: number, tracks: number) => evidenceNeeded(evidence, joinOdds(people), tracks, tracks);

describe('what joining takes', () => {
  it('is more evidence among more people, and a lower score of poorer tracks', () => {
    expect(needed(100, 1) - needed(10, 1)).toBeCloseTo(Math.log(10) / 50, 9);
    expect(evidenceZero(evidence, 1) - evidenceZero(evidence, 0)).toBeCloseTo(0.05, 9);
    expect(joinOdds(0)).toBe(joinOdds(1));
  });
  it('trusts the mean of many: a lower bar among many people, a higher one among few', () => {
    expect(needed(100_000, 5)).toBeLessThan(needed(100_000, 1));
    expect(needed(3, 5)).toBeGreaterThan(needed(3, 1));
    expect(evidenceNeeded(evidence, 5, 1, 9)).toBeCloseTo(evidenceNeeded(evidence, 5, 1.8, 1.8), 9);
  });
  it('is never lower than the largest allowance says', () => {
    for (const people of [1, 30, 5000]) {
      const bars = [1, 2, 3, 7, 50, 1000].map((tracks) => needed(people, tracks));
      expect(Math.min(...bars)).toBeGreaterThanOrEqual(
        needed(people, 1) - largestAllowance(evidence, joinOdds(people)) - 1e-3,
      );
      expect(largestAllowance(evidence, joinOdds(people))).toBeGreaterThanOrEqual(0);
    }
  });
  it('is what the model says, worked out by hand', () => {
    expect(joinOdds(20)).toBeCloseTo(Math.log(60), 12);
    expect(evidenceZero(evidence, 0.6)).toBeCloseTo(0.05 - 0.05 * 0.4, 12);
    // Single tracks: odds ÷ slope. Groups of two and four: harmonic mean 8/3, so 1 − 3/8 of the way to many.
    expect(evidenceNeeded(evidence, 5, 1, 1)).toBeCloseTo(0.1, 12);
    expect(evidenceNeeded(evidence, 5, 2, 4)).toBeCloseTo(0.1 * 0.625 + 5 / (50 * (1 + 2 * 0.625)), 12);
    expect(evidenceNeeded(evidence, 5, 4, 2)).toBe(evidenceNeeded(evidence, 5, 2, 4));
    expect(evidenceNeeded(evidence, 5, 1, 1e9)).toBeCloseTo(evidenceNeeded(evidence, 5, 2, 2), 6);
  });
  it('is more where both tracks are seen badly, not where one is seen well', () => {
    const flat = { ...evidence, flatter: 2 };
    const times = (p: number, q: number) => oddsTimes(flat, unread(p) * unread(q));
    expect([times(0, 0), times(0.2, 0.2), times(0.1, 0.3)]).toEqual([3, 1.5, expect.closeTo(1.375, 9)]);
    expect([times(0, 0.4), times(0.1, 0.9), times(1, 1)]).toEqual([1, 1, 1]);
    expect(oddsTimes(evidence, 1)).toBe(1);
  });
  it('allows as much as groups of some size need less, and nothing where they need more', () => {
    const odds = joinOdds(100_000);
    const bars = Array.from({ length: 1000 }, (_, k) => evidenceNeeded(evidence, odds, 1 + k / 10, 1 + k / 10));
    expect(largestAllowance(evidence, odds)).toBeCloseTo(needed(100_000, 1) - Math.min(...bars), 4);
    expect(largestAllowance(evidence, odds)).toBeGreaterThan(0.01);
    expect(largestAllowance({ ...evidence, steeper: 0 }, odds)).toBe(0);
    // Among few people the bar is lowest for single tracks, and where means rise by nothing for the largest groups.
    expect(largestAllowance(evidence, joinOdds(1))).toBe(0);
    expect(largestAllowance({ ...evidence, rise: 0 }, odds)).toBeCloseTo((odds / 50) * (2 / 3), 9);
    expect(largestAllowance({ ...evidence, rise: -0.1, steeper: 0 }, odds)).toBeCloseTo(0.1, 9);
  });
  it('is never below the lowest bar, which single poor tracks reach in the best of cases', () => {
    const people = 5000,
      bars = [0, 0.3, 1].flatMap((quality) =>
        [1, 1.5, 2, 3, 4, 6, 9, 30].map((tracks) => evidenceZero(evidence, quality) + needed(people, tracks)),
      );
    expect(lowestBar(people, evidence)).toBeLessThanOrEqual(Math.min(...bars));
    expect(lowestBar(people, evidence)).toBeGreaterThan(Math.min(...bars) - 0.002);
  });
});
