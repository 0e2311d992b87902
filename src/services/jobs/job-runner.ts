/**
 * Works the queue off, one job at a time across all processes of a library: whoever holds the lock runs
 * what is queued, the others watch the files. A dead process's lock goes stale within seconds and its
 * job goes on in the next process that looks.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { RollcallError, cancelled } from '../../domain/errors.js';
import type { JobFiles } from './job-files.js';
import type { JobRecord } from '../../store/records/job-record.js';
import { isFinished } from './job-kinds.js';
import { type JobServices, runJob } from './run-job.js';

/**
 * A lock whose holder has not touched it for this long belongs to a dead process. proper-lockfile allows no less than 2
 * s.
 */
const STALE_MS = 5000;
const HEARTBEAT_MS = 1500;
const LOOK_AGAIN_MS = 500;
const MARKER_POLL_MS = 300;
const WRITE_EVERY_MS = 500;
/** A job that takes its process down with it (a crash in native code) is not tried for ever. */
const MAX_LOST_RUNS = 3;

export interface JobRunnerOptions {
  files: JobFiles;
  /** Opened by the first job that is run. */
  services(): Promise<JobServices>;
  logger: Logger;
  /** Called in this process with every change of the job it runs. */
  onChange(record: JobRecord): void;
  /** Whether this process may run that job. */
  mayRun(job_id: string): boolean;
}

export class JobRunner {
  private readonly stopping = new AbortController();
  private readonly finished = new Set<string>();
  private working: Promise<void> | undefined;
  /** Asked to look while already working: the look that was under way may have been too early. */
  private again = false;
  private current: { job_id: string; abort: AbortController } | undefined;

  constructor(private readonly options: JobRunnerOptions) {}

  /** Looks for work; returns at once. */
  kick(): void {
    this.again = true;
    if (this.working || this.stopping.signal.aborted) return;
    this.working = this.work()
      .catch((error: unknown) => this.options.logger.error({ err: error }, 'the job queue stopped'))
      .finally(() => {
        this.working = undefined;
      });
  }

  /** Cancels the job if this process is running it. */
  abort(job_id: string): void {
    if (this.current?.job_id === job_id) this.current.abort.abort(cancelled());
  }

  /** Puts the running job back into the queue and lets go of the lock. */
  async close(): Promise<void> {
    this.stopping.abort(
      new RollcallError('cancelled', 'The server is closing.', 'The job goes on when a server runs again.'),
    );
    await this.working;
  }

  private async next(): Promise<JobRecord | undefined> {
    for (const id of await this.options.files.ids()) {
      if (this.finished.has(id) || !this.options.mayRun(id)) continue;
      const record = await this.options.files.read(id);
      if (record && !isFinished(record)) return record;
      this.finished.add(id);
    }
    return undefined;
  }

  private async hasWork(): Promise<boolean> {
    do {
      this.again = false;
      if (await this.next()) return true;
    } while (this.again);
    return false;
  }

  private async work(): Promise<void> {
    const stop = this.stopping.signal;
    while (!stop.aborted && (await this.hasWork())) {
      const lost = new AbortController();
      const release = await this.lock(() =>
        lost.abort(new RollcallError('busy', 'Another process took the queue over.', 'The job goes on there.')),
      );
      if (!release) {
        await delay(LOOK_AGAIN_MS, undefined, { signal: stop, ref: false }).catch(() => undefined);
        continue;
      }
      try {
        await this.options.files.prune();
        for (let job = await this.next(); job && !stop.aborted && !lost.signal.aborted; job = await this.next())
          await this.run(job, lost.signal);
      } finally {
        if (!lost.signal.aborted)
          await release().catch((error: unknown) =>
            this.options.logger.warn({ err: error }, 'could not let go of the queue'),
          );
      }
    }
  }

  private async lock(onLost: () => void): Promise<(() => Promise<void>) | undefined> {
    const { lock } = (await import('proper-lockfile')).default;
    const { folder } = this.options.files;
    await mkdir(folder, { recursive: true });
    try {
      return await lock(folder, {
        lockfilePath: path.join(folder, '.runner.lock'),
        stale: STALE_MS,
        update: HEARTBEAT_MS,
        realpath: false,
        onCompromised: onLost,
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
      throw error;
    }
  }

  /** Holding the lock, a record that says `running` was left by a process that died. */
  private async run(found: JobRecord, lost: AbortSignal): Promise<void> {
    const { files, services, logger } = this.options;
    const lost_runs = found.lost_runs + (found.state === 'running' ? 1 : 0);
    const job: JobRecord = { ...found, lost_runs };
    if (await files.cancelRequested(job.job_id))
      return this.save({ ...job, state: 'cancelled', eta_s: null, stage: 'cancelled' });
    if (lost_runs >= MAX_LOST_RUNS) {
      return this.save({
        ...job,
        state: 'failed',
        eta_s: null,
        stage: 'failed',
        error: {
          code: 'internal',
          message: `The server ended unexpectedly ${lost_runs} times while it worked on this.`,
          hint: `Look at its log on stderr; ${job.kind === 'index_video' ? 'check the file with ffprobe; try {index_video sample_fps} or a time range.' : 'try {calibrate} with fewer pairs, to find the picture that does it.'}`,
        },
      });
    }
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.stopping.signal, lost]);
    this.current = { job_id: job.job_id, abort };
    const writer = new LatestWriter(files, (error) => logger.warn({ err: error }, 'could not save the state of a job'));
    const marker = setInterval(
      () => void files.cancelRequested(job.job_id).then((yes) => yes && abort.abort(cancelled())),
      MARKER_POLL_MS,
    );
    const latest: { record: JobRecord } = { record: job };
    const update = (record: JobRecord): void => {
      latest.record = record;
      this.options.onChange(record);
      writer.put(record);
    };
    logger.info({ job_id: job.job_id, kind: job.kind, source: job.source }, 'job starts');
    let end: JobRecord;
    try {
      end = await runJob(job, services, update, signal);
    } catch {
      end = abort.signal.aborted
        ? { ...latest.record, state: 'cancelled', eta_s: null, stage: 'cancelled' }
        : { ...latest.record, state: 'queued', eta_s: null, stage: 'interrupted; goes on when a server runs' };
    } finally {
      clearInterval(marker);
      this.current = undefined;
    }
    await writer.flush();
    if (lost.aborted) return; // the record now belongs to the process that took over
    logger.info({ job_id: job.job_id, state: end.state, code: end.error?.code }, 'job ends');
    await this.save(end);
  }

  private async save(record: JobRecord): Promise<void> {
    await this.options.files.write(record);
    this.options.onChange(record);
  }
}

/** Writes the newest record at most every WRITE_EVERY_MS, never two at once. */
class LatestWriter {
  private waiting: JobRecord | undefined;
  private writing: Promise<void> | undefined;
  private readonly hurry = new AbortController();

  constructor(
    private readonly files: JobFiles,
    private readonly onError: (error: unknown) => void,
  ) {}

  put(record: JobRecord): void {
    this.waiting = record;
    this.writing ??= this.drain().finally(() => {
      this.writing = undefined;
    });
  }

  async flush(): Promise<void> {
    this.hurry.abort();
    await this.writing;
  }

  private async drain(): Promise<void> {
    while (this.waiting) {
      const record = this.waiting;
      this.waiting = undefined;
      await this.files.write(record).catch(this.onError);
      await delay(WRITE_EVERY_MS, undefined, { signal: this.hurry.signal }).catch(() => undefined);
    }
  }
}
