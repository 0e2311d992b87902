/** Composition root: everything that lives as long as the process, built once, closed once. */
import type { Logger } from 'pino';
import { libraryAt, type Settings } from './config/settings.js';
import { RollcallError } from './domain/errors/errors.js';
import { createAudit } from './services/audit.js';
import type { Jobs } from './services/jobs/jobs.js';
import { once } from './services/open-once.js';
import { quietTime } from './services/quiet-time.js';
import type { ToolHost } from './tools/definition/define-tool.js';
import { createTracing } from './traces/tracing.js';

/** A server adopts what others left behind this long after its start, when its client has had its first answers. */
const ADOPT_AFTER_MS = 1000;

/** A server reads ahead once its client has listed the tools and nothing was asked for so long. */
const QUIET_MS = 250;

/** How often a server looks for what is older than the setting retentionDays allows. */
const RETENTION_EVERY_MS = 3600_000;

export interface App extends ToolHost {
  settings: Settings;
  /** From soon on also runs jobs that other processes queued and left behind: for servers. */
  adoptJobs(): void;
  /** Whoever waits for a job is told how far it is: for a server that is about to close. */
  endWaits(): Promise<void>;
  /**
   * From now on does what is in the queue that machines share. @returns whether it does, and was not closed before
   * @param how see startWorker
   * @param onUnfit see startWorker
   * @throws RollcallError bad_argument where the setting queue names none, read_only; why it can't index anything
   */
  work(how: { tasks: number; partMinutes: number }, onUnfit: (why: RollcallError) => void): Promise<boolean>;
  /** Hears of every change of videos and people, also by other processes. @returns stops */
  watchLibrary(onChange: () => void): Promise<() => void>;
  /** The running job goes back into the queue, workers end, the store closes. Safe to call twice. */
  close(): Promise<void>;
}

/** Costs next to nothing: services, jobs, models, store and natives are loaded by the first call that needs them. */
export function createApp(settings: Settings, logger: Logger): App {
  const tracing = createTracing(settings, logger),
    { tracer } = tracing;
  const services = once(async () => {
    const { createServices } = await import('./services/create-services.js');
    const isUnfinished = async (job_id: string): Promise<boolean> => (await jobs.get()).isUnfinished(job_id);
    return createServices(settings, logger, undefined, isUnfinished, tracer);
  });
  const jobs = once(async (): Promise<Jobs> => {
    const { openJobs } = await import('./services/jobs/open-jobs.js');
    const opened = await openJobs(settings, () => services.get(), logger, tracer);
    if (nobodyWaits) opened.endWaits();
    return opened;
  });
  let nobodyWaits = false;
  let worker: Promise<{ close(): Promise<void> }> | undefined;
  const stop = new AbortController();
  /** Forgets what has been kept long enough, and brings to its end what was cut short. Never fails. */
  let keeping = Promise.resolve();
  const keepWithin = (): void => {
    keeping = keeping
      .then(async () => {
        const { isForgettingDue } = await import('./services/forgetting/is-due.js');
        if (!(await isForgettingDue(settings))) return;
        const { forgetting } = await services.get();
        const receipt = await forgetting.keepWithin(await jobs.get(), stop.signal);
        if (receipt) logger.info({ removed: receipt.removed, checked: receipt.checked }, 'forgot what was old');
      })
      .catch((error: unknown) => {
        if (!closing) logger.warn({ err: error }, 'could not forget what was old');
      });
  };
  let reading: Promise<void> | undefined;
  const quiet = quietTime(QUIET_MS, () => {
    // A question that meets what went wrong tells it.
    reading = readAhead().catch((error: unknown) => logger.debug({ err: error }, 'did not read ahead'));
  });
  const readAhead = async (): Promise<void> => {
    const { isWorthReadingAhead } = await import('./services/library/read-ahead.js');
    if (!(await isWorthReadingAhead(settings))) return;
    await import('./tools/all-tools.js');
    await (await services.get()).readAhead(stop.signal, () => quiet.calm());
  };
  let retention: NodeJS.Timeout | undefined;
  let adoption: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;
  const whileOpen = <T>(get: () => Promise<T>): Promise<T> =>
    closing ? Promise.reject(new RollcallError('cancelled', 'Rollcall is closing.', 'Start it again.')) : get();
  return {
    settings,
    logger,
    tracer,
    audit: createAudit(settings, logger),
    quiet,
    services: () => whileOpen(() => services.get()),
    jobs: () => whileOpen(() => jobs.get()),
    adoptJobs() {
      adoption ??= setTimeout(() => {
        void jobs
          .get()
          .then((open) => {
            if (!closing) open.adopt();
          })
          // Whoever asks about a job next is told why.
          .catch((error: unknown) => logger.warn({ err: error }, 'could not go on with jobs that were left'));
        keepWithin();
        retention = setInterval(keepWithin, RETENTION_EVERY_MS);
        retention.unref();
      }, ADOPT_AFTER_MS);
    },
    async endWaits() {
      nobodyWaits = true;
      (await jobs.held())?.endWaits();
    },
    async work(how, onUnfit) {
      worker ??= import('./services/jobs/queued/worker.js').then(({ startWorker }) =>
        startWorker({ settings, services: () => services.get(), logger, tracer, signal: stop.signal }, how, onUnfit),
      );
      try {
        await worker;
      } catch (error) {
        if (!closing) throw error;
      }
      return !closing;
    },
    async watchLibrary(onChange) {
      const { watchLibrary } = await import('./services/library/watch-library.js');
      return watchLibrary(libraryAt(settings), onChange);
    },
    close: () =>
      (closing ??= (async () => {
        clearTimeout(adoption);
        clearInterval(retention);
        quiet.stop();
        stop.abort();
        await keeping;
        await worker?.then(
          (open) => open.close(),
          () => undefined,
        );
        // What failed to load has nothing to close, and its caller has had the error.
        await jobs.held()?.then((open) => open.close());
        await services.held()?.then(
          (open) => open.close(),
          () => undefined,
        );
        await reading;
        await tracing.close();
      })()),
  };
}
