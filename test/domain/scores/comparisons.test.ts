import { expect, it } from 'vitest';
import { comparisonsOf } from '../../../src/domain/scores/comparisons.js';

it('counts one face once, and several for less than as many people', () => {
  expect([0, 1].map(comparisonsOf)).toEqual([1, 1]);
  // Measured on LFW: 1.83 and 4.3 where a stranger in 30,000 scores as high.
  expect(comparisonsOf(2)).toBeCloseTo(1.8, 1);
  expect(comparisonsOf(5)).toBeCloseTo(3.9, 1);
});
