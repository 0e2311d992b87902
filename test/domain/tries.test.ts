import { expect, it } from 'vitest';
import { pauseAfter, TRIES } from '../../src/domain/tries.js';

it('tries for about ten minutes, more and more slowly', () => {
  const pauses = Array.from({ length: TRIES - 1 }, (_, i) => pauseAfter(i + 1));
  expect(pauses.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  const all_s = pauses.reduce((sum, ms) => sum + ms, 0) / 1000;
  expect(all_s).toBeGreaterThan(8 * 60);
  expect(all_s).toBeLessThan(10 * 60);
});
