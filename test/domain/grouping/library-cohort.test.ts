import { describe, expect, it } from 'vitest';
import { cohortExcess, COHORT_MOST, isCohort, spreadOver } from '../../../src/domain/grouping/library-cohort.js';

describe('cohortExcess', () => {
  /** Scores of a track with 1,000 people: as many at 0.3 as given, the rest at 0.1. */
  const scores = (high: number) => Array.from({ length: 1000 }, (_, k) => (k < high ? 0.3 : 0.1));

  it('is what a tenth of the others exceed the ordinary by, up or down', () => {
    expect(cohortExcess(scores(100), 1000, 0.15, 0)).toBeCloseTo((1000 / 1050) * 0.15, 9);
    expect(cohortExcess(scores(99), 1000, 0.15, 0)).toBeCloseTo((1000 / 1050) * -0.05, 9);
  });
  it('counts for less while there are few, and for nothing where the tenth of them may be pieces of one person', () => {
    expect(cohortExcess(scores(1000).slice(0, 50), 50, 0.15, 0)).toBeCloseTo((50 / 100) * 0.15, 9);
    expect(cohortExcess([0.9, 0.9, 0.9, 0.9], 40, 0.15, 0)).toBe(0);
    expect(cohortExcess([], 0, 0.15, 0)).toBe(0);
  });
  it('asks no order of the scores, and does not change them', () => {
    const given = [0.1, 0.5, 0.2, 0.4, 0.3];
    // The fifth best of fifty others is the least of these.
    expect(cohortExcess(given, 50, 0, 0)).toBeCloseTo(0.5 * 0.1, 9);
    expect(given).toEqual([0.1, 0.5, 0.2, 0.4, 0.3]);
  });
  it('takes no score for less than the least that is given', () => {
    expect(cohortExcess(scores(0), 1000, 0.15, 0.12)).toBeCloseTo((1000 / 1050) * -0.03, 9);
  });
  it('wants five in the tenth of the others', () => {
    expect([0, 44, 45, 50, 1000].map(isCohort)).toEqual([false, false, true, true, true]);
  });
  it('takes scores that are not given for the least', () => {
    expect(cohortExcess([], 1000, 0.15, 0.05)).toBeCloseTo((1000 / 1050) * -0.1, 9);
  });
});

it('spreads what it takes evenly over all', () => {
  expect(spreadOver([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(
    spreadOver(
      Array.from({ length: 10 }, (_, k) => k),
      5,
    ),
  ).toEqual([0, 2, 4, 6, 8]);
  const many = Array.from({ length: 2500 }, (_, k) => k);
  expect(spreadOver(many)).toHaveLength(COHORT_MOST);
  expect(spreadOver(many).slice(0, 4)).toEqual([0, 2, 5, 7]);
  expect(spreadOver(many).at(-1)).toBe(2497);
  expect(spreadOver([])).toEqual([]);
});
