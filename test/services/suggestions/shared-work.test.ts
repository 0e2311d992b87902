/** Long work that several wait for, step by step as a test lets it. */
import { expect, it } from 'vitest';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import type { Progress } from '../../../src/services/progress.js';
import { SharedWork } from '../../../src/services/suggestions/shared-work.js';

/** Work of so many steps, each of which ends when it is let. */
function work(steps: number) {
  const counts = { begun: 0, steps: 0, rests: 0 };
  let end: (error?: Error) => void = () => undefined;
  async function* doing(): AsyncGenerator<Progress, void> {
    counts.begun++;
    for (let k = 1; k <= steps; k++) {
      counts.steps++;
      await new Promise<void>((resolve, reject) => {
        end = (error) => (error ? reject(error) : resolve());
      });
      yield { fraction: k / steps, stage: 'counting', eta_s: null };
    }
  }
  const shared = new SharedWork(doing, () => counts.rests++);
  return {
    shared,
    counts,
    /** Ends the step that runs, and waits until what follows from that is done. */
    async step(error?: Error): Promise<void> {
      end(error);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it('is done once for all who wait, and tells each of them how far it is', async () => {
  const { shared, counts, step } = work(3);
  expect([shared.isBegun, shared.isDone]).toEqual([false, false]);
  const told: number[][] = [[], []];
  const telling = (k: number) => ({ onProgress: ({ fraction }: Progress) => void told[k]?.push(fraction) });
  const one = shared.wait(telling(0));
  expect([shared.isBegun, shared.isDone]).toEqual([true, false]);
  await step();
  const other = shared.wait(telling(1));
  await step();
  await step();
  expect(await Promise.all([one, other])).toEqual([true, true]);
  expect(told).toEqual([
    [1 / 3, 2 / 3, 1],
    [2 / 3, 1],
  ]);
  expect(await shared.wait({})).toBe(true);
  expect(counts).toEqual({ begun: 1, steps: 3, rests: 1 });
  expect([shared.isBegun, shared.isDone]).toEqual([true, true]);
});

it('goes on for those who stay, rests when the last one leaves, and goes on from there', async () => {
  const { shared, counts, step } = work(4);
  const [gone, also] = [new AbortController(), new AbortController()];
  const told: number[] = [];
  const first = shared.wait({ signal: gone.signal, onProgress: ({ fraction }) => void told.push(fraction) });
  const second = shared.wait({ signal: also.signal });
  await step();
  gone.abort(new Error('gone'));
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  await step();
  expect(told).toEqual([0.25]);
  expect(counts).toEqual({ begun: 1, steps: 3, rests: 0 });
  also.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  await step();
  // The step that ran was the last.
  expect(counts).toEqual({ begun: 1, steps: 3, rests: 1 });
  expect([shared.isBegun, shared.isDone]).toEqual([true, false]);
  const third = shared.wait({});
  await step();
  expect(await third).toBe(true);
  expect(counts).toEqual({ begun: 1, steps: 4, rests: 2 });
});

it('answers who waits no longer that it is not done', async () => {
  const { shared, counts, step } = work(2);
  expect(await shared.wait({}, 0)).toBe(false);
  await step();
  expect(counts.steps).toBe(1);
  const patient = shared.wait({}, 60_000);
  await step();
  expect(await patient).toBe(true);
});

it('takes nobody who is gone already', async () => {
  const { shared, counts } = work(1);
  await expect(shared.wait({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  expect(counts.begun).toBe(0);
});

it('tells all who wait what went wrong, and begins anew', async () => {
  const { shared, counts, step } = work(2);
  const both = Promise.allSettled([shared.wait({}), shared.wait({})]);
  await step();
  const wrong = new RollcallError('busy', 'Somebody writes.', 'Ask again.');
  await step(wrong);
  expect(await both).toEqual([1, 2].map(() => ({ status: 'rejected', reason: wrong })));
  expect([shared.isBegun, shared.isDone]).toEqual([false, false]);
  const again = shared.wait({});
  await step();
  await step();
  expect(await again).toBe(true);
  expect(counts).toEqual({ begun: 2, steps: 4, rests: 2 });
});
