/** Pieces of work in their order, some at the same time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { overlapping } from '../../../src/services/jobs/overlapping.js';

/** Work that ends when it is told to. */
function steered() {
  const begun: number[] = [],
    ends = new Map<number, (error?: Error) => void>();
  const work = (item: number): Promise<void> => {
    begun.push(item);
    return new Promise((resolve, reject) => ends.set(item, (error) => (error ? reject(error) : resolve())));
  };
  return { begun, work, end: (item: number, error?: Error) => ends.get(item)?.(error) };
}

describe('some at the same time', () => {
  test('the next is begun when one of them ends, whichever', async () => {
    const { begun, work, end } = steered();
    const all = overlapping([1, 2, 3, 4], 2, work);
    await nextTurn();
    expect(begun).toEqual([1, 2]);
    end(2);
    await nextTurn();
    expect(begun).toEqual([1, 2, 3]);
    for (const item of [1, 3]) end(item);
    await nextTurn();
    end(4);
    await all;
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  test('what waits for those before it comes in their order', async () => {
    const { work, end } = steered();
    const joined: number[] = [];
    const all = overlapping([1, 2, 3], 3, async (item, earlier) => {
      await work(item);
      await earlier;
      joined.push(item);
    });
    for (const item of [3, 2]) end(item);
    await nextTurn();
    expect(joined).toEqual([]);
    end(1);
    await all;
    expect(joined).toEqual([1, 2, 3]);
  });

  test('after a failure none is begun, and it is thrown when none is under way', async () => {
    const { begun, work, end } = steered();
    let settled = false;
    const all = overlapping([1, 2, 3], 2, work).finally(() => {
      settled = true;
    });
    all.catch(() => undefined); // looked at below
    await nextTurn();
    end(1, new Error('first'));
    await nextTurn();
    expect({ begun, settled }).toEqual({ begun: [1, 2], settled: false });
    end(2, new Error('second'));
    await expect(all).rejects.toThrow('first');
    expect(begun).toEqual([1, 2]);
  });
});
