// Times as answers tell them.
import { expect, it } from 'vitest';
import { roundSeconds, toMilliseconds } from '../../src/domain/seconds.js';

it('are told in whole milliseconds, without a tail of digits', () => {
  expect(roundSeconds(14.933333000000001)).toBe(14.933);
  expect(roundSeconds(0.0005)).toBe(0.001);
  expect(roundSeconds(-0.0021)).toBe(-0.002);
  expect(roundSeconds(10)).toBe(10);
  expect(toMilliseconds(9.7534)).toBe(9753);
});
