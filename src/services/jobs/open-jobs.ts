/** The jobs of a library: done by the process that is asked, or by workers where a queue is set. */
import type { Logger } from 'pino';
import type { Settings } from '../../config/settings.js';
import type { Tracer } from '../../domain/tracing.js';
import { createJobs, type Jobs } from './jobs.js';
import type { JobServices } from './run-job.js';

/** What a queue takes is loaded where one is set. */
export async function openJobs(
  { home, readOnly, queue: url }: Pick<Settings, 'home' | 'readOnly' | 'queue'>,
  services: () => Promise<JobServices>,
  logger: Logger,
  tracer: Tracer,
): Promise<Jobs> {
  if (url === null) return createJobs({ home, readOnly, services, logger, tracer });
  const [{ openQueue }, { createQueuedJobs }] = await Promise.all([
    import('../../queue/open-queue.js'),
    import('./queued/queued-jobs.js'),
  ]);
  return createQueuedJobs({ queue: openQueue(url, logger), readOnly, services, logger, tracer });
}
