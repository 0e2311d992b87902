import { describe, expect, it } from 'vitest';
import { evidenceNeeded, evidenceZero, joinOdds, largestAllowance } from '../../../src/domain/people/join-evidence.js';

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
});
