import { expect, it } from 'vitest';
import { comparisonsOf } from '../../../src/domain/scores/comparisons.js';

it('counts one face once, and several for less than as many people', () => {
  expect([0, 1].map(comparisonsOf)).toEqual([1, 1]);
  // Measured on LFW: 1.83 and 4.3 where a stranger in 30,000 scores as high.
  expect(comparisonsOf(2)).toBeCloseTo(1.8, 1);
  expect(comparisonsOf(5)).toBeCloseTo(3.9, 1);
});

it('counts ever less for one more of many, without a step', () => {
  // Measured on 6 people with 12 to 27 pictures: 8.6 to 13.4 at scores that one in 700 to 20,000 strangers reaches.
  expect(comparisonsOf(20)).toBeCloseTo(9.65, 1);
  expect(comparisonsOf(9.01) - comparisonsOf(9)).toBeLessThan(0.01);
  // Somebody who is seen all the time must not make every stranger likelier than those who are known.
  expect(comparisonsOf(3000)).toBeLessThan(120);
});
