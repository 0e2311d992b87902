import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQueue, type SharedQueue } from '../../../../src/queue/open-queue.js';
import type { Jobs } from '../../../../src/services/jobs/jobs.js';
import { createQueuedJobs } from '../../../../src/services/jobs/queued/queued-jobs.js';
import { hasRedis, startRedis, type TestRedis } from '../../../support/servers/redis.js';
import { fakeCalibration } from '../../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from '../fake-indexing.js';

const logger = pino({ level: 'silent' });

describe.runIf(hasRedis)('a job over a queue', () => {
  let redis: TestRedis, queue: SharedQueue, jobs: Jobs;
  const indexing = fakeIndexing();
  beforeAll(async () => {
    redis = await startRedis('a-password');
    queue = openQueue(redis.url, logger);
    const services = async () => ({ indexing, calibration: fakeCalibration(), repacking: fakeRepacking });
    jobs = createQueuedJobs({ queue, services, logger });
  });
  afterAll(async () => {
    await jobs.close();
    await redis.stop();
  });

  it('is cancelled where all workers are dead, with what one of them had staged', async () => {
    const { job } = await jobs.start('index_video', { source: '/films/a.mp4' });
    const at = JSON.stringify({ file: 0, to: 1, fraction: 0.4, stage: 'watching', eta_s: 60 });
    await queue.jobs.set(job.job_id, { sources: JSON.stringify(['/films/a.mp4']), 'at:film-0': at });
    expect(await jobs.cancel(job.job_id)).toMatchObject({ state: 'cancelled', progress: 0.4, stage: 'cancelled' });
    expect(await jobs.wait(job.job_id, { wait_s: 0 })).toMatchObject({ state: 'cancelled' });
    expect(indexing.tidied).toBe(1);
    // A worker that only slept asks for the record, and finds that it is at nothing any more.
    expect(Object.keys((await queue.jobs.read(job.job_id)) ?? {})).toEqual(['end']);
  });
});
