/** A process that does what is in the shared queue. */
import type { Logger } from 'pino';
import type { Settings } from '../../../config/settings.js';
import { asRollcallError, PassingError, RollcallError } from '../../../domain/errors/errors.js';
import { readOnly } from '../../../domain/errors/refusals.js';
import type { Tracer } from '../../../domain/tracing.js';
import { firstAnswer, openQueue, takeTasks } from '../../../queue/open-queue.js';
import type { JobServices } from '../run-job.js';
import { queueLostTasks } from './lost-tasks.js';
import { runTask } from './run-task.js';
import { maySayUnfit } from './unfit-worker.js';

/** How often a worker looks for jobs that lost their tasks. */
const LOST_EVERY_MS = 5000;

export interface WorkerOptions {
  settings: Pick<Settings, 'queue' | 'readOnly'>;
  services: () => Promise<JobServices>;
  logger: Logger;
  tracer: Tracer;
  /** Ends the waiting of its start. */
  signal: AbortSignal;
}

/**
 * Takes tasks until it is closed, which hands back those that are not done.
 * @param options.tasks at a time
 * @param options.partMinutes about the length of the parts that a film of more than two is watched in
 * @param onUnfit called once, with the reason, when it finds that it can't index anything in this library: what it was
 * at is handed back, and it takes no more
 * @throws RollcallError bad_argument where no queue is set, read_only, `unreachable`; why it can't index anything
 */
export async function startWorker(
  { settings, services, logger, tracer, signal }: WorkerOptions,
  { tasks, partMinutes }: { tasks: number; partMinutes: number },
  onUnfit: (why: RollcallError) => void,
): Promise<{ close(): Promise<void> }> {
  const { queue: url } = settings;
  if (settings.readOnly) throw readOnly();
  if (url === null)
    throw new RollcallError(
      'bad_argument',
      'There is no queue to take work from.',
      'Give the Redis that the servers have, as ROLLCALL_QUEUE, --queue or "queue" in config.json.',
    );
  await firstAnswer(url, logger, signal); // a wrong address is said at the start; later it is waited for
  await checkFit(services, logger);
  const queue = openQueue(url, logger, true);
  const context = { queue, services, logger, tracer, part_s: 60 * partMinutes };
  const looking = setInterval(() => {
    queueLostTasks(queue).then(
      (found) => found.length > 0 && logger.warn({ jobs: found }, 'jobs had lost their tasks; they go on'),
      (error: unknown) => logger.debug({ err: error }, 'could not look for jobs that lost their tasks'),
    );
  }, LOST_EVERY_MS);
  let leaving: Promise<void> | undefined;
  const taking = takeTasks(
    url,
    async (task, signals, isLastTry) => {
      try {
        return await runTask(task, signals, isLastTry, context);
      } catch (error) {
        if (!maySayUnfit(error)) throw error;
        if (!leaving) onUnfit(error);
        leaving ??= taking.close();
        return false;
      }
    },
    tasks,
    logger,
  );
  return {
    async close() {
      clearInterval(looking);
      await (leaving ?? taking.close());
      await queue.close();
    },
  };
}

/** A worker that can't do any task would spoil what others can. What is away for a time is waited for at each task. */
async function checkFit(services: () => Promise<JobServices>, logger: Logger): Promise<void> {
  try {
    await (await services()).indexing.checkFit();
  } catch (error) {
    if (!(error instanceof PassingError)) throw asRollcallError(error);
    logger.warn({ err: error }, 'the library is out of reach; its tasks are tried all the same');
  }
}
