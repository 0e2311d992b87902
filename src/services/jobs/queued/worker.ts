/** A process that does what is in the shared queue. */
import type { Logger } from 'pino';
import type { Settings } from '../../../config/settings.js';
import { RollcallError } from '../../../domain/errors.js';
import { readOnly } from '../../../domain/refusals.js';
import type { Tracer } from '../../../domain/tracing.js';
import { openQueue, takeTasks } from '../../../queue/open-queue.js';
import type { JobServices } from '../run-job.js';
import { runTask } from './run-task.js';

export interface WorkerOptions {
  settings: Pick<Settings, 'queue' | 'readOnly'>;
  services: () => Promise<JobServices>;
  logger: Logger;
  tracer: Tracer;
}

/**
 * Takes tasks until it is closed, which hands back those that are not done.
 * @param options.tasks at a time
 * @param options.partMinutes about the length of the parts that a film of more than two is watched in
 * @throws RollcallError bad_argument where no queue is set, read_only, `unreachable`
 */
export async function startWorker(
  { settings, services, logger, tracer }: WorkerOptions,
  { tasks, partMinutes }: { tasks: number; partMinutes: number },
): Promise<{ close(): Promise<void> }> {
  const { queue: url } = settings;
  if (settings.readOnly) throw readOnly();
  if (url === null)
    throw new RollcallError(
      'bad_argument',
      'There is no queue to take work from.',
      'Give the Redis that the servers have, as ROLLCALL_QUEUE, --queue or "queue" in config.json.',
    );
  const once = openQueue(url, logger);
  try {
    await once.tasks.depth(); // a wrong address is said at the start; later it is waited for
  } finally {
    await once.close();
  }
  const queue = openQueue(url, logger, true);
  const taking = takeTasks(
    url,
    (task, signals, isLastTry) =>
      runTask(task, signals, isLastTry, { queue, services, logger, tracer, part_s: 60 * partMinutes }),
    tasks,
    logger,
  );
  return {
    async close() {
      await taking.close();
      await queue.close();
    },
  };
}
