/** How much more two are together than chance. */
import { expect, it } from 'vitest';
import { liftOf } from '../../../src/services/together/pairs-together.js';

it('is 1 for two who come and go on their own', () => {
  // A half of the time each, a quarter together.
  expect(liftOf(25, 50, 50, 100)).toBe(1);
});

it('is the inverse of their share for two who are always together, 0 for two who never are', () => {
  expect(liftOf(10, 10, 10, 100)).toBe(10);
  expect(liftOf(0, 30, 20, 100)).toBe(0);
});

it('is nothing where there is nothing', () => {
  expect(liftOf(0, 0, 20, 100)).toBeNull();
  expect(liftOf(0, 20, 20, 0)).toBeNull();
});
