/** How long a sweep takes: apart from the other tests, since mutation testing slows the code down. */
import { expect, it } from 'vitest';
import { overlaps } from '../../../src/domain/presence/together.js';

it('overlaps take 100,000 appearances in under a second', () => {
  const spans = Array.from({ length: 100_000 }, (_, i) => ({ who: i % 500, start_s: i, end_s: i + 3.5 }));
  const began = performance.now();
  let n = 0;
  for (const _ of overlaps(spans)) n++;
  expect(n).toBe(299_994);
  expect(performance.now() - began).toBeLessThan(1000);
});
