/** Items that share a key. */
import { expect, it } from 'vitest';
import { groupBy } from '../../src/domain/group-by.js';

it('keeps items with their like, keys as they are first seen', () => {
  const words = ['bee', 'ant', 'bear', 'cat', 'ape'];
  expect([...groupBy(words, ([first]) => first)]).toEqual([
    ['b', ['bee', 'bear']],
    ['a', ['ant', 'ape']],
    ['c', ['cat']],
  ]);
  expect(groupBy([], String).size).toBe(0);
});
