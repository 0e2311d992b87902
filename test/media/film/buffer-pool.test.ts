import { expect, it } from 'vitest';
import { BufferPool, sharedPool } from '../../../src/media/film/buffer-pool.js';

it('gives out what came back, of the length that is asked for', () => {
  const pool = new BufferPool();
  const [large, small] = [pool.take(9), pool.take(4)];
  expect([large.length, small.length, large.buffer instanceof SharedArrayBuffer]).toEqual([9, 4, true]);
  pool.give(large);
  pool.give(small);
  expect([pool.take(4), pool.take(9)]).toEqual([small, large]);
  expect(pool.take(9).buffer).not.toBe(large.buffer);
  expect(pool.allocated).toBe(3);
});

it('keeps two sizes of two films, those that were used last', () => {
  const pool = new BufferPool();
  const made = [1, 2, 3, 4, 5].map((bytes) => pool.take(bytes));
  for (const buffer of made) pool.give(buffer);
  const again = [2, 3, 4, 5, 1].map((bytes) => pool.take(bytes).buffer);
  expect(again.map((buffer) => made.some((first) => first.buffer === buffer))).toEqual([true, true, true, true, false]);
});

it('keeps no more of a length than a film of few pictures needs', () => {
  const pool = new BufferPool();
  const made = Array.from({ length: 60 }, () => pool.take(8));
  for (const buffer of made) pool.give(buffer);
  for (let n = 0; n < 60; n++) pool.take(8);
  expect(pool.allocated).toBe(72);
});

it('is one for all films', () => {
  const [one, other] = [sharedPool(), sharedPool()];
  const held = one();
  expect(one()).toBe(held);
  expect(other()).not.toBe(held);
});
