/** A job that is cancelled before its turn: it is over at once, whatever runs before it. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from './fake-indexing.js';

it('ends a job that waits for its turn as it is cancelled, for all processes, and never begins it', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-jobs-'));
  const indexing = fakeIndexing();
  const process = () =>
    createJobs({
      home,
      services: async () => ({ indexing, calibration: fakeCalibration(), repacking: fakeRepacking }),
      logger: pino({ level: 'silent' }),
    });
  const [here, there] = [process(), process()];
  onTestFinished(async () => {
    await Promise.all([here.close(), there.close()]);
    rmSync(home, { recursive: true });
  });
  const { job: long } = await here.start('index_video', { source: 'slow' });
  await here.wait(long.job_id, { wait_s: 10, until: (j) => j.state === 'running' });
  const [{ job: mine }, { job: theirs }] = [
    await here.start('index_video', { source: 'mine' }),
    await there.start('index_video', { source: 'theirs' }),
  ];
  for (const { job_id } of [mine, theirs]) {
    expect(await there.cancel(job_id)).toMatchObject({ state: 'cancelled', stage: 'cancelled', eta_s: null });
    for (const jobs of [here, there])
      expect(await jobs.wait(job_id, { wait_s: 0 })).toMatchObject({ state: 'cancelled', stage: 'cancelled' });
  }
  expect((await here.list()).map((j) => j.state)).toEqual(['cancelled', 'cancelled', 'running']);
  // One that is asked for anew is another, and what speaks of those that are over can be forgotten.
  const { job: again } = await there.start('index_video', { source: 'theirs' });
  expect(again).toMatchObject({ state: 'queued' });
  const all = { finished: (j: { job_id: string }) => j.job_id !== long.job_id, unfinished: () => false };
  expect(await here.forget(all)).toEqual({ removed: 2, shortened: 0 });
  expect((await here.cancel(long.job_id)).state).toBe('cancelled');
  expect((await there.wait(again.job_id, { wait_s: 10 })).state).toBe('done');
  expect(indexing.begun).toEqual(['slow', 'theirs']);
});
