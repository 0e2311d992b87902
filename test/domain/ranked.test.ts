import { describe, expect, it } from 'vitest';
import { inPages } from '../../src/domain/ranked.js';

const WEIGHTS = [3, 9, 1, 9, 4, 7, 4, 2, 8, 5];

describe('the first of many, page after page', () => {
  const ranked = () => {
    let weighed = 0;
    const first = inPages({
      length: WEIGHTS.length,
      weight: (at) => ((weighed += 1), WEIGHTS[at] ?? NaN),
      compare: (a, b) => (WEIGHTS[b] ?? NaN) - (WEIGHTS[a] ?? NaN) || a - b,
    });
    return { first, weighed: () => weighed };
  };

  it('are those of the whole order, of any number and in any sequence of numbers', () => {
    const whole = [1, 3, 8, 5, 9, 4, 6, 0, 7, 2];
    for (const counts of [
      [2, 4, 3],
      [0, 1, 20],
      [Infinity, 3],
      [5, 5, 6, 10],
    ]) {
      const { first } = ranked();
      for (const count of counts) expect(first(count)).toEqual(whole.slice(0, count));
    }
  });

  it('are not looked for again', () => {
    const { first, weighed } = ranked();
    first(3);
    const once = weighed();
    first(3);
    first(2);
    expect(weighed()).toBe(once);
    first(5);
    const twice = weighed();
    expect(twice).toBeGreaterThan(once);
    first(6);
    expect(weighed()).toBe(twice);
  });
});
