import { expect, test } from 'vitest';
import { spread } from '../../../lab/bench/spread.js';

test('median, least and greatest', () => {
  expect(spread([30, 2, 7])).toEqual({ median: 7, min: 2, max: 30, n: 3 });
  expect(spread([100, 1, 4, 3])).toEqual({ median: 3.5, min: 1, max: 100, n: 4 });
  expect(spread([5])).toEqual({ median: 5, min: 5, max: 5, n: 1 });
  expect(() => spread([])).toThrow('nothing was measured');
});
