/** Jobs over a Redis of a test's own, with indexing that only counts. */
import type { Logger } from 'pino';
import { openQueue, type SharedQueue } from '../../../../src/queue/open-queue.js';
import type { Jobs } from '../../../../src/services/jobs/jobs.js';
import { createQueuedJobs } from '../../../../src/services/jobs/queued/queued-jobs.js';
import { startRedis } from '../../../support/servers/redis.js';
import { fakeCalibration } from '../../calibration/fake-calibration.js';
import { type fakeIndexing, fakeRepacking } from '../fake-indexing.js';

export interface TestQueue {
  url: string;
  queue: SharedQueue;
  jobs: Jobs;
  stop(): Promise<void>;
}

export async function startQueue(indexing: ReturnType<typeof fakeIndexing>, logger: Logger): Promise<TestQueue> {
  const redis = await startRedis('a-password');
  const queue = openQueue(redis.url, logger);
  const services = async () => ({ indexing, calibration: fakeCalibration(), repacking: fakeRepacking });
  const jobs = createQueuedJobs({ queue, services, logger });
  return {
    url: redis.url,
    queue,
    jobs,
    async stop() {
      await jobs.close();
      await redis.stop();
    },
  };
}
