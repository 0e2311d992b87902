/** The queue of tasks: BullMQ on Redis. A task is given to one worker at a time; that of a dead one to another. */
import { setTimeout as delay } from 'node:timers/promises';
import { DelayedError, type Job, Queue, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { ElsewhereError } from '../domain/errors/errors.js';
import { pauseAfter, TRIES } from '../domain/tries.js';
import { PREFIX } from './job-hashes.js';
import { asking, connect } from './redis.js';

const NAME = 'tasks';
/**
 * A worker that does not renew its lock for so long is dead, milliseconds; it is renewed at half of that. One on a
 * machine that has too much to do is not: its film would be begun again, and again.
 */
const LOCK_MS = 15_000;
/** How often workers look for tasks of the dead. */
const STALLED_EVERY_MS = 3000;
/** How often one is begun is counted by whoever does the work, which then says what is wrong with it. */
const MAX_STALLED = 1000;
/**
 * Only what is no error of the task's own fails here, as when Redis or the library is away. From its last try on a
 * task keeps what goes wrong as what came of it; where even that fails it is tried on: nobody else ends its job.
 */
const AGAIN = { attempts: 1e9, backoff: { type: 'custom' } } as const;

/**
 * A worker that meets again what its machine can't do takes nothing for so long, milliseconds. The task waits behind
 * the others meanwhile, for whoever is free: were it the task that is kept back, the worker that has nothing else to do
 * would be the one that takes it next, again and again. It is no try, or such a worker would use up all of them.
 */
const ELSEWHERE_MS = 5000;

export interface QueuedTask {
  /** The same id is queued once at a time. */
  id: string;
  data: unknown;
}

/** What is waiting, what is worked on, and how many workers there are. */
export interface QueueDepth {
  waiting: number;
  active: number;
  workers: number;
}

export class TaskQueue {
  private queue: Queue | undefined;
  private opening: Promise<Queue> | undefined;
  private readonly db: number;

  constructor(
    private readonly redis: Redis,
    private readonly url: string,
  ) {
    this.db = redis.options.db ?? 0;
  }

  /** @param first ahead of all that wait */
  add(tasks: readonly QueuedTask[], first = false): Promise<void> {
    const kept = { removeOnComplete: true, removeOnFail: true, lifo: first, ...AGAIN };
    // What is put ahead one after the other comes out the other way round.
    const inTurn = first ? [...tasks].reverse() : tasks;
    return asking(this.url, async () => {
      const queue = await this.open();
      await queue.addBulk(
        inTurn.map(({ id, data }) => ({ name: 'task', data: { task: data }, opts: { ...kept, jobId: id } })),
      );
    });
  }

  depth(): Promise<QueueDepth> {
    return asking(this.url, async () => {
      const queue = await this.open();
      const { waiting = 0, delayed = 0, active = 0 } = await queue.getJobCounts('waiting', 'delayed', 'active');
      // Redis lists the clients of all its databases, and other libraries have others.
      const workers = (await queue.getWorkers()).filter(({ db }) => db === undefined || Number(db) === this.db);
      return { waiting: waiting + delayed, active, workers: workers.length };
    });
  }

  async close(): Promise<void> {
    await this.queue?.close();
  }

  private open(): Promise<Queue> {
    return (this.opening ??= this.openNew());
  }

  /** BullMQ's asks Redis once what it is: one that had no answer then refuses for ever, and another takes its place. */
  private async openNew(): Promise<Queue> {
    const queue = new Queue(NAME, { connection: this.redis, prefix: PREFIX, skipWaitingForReady: true });
    this.queue = queue;
    queue.on('error', () => undefined); // told by the connection
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      this.opening = undefined;
      await queue.close();
      throw error;
    }
  }
}

/** When a task is to be given up. */
export interface TaskSignals {
  /** The worker stops: what is not done is handed back. */
  stop: AbortSignal;
  /** The task was given to another worker, as after a long sleep of this machine. */
  lost: AbortSignal;
}

/**
 * Does one task.
 * @param task what was queued
 * @param isLastTry whether it was tried often enough: what goes wrong for a time is to be kept as what came of it
 * @returns false to hand it back, so that another goes on with it
 * @throws what has nothing to do with the task itself: it is tried again; ElsewhereError leaves it to other workers
 */
export type DoTask = (task: unknown, signals: TaskSignals, isLastTry: boolean) => Promise<boolean>;

export interface TaskWorker {
  /** Takes no more; running tasks are told to stop, and handed back where they do. */
  close(): Promise<void>;
}

/** Takes tasks until it is closed. @param concurrency how many at a time */
export function takeTasks(url: string, doTask: DoTask, concurrency: number, logger: Logger): TaskWorker {
  const stopping = new AbortController();
  const lost = new Map<string, AbortController>();
  /** What it left to others since it last waited. */
  const left = new Set<string>();
  const redis = connect(url, logger, true);
  const worker = new Worker(
    NAME,
    async (job: Job<{ task: unknown }>, token) => {
      const gone = new AbortController(),
        id = job.id ?? '';
      lost.set(id, gone);
      try {
        const isLastTry = job.attemptsMade + 1 >= TRIES;
        if (await doTask(job.data.task, { stop: stopping.signal, lost: gone.signal }, isLastTry)) return;
      } catch (error) {
        if (!(error instanceof ElsewhereError) || gone.signal.aborted) throw error;
        logger.warn({ err: error }, 'a task is left to other workers');
        await job.moveToDelayed(Date.now(), token); // behind all that wait
        lost.delete(id);
        if (left.has(id)) {
          left.clear();
          await delay(ELSEWHERE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
        }
        left.add(id);
        throw new DelayedError();
      } finally {
        if (lost.get(id) === gone) lost.delete(id);
      }
      if (gone.signal.aborted) throw new Error('another worker has it');
      await job.moveToWait(token);
      throw new WaitingError();
    },
    {
      connection: redis,
      prefix: PREFIX,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_EVERY_MS,
      maxStalledCount: MAX_STALLED,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      settings: { backoffStrategy: pauseAfter },
    },
  );
  worker.on('error', (error) => logger.debug({ err: error }, 'the queue'));
  worker.on('failed', (_, error) => logger.warn({ err: error }, 'a task is tried again'));
  worker.on('stalled', () => logger.warn('a worker is gone; its task goes on'));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) lost.get(id)?.abort(new Error('another worker has it'));
  });
  return {
    async close() {
      stopping.abort(new Error('the worker stops'));
      await worker.close();
      redis.disconnect();
    },
  };
}
