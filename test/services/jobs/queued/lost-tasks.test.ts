import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SharedQueue } from '../../../../src/queue/open-queue.js';
import { finishedVideo } from '../../../../src/services/jobs/index-job.js';
import type { Jobs } from '../../../../src/services/jobs/jobs.js';
import { queueLostTasks } from '../../../../src/services/jobs/queued/lost-tasks.js';
import { hasRedis } from '../../../support/servers/redis.js';
import { fakeIndexing, indexedVideo } from '../fake-indexing.js';
import { startQueue, type TestQueue } from './test-queue.js';

const logger = pino({ level: 'silent' });

describe.runIf(hasRedis)('a job whose tasks were lost', () => {
  let at: TestQueue, queue: SharedQueue, jobs: Jobs, direct: Redis;
  const indexing = fakeIndexing();
  beforeAll(async () => {
    at = await startQueue(indexing, logger);
    ({ queue, jobs } = at);
    direct = new Redis(at.url);
  });
  afterAll(async () => {
    direct.disconnect();
    await at.stop();
  });
  beforeEach(() => direct.flushdb());

  const start = async (source: string): Promise<string> => (await jobs.start('index_video', { source })).job.job_id;
  const ids = async (): Promise<string[]> => (await direct.lrange('rollcall:tasks:wait', 0, -1)).sort();
  const lose = async (): Promise<void> => {
    await direct.del(...(await direct.keys('rollcall:tasks:*')));
  };

  it('is left alone while any task is there', async () => {
    const job_id = await start('/films/a.mp4');
    expect(await queueLostTasks(queue)).toEqual([]);
    expect(await ids()).toEqual([`${job_id}-plan`]);
  });

  it('is planned anew', async () => {
    const job_id = await start('/films/a.mp4');
    await lose();
    expect(await queueLostTasks(queue)).toEqual([job_id]);
    expect(await ids()).toEqual([`${job_id}-plan`]);
  });

  it('goes on with the files of which nothing is kept', async () => {
    const job_id = await start('/films');
    const sources = ['/films/1.jpg', '/films/2.jpg', '/films/a.mp4', null, '/films/b.mp4', '/films/c.mp4'];
    const kept = JSON.stringify(finishedVideo('/films/a.mp4', indexedVideo('a')));
    await queue.jobs.set(job_id, { sources: JSON.stringify(sources), 'file:1': kept, 'file:2': kept });
    await lose();
    await queueLostTasks(queue);
    expect(await ids()).toEqual(['film-4', 'film-5', 'photos-0'].map((task) => `${job_id}-${task}`));
  });

  it('ends where nothing is left to be done of it', async () => {
    const job_id = await start('/films/a.mp4');
    const kept = JSON.stringify(finishedVideo('/films/a.mp4', indexedVideo('a')));
    await queue.jobs.set(job_id, { sources: JSON.stringify(['/films/a.mp4']), 'file:0': kept });
    await lose();
    expect(await queueLostTasks(queue)).toEqual([job_id]);
    expect(await ids()).toEqual([]);
    expect(Object.keys((await queue.jobs.read(job_id)) ?? {})).toEqual(['end']);
    expect(await queueLostTasks(queue)).toEqual([]);
  });
});
