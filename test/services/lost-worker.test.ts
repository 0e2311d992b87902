/** An inference worker that dies: what it was asked rejects, and the next question gets another. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Worker } from 'node:worker_threads';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/settings.js';
import { createResources, type Resources } from '../../src/services/resources.js';
import { endBetweenRuns } from '../support/networks/end-worker.js';
import { HAND_PACK, placeByHand } from '../support/networks/hand-placed.js';

let home: string, resources: Resources;
const workers: Worker[] = [];
const hear = (worker: Worker): void => void workers.push(worker);
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-lost-'));
  const modelsDir = path.join(home, 'models');
  await placeByHand(modelsDir);
  resources = createResources(
    loadSettings({ home, modelsDir, pack: HAND_PACK, threads: 1 }, {}),
    pino({ level: 'silent' }),
  );
  process.on('worker', hear);
});
afterEach(async () => {
  process.off('worker', hear);
  workers.length = 0;
  await resources.close();
  await rm(home, { recursive: true });
});

const crop = [new Uint8Array(112 * 112 * 3).fill(90)];
const embed = async (): Promise<number | undefined> =>
  (await (await resources.pipeline()).embed(crop))[0]?.vector.length;

it('is replaced at the next call', async () => {
  expect(await embed()).toBe(128);
  const before = await resources.pipeline();
  const ended = endBetweenRuns(workers[0]);
  await expect(before.embed(crop)).rejects.toMatchObject({
    code: 'internal',
    hint: expect.stringContaining('Call again') as unknown,
  });
  await ended;
  await expect(before.embed(crop)).rejects.toMatchObject({ code: 'internal' });
  // Also when many ask at once there is one new one.
  expect(await Promise.all([embed(), embed()])).toEqual([128, 128]);
  expect(workers).toHaveLength(2);
});
