/** The queue that machines share: what is kept of jobs, and the tasks they come to. */
import type { Logger } from 'pino';
import { JobHashes } from './job-hashes.js';
import { connect } from './redis.js';
import { TaskQueue } from './task-queue.js';

export { QueueError } from './redis.js';
export type { JobFields, JobHashes } from './job-hashes.js';
export {
  type DoTask,
  type QueuedTask,
  type QueueDepth,
  takeTasks,
  type TaskSignals,
  type TaskWorker,
} from './task-queue.js';

export interface SharedQueue {
  jobs: JobHashes;
  tasks: TaskQueue;
  close(): Promise<void>;
}

/**
 * Returns at once; what is asked of it rejects with `unreachable` where there is no Redis.
 * @param url redis:// or rediss://
 * @param patient for workers: what they ask waits until Redis is back
 */
export function openQueue(url: string, logger: Logger, patient = false): SharedQueue {
  const redis = connect(url, logger, patient);
  const tasks = new TaskQueue(redis, url);
  return {
    jobs: new JobHashes(redis, url),
    tasks,
    async close() {
      await tasks.close().catch(() => undefined);
      redis.disconnect();
    },
  };
}
