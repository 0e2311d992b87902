/** How many items of a listing fit is found in few tries, whatever each of them takes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mostThat } from '../../../src/tools/answers/paging.js';

/** @returns what so many of some items take, and how often it was asked */
function filling(sizes: readonly number[], room: number) {
  let tries = 0;
  const filled = (n: number): number => {
    tries++;
    return sizes.slice(0, n).reduce((sum, size) => sum + size, 0) / room;
  };
  return { filled, tries: () => tries };
}

it('finds the largest number that fits', () => {
  const sizes = fc.array(fc.oneof(fc.nat(10), fc.nat(1000)), { maxLength: 60 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5000 }), (sizes, room) => {
      const { filled, tries } = filling(sizes, room);
      const found = mostThat(filled, sizes.length);
      expect(filled(found)).toBeLessThanOrEqual(1);
      if (found < sizes.length) expect(filled(found + 1)).toBeGreaterThan(1);
      // Twice as many as halving takes, at worst.
      expect(tries()).toBeLessThanOrEqual(4 + 2 * Math.ceil(Math.log2(sizes.length + 1)));
    }),
    { numRuns: 200 },
  );
});

it('takes few tries where items are about the same', () => {
  const { filled, tries } = filling(
    Array.from({ length: 50 }, (_, i) => 100 + ((i * 7) % 11)),
    2000,
  );
  expect(mostThat(filled, 50)).toBe(19);
  expect(tries()).toBeLessThanOrEqual(4);
});

it('takes few tries where one item takes nearly all', () => {
  const { filled, tries } = filling([...Array.from({ length: 99 }, () => 1), 1e6], 80);
  expect(mostThat(filled, 100)).toBe(80);
  expect(tries()).toBeLessThanOrEqual(12);
});

it('says 0 where nothing fits, and all where all do', () => {
  expect(mostThat((n) => n * 2, 5)).toBe(0);
  expect(mostThat(() => 1, 5)).toBe(5);
  expect(mostThat(() => 0, 0)).toBe(0);
});
