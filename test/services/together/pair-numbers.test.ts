import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PairNumbers } from '../../../src/services/together/pair-numbers.js';

it('numbers pairs as a map of them does', () => {
  const whole = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 2 ** 32 - 1 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(whole, whole)), (pairs) => {
      const numbers = new PairNumbers(),
        known = new Map<string, number>();
      for (const [a, b] of pairs) {
        const number = known.get(`${a} ${b}`) ?? known.size;
        known.set(`${a} ${b}`, number);
        expect(numbers.of(a, b)).toBe(number);
      }
    }),
  );
});

it('keeps the numbers of many', () => {
  const numbers = new PairNumbers();
  const pairs = Array.from({ length: 20_000 }, (_, i) => [i % 150, Math.floor(i / 150)] as const);
  for (const _ of [1, 2]) expect(pairs.map(([a, b]) => numbers.of(a, b))).toEqual([...pairs.keys()]);
});
