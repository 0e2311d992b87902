import { expect, it } from 'vitest';
import { at } from '../../src/domain/at.js';

it('gives what is there, and refuses what is not', () => {
  const list = [{ n: 1 }, { n: 2 }];
  expect(at(list, 1)).toBe(list[1]);
  expect(() => at(list, 2)).toThrow(new RangeError('There is no 2 in a list of 2.'));
});
