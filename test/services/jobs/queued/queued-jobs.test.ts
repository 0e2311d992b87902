import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../../../support/servers/redis.js';
import { fakeIndexing } from '../fake-indexing.js';
import { startQueue, type TestQueue } from './test-queue.js';

const logger = pino({ level: 'silent' });

describe.runIf(hasRedis)('a job over a queue', () => {
  let at: TestQueue;
  const indexing = fakeIndexing();
  beforeAll(async () => {
    at = await startQueue(indexing, logger);
  });
  afterAll(() => at.stop());

  it('is cancelled where all workers are dead, with what one of them had staged', async () => {
    const { jobs, queue } = at;
    const { job } = await jobs.start('index_video', { source: '/films/a.mp4' });
    const told = JSON.stringify({ file: 0, to: 1, fraction: 0.4, stage: 'watching', eta_s: 60 });
    await queue.jobs.set(job.job_id, { sources: JSON.stringify(['/films/a.mp4']), 'at:film-0': told });
    expect(await jobs.cancel(job.job_id)).toMatchObject({ state: 'cancelled', progress: 0.4, stage: 'cancelled' });
    expect(await jobs.wait(job.job_id, { wait_s: 0 })).toMatchObject({ state: 'cancelled' });
    expect(indexing.tidied).toBe(1);
    // A worker that only slept asks for the record, and finds that it is at nothing any more.
    expect(Object.keys((await queue.jobs.read(job.job_id)) ?? {})).toEqual(['end']);
  });
});
