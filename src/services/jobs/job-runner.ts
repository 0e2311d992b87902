/**
 * Works the queue off, one job at a time across all processes of a library: whoever holds the lock runs
 * what is queued, the others watch the files. A dead process's lock goes stale within seconds and its
 * job goes on in the next process that looks.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { RollcallError, asRollcallError, cancelled } from '../../domain/errors/errors.js';
import type { Tracer } from '../../domain/tracing.js';
import type { Lease } from '../../store/files/lock.js';
import { asOwner } from '../../store/files/lock-owner.js';
import type { JobFiles } from './job-files.js';
import type { JobRecord } from '../../store/records/job-record.js';
import { cancelledJob, failed, isFinished, MAX_LOST_RUNS } from './job-kinds.js';
import { STALE_MS } from './job-queue.js';
import { EndWriter, ProgressWriter } from './job-writers.js';
import { LeftOut } from './left-out.js';
import { type JobServices, runJob } from './run-job.js';

const LOOK_AGAIN_MS = 500;
const MARKER_POLL_MS = 300;
/** A full disk is given so long to be emptied. */
const PATIENCE_MS = 30_000;
const WHEN_LOST: Readonly<Record<JobRecord['kind'], string>> = {
  index_video: 'check the file with ffprobe; try {index_video sample_fps} or a time range.',
  calibrate: 'try {calibrate} with fewer pairs, to find the picture that does it.',
  change_pack: 'the library is as it was before.',
};

export interface JobRunnerOptions {
  files: JobFiles;
  /** Opened by the first job that is run. */
  services: () => Promise<JobServices>;
  logger: Logger;
  /** Called in this process with every change of the job it runs; `onDisk` when its file says the same. */
  onChange(record: JobRecord, onDisk: boolean): void;
  /** Called when from now on the file of a job says how it is. */
  onSettled(job_id: string): void;
  /** Whether this process may run that job. */
  mayRun(job_id: string): boolean;
  /** How long to try to write where writing fails, ms; 30 s. */
  patienceMs?: number | undefined;
  tracer: Tracer;
}

export class JobRunner {
  private readonly stopping = new AbortController();
  private readonly finished = new Set<string>();
  private working: Promise<void> | undefined;
  /** Asked to look while already working: the look that was under way may have been too early. */
  private again = false;
  private current: { job_id: string; abort: AbortController; leftOut?: LeftOut } | undefined;

  private readonly patienceMs: number;
  private readonly ends: EndWriter;

  constructor(private readonly options: JobRunnerOptions) {
    this.patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.ends = new EndWriter(options.files, options.logger, this.patienceMs);
  }

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

  /** Has the job go on without some files if this process is running it. @param marks see left-out.ts */
  leaveOut(job_id: string, marks: readonly string[]): void {
    if (this.current?.job_id === job_id) this.current.leftOut?.add(marks);
  }

  /** Where nobody runs jobs now: takes out of the record of one what is to be left out of it. */
  async strike(job_id: string): Promise<void> {
    const { files, logger } = this.options;
    const lease = this.working ? null : await files.lock(STALE_MS, logger);
    if (!lease) return;
    try {
      const job = await files.read(job_id);
      if (job?.kind !== 'index_video' || isFinished(job)) return;
      const leftOut = new LeftOut([...(job.left_out ?? []), ...(await files.leftOut(job_id))]);
      const stays = ({ source }: { source: string }): boolean => !leftOut.has(source);
      const glanced = job.glanced ? { glanced: job.glanced.filter(stays) } : {};
      await files.write({ ...job, videos: job.videos.filter(stays), ...glanced, left_out: leftOut.marks });
    } finally {
      await lease.release();
    }
  }

  /** Puts the running job back into the queue and lets go of the lock. */
  async close(): Promise<void> {
    this.stopping.abort(
      new RollcallError('cancelled', 'The server is closing.', 'The job goes on when a server runs again.'),
    );
    await this.working;
    await this.saveUnsaved();
  }

  private async next(): Promise<JobRecord | undefined> {
    for (const id of await this.options.files.ids()) {
      if (this.finished.has(id) || !this.options.mayRun(id)) continue;
      const record = await this.options.files.unended(id);
      if (record) return record;
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
    await this.saveUnsaved();
    let refusedSince: number | undefined;
    while (!stop.aborted && (await this.hasWork())) {
      let lease: Lease | null;
      try {
        lease = await this.options.files.lock(STALE_MS, this.options.logger);
        refusedSince = undefined;
      } catch (error) {
        if (refusedSince === undefined) this.options.logger.warn({ err: error }, 'could not lock the job queue');
        refusedSince ??= performance.now();
        if (performance.now() - refusedSince >= this.patienceMs) await this.giveUp(error);
        lease = null;
      }
      if (!lease) {
        await delay(LOOK_AGAIN_MS, undefined, { signal: stop, ref: false }).catch(() => undefined);
        continue;
      }
      const { lost } = lease;
      try {
        await this.tidy();
        for (let job = await this.next(); job && !stop.aborted && !lost.aborted; job = await this.next())
          await this.run(job, lost);
      } finally {
        await lease.release();
      }
    }
  }

  private async tidy(): Promise<void> {
    try {
      await this.options.files.sweep();
      await this.options.files.prune();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'could not tidy the jobs');
    }
  }

  /** With the lock, as all that changes a record. What can't be saved now is tried again at the next look. */
  private async saveUnsaved(): Promise<void> {
    if (!this.ends.anyUnsaved) return;
    const lease = await this.options.files.lock(STALE_MS, this.options.logger).catch(() => null);
    if (!lease) return;
    try {
      for (const job_id of await this.ends.retry()) this.options.onSettled(job_id);
    } finally {
      await lease.release();
    }
  }

  /** Nothing can be run where nothing can be written: the jobs that wait for this process end, and say why. */
  private async giveUp(error: unknown): Promise<void> {
    for (let job = await this.next(); job; job = await this.next()) {
      const end = failed(job, asRollcallError(error));
      this.finished.add(end.job_id);
      this.ends.hold(end);
      this.options.onChange(end, false);
    }
  }

  /** Holding the lock, a record that says `running` was left by a process that died. */
  private async run(found: JobRecord, lost: AbortSignal): Promise<void> {
    const { files, services, logger, tracer } = this.options;
    const lost_runs = found.lost_runs + (found.state === 'running' ? 1 : 0);
    const job: JobRecord = { ...found, lost_runs, run_by: asOwner() };
    // Over to whoever asks once it is cancelled, it may have been forgotten meanwhile.
    if (!(await files.read(job.job_id))) return;
    if (await files.cancelRequested(job.job_id)) return this.save(cancelledJob(job), lost);
    if (lost_runs >= MAX_LOST_RUNS) {
      return this.save(
        failed(job, {
          code: 'internal',
          message: `The server ended unexpectedly ${lost_runs} times while it worked on this.`,
          hint: `Look at its log on stderr; ${WHEN_LOST[job.kind]}`,
        }),
        lost,
      );
    }
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.stopping.signal, lost]);
    this.current = { job_id: job.job_id, abort };
    const writer = new ProgressWriter(files, logger);
    const leftOut = new LeftOut(await files.leftOut(job.job_id));
    this.current.leftOut = leftOut;
    const marker = setInterval(() => {
      void files.cancelRequested(job.job_id).then((yes) => yes && abort.abort(cancelled()));
      void files.leftOut(job.job_id).then((marks) => leftOut.add(marks));
    }, MARKER_POLL_MS);
    const latest: { record: JobRecord } = { record: job };
    const update = (record: JobRecord): void => {
      latest.record = record;
      this.options.onChange(record, false);
      writer.put(record);
    };
    logger.info({ job_id: job.job_id, kind: job.kind }, 'job starts');
    logger.debug({ job_id: job.job_id, source: job.source }, 'what it is about');
    let end: JobRecord;
    try {
      end = await tracer.span(
        'job',
        { job_id: job.job_id, kind: job.kind },
        async (span) => {
          const ended = await runJob(job, services, update, signal, leftOut);
          const { state, error } = ended;
          span.add({ state, ...(error ? { code: error.code } : {}) });
          return ended;
        },
        job.trace ?? null,
      );
    } catch {
      end = abort.signal.aborted
        ? cancelledJob(latest.record)
        : { ...latest.record, state: 'queued', eta_s: null, stage: 'interrupted; goes on when a server runs' };
    } finally {
      clearInterval(marker);
      this.current = undefined;
    }
    await writer.flush();
    if (lost.aborted) {
      this.options.onSettled(job.job_id); // the record now belongs to the process that took over
      return;
    }
    end = { ...end, run_by: undefined };
    logger.info({ job_id: job.job_id, state: end.state, code: end.error?.code }, 'job ends');
    await this.save(end, lost);
  }

  private async save(record: JobRecord, lost: AbortSignal): Promise<void> {
    // Whatever becomes of its file, in this process it is over.
    if (isFinished(record)) this.finished.add(record.job_id);
    await this.ends.save(
      record,
      (onDisk) => this.options.onChange(record, onDisk),
      AbortSignal.any([this.stopping.signal, lost]),
    );
    if (record.kind === 'index_video' && isFinished(record)) await this.dropLeftovers();
  }

  /** What a finished job has staged is of no use to anybody. */
  private async dropLeftovers(): Promise<void> {
    try {
      await (await this.options.services()).indexing.dropLeftovers();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'could not remove what a job left');
    }
  }
}
