/** The queue that machines share: what is kept of jobs, and the tasks they come to. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ReplyError } from 'ioredis';
import type { Logger } from 'pino';
import { JobHashes } from './job-hashes.js';
import { connect, QueueError } from './redis.js';
import { TaskQueue } from './task-queue.js';

export { QueueError };
export type { JobFields, JobHashes } from './job-hashes.js';
export {
  type DoTask,
  type QueuedTask,
  type QueueDepth,
  takeTasks,
  type TaskSignals,
  type TaskWorker,
} from './task-queue.js';

/** What is started with Redis, or while it is started again, waits so long for its first answer. */
const FIRST_ANSWER_MS = 30_000;
const PAUSE_MS = 250;

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

/**
 * Returns once the queue answers.
 * @throws QueueError where it refuses this process, or is still silent after half a minute; what the signal was aborted
 * with
 */
export async function firstAnswer(url: string, logger: Logger, signal: AbortSignal): Promise<void> {
  const latest = performance.now() + FIRST_ANSWER_MS;
  const queue = openQueue(url, logger),
    aborted = once(signal, 'abort');
  try {
    for (;;) {
      signal.throwIfAborted();
      try {
        // What takes the connection and says nothing would be waited for.
        await Promise.race([queue.tasks.depth(), aborted]);
        signal.throwIfAborted();
        return;
      } catch (error) {
        signal.throwIfAborted();
        const refuses = error instanceof QueueError && error.cause instanceof ReplyError;
        if (refuses || performance.now() > latest) throw error;
      }
      await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    const closed = queue.close();
    // What says nothing is not waited for, nor how its end goes.
    if (signal.aborted) closed.catch(() => undefined);
    else await closed;
  }
}
