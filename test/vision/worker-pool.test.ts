/** Inference workers side by side. */
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FacePipeline } from '../../src/vision/pipeline.js';
import { workersFor } from '../../src/vision/workers/worker-pool.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import { endBetweenRuns } from '../support/networks/end-worker.js';
import { HAND_PACK, placeByHand } from '../support/networks/hand-placed.js';

let modelsDir: string, pipeline: FacePipeline;
const workers: Worker[] = [];
/** Settles when a worker first says something: that it has loaded. */
const loaded: Promise<unknown>[] = [];
const hear = (worker: Worker): void => {
  workers.push(worker);
  loaded.push(once(worker, 'message'));
};
beforeEach(async () => {
  modelsDir = await mkdtemp(path.join(os.tmpdir(), 'rollcall-pool-'));
  await placeByHand(modelsDir);
  process.on('worker', hear);
  pipeline = await openPrepared({ modelsDir, packId: HAND_PACK, threads: 2 });
});
afterEach(async () => {
  process.off('worker', hear);
  workers.length = 0;
  loaded.length = 0;
  await pipeline.close();
  await rm(modelsDir, { recursive: true });
});

const crops = (value: number) => [new Uint8Array(112 * 112 * 3).fill(value)];
const embedAll = (n: number) => Array.from({ length: n }, (_, k) => pipeline.embed(crops(40 + k)));

it('divides threads: a worker each, and no more than four of them', () => {
  expect([1, 2, 4, 5, 11, 16].map(workersFor)).toEqual([
    { workers: 1, threads: 1 },
    { workers: 2, threads: 1 },
    { workers: 4, threads: 1 },
    { workers: 4, threads: 1 },
    { workers: 4, threads: 2 },
    { workers: 4, threads: 4 },
  ]);
});

it('starts the second only when there is more to do, and gives the same answers with both', async () => {
  const alone = [];
  for (let k = 0; k < 6; k++) alone.push(...(await pipeline.embed(crops(40 + k))));
  expect(workers).toHaveLength(1);
  // Both have something to do once the second has loaded.
  for (let round = 0; round < 5; round++) expect((await Promise.all(embedAll(6))).flat()).toEqual(alone);
  expect(workers).toHaveLength(2);
});

it('lets whoever answers questions go first, where threads have a priority of their own', async () => {
  await pipeline.embed(crops(40));
  const threads = process.platform === 'linux' ? (await readdir('/proc/self/task')).map(Number) : [];
  const niceness = (thread: number) => {
    try {
      return os.getPriority(thread);
    } catch {
      return -Infinity; // it has just ended
    }
  };
  const behind = threads.filter((thread) => niceness(thread) > os.getPriority()).length;
  expect(behind).toBe(process.platform === 'linux' ? 1 : 0);
});

it('starts the second also for questions, so that two pictures are looked at side by side', async () => {
  await pipeline.urgent.embed(crops(40));
  expect(workers).toHaveLength(1);
  await Promise.all([pipeline.urgent.embed(crops(41)), pipeline.urgent.embed(crops(42))]);
  expect(workers).toHaveLength(2);
});

it('forgets what was called off before its turn, and goes on', async () => {
  const abort = new AbortController();
  const first = embedAll(4);
  const called = pipeline.embed(crops(9), abort.signal);
  abort.abort();
  await expect(called).rejects.toMatchObject({ code: 'cancelled' });
  expect(await Promise.all(first)).toHaveLength(4);
  expect(await pipeline.embed(crops(9))).toHaveLength(1);
});

it('is lost as a whole when any worker dies; what was asked of it rejects, and all of it ends', async () => {
  await Promise.all(embedAll(6));
  await loaded[1];
  expect(pipeline.isLost()).toBe(false);
  const asked = embedAll(6).map((p) => p.catch((error: unknown) => error));
  await endBetweenRuns(workers[1]);
  // Nobody waits for ever, though some may have been answered before.
  for (const end of await Promise.all(asked)) if (!Array.isArray(end)) expect(end).toMatchObject({ code: 'internal' });
  expect(pipeline.isLost()).toBe(true);
  await expect(pipeline.embed(crops(9))).rejects.toMatchObject({
    code: 'internal',
    hint: expect.stringContaining('Call again') as unknown,
  });
});

it('rejects at once what waits when it is closed', async () => {
  const asked = embedAll(12).map((p) => p.catch((error: unknown) => error));
  await pipeline.close();
  expect((await Promise.all(asked)).at(-1)).toMatchObject({ code: 'cancelled' });
  expect(pipeline.isLost()).toBe(false);
});
