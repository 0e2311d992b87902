/** Composition root: everything that lives as long as the process, built once, closed once. */
import type { Logger } from 'pino';
import type { Settings } from './config/settings.js';
import type { Services } from './services/api.js';
import { guardPaths } from './services/guard-paths.js';
import type { Jobs } from './services/jobs/jobs.js';
import { lazyJobs } from './services/lazy-jobs.js';
import { lazyServices } from './services/lazy-services.js';

export interface App {
  settings: Settings;
  services: Services;
  jobs: Jobs;
  logger: Logger;
  /** The running job goes back into the queue, workers end, the store closes. Safe to call twice. */
  close(): Promise<void>;
}

/** Costs next to nothing: models, store and natives are loaded by the first call that needs them. */
export function createApp(settings: Settings, logger: Logger): App {
  const lazy = lazyServices(async () => {
    const { createServices } = await import('./services/create-services.js');
    return createServices(settings, logger);
  });
  const services = settings.allowDirs ? guardPaths(lazy, settings.allowDirs) : lazy;
  const jobs = lazyJobs(async () => {
    const { createJobs } = await import('./services/jobs/jobs.js');
    return createJobs({ home: settings.home, services, logger });
  });
  let closing: Promise<void> | undefined;
  return {
    settings,
    services,
    jobs,
    logger,
    close: () =>
      (closing ??= (async () => {
        await jobs.close();
        await services.close();
      })()),
  };
}
