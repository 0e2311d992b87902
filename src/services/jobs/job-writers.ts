/** Bringing what becomes of a job to the disk: progress now and then, its end for certain. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { JobRecord } from '../../store/records/job-record.js';
import type { JobFiles } from './job-files.js';

const WRITE_EVERY_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/** Writes the newest record at most every WRITE_EVERY_MS, never two at once. */
export class ProgressWriter {
  private waiting: JobRecord | undefined;
  private writing: Promise<void> | undefined;
  private failing = false;
  private readonly hurry = new AbortController();

  constructor(
    private readonly files: JobFiles,
    private readonly logger: Logger,
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
      try {
        await this.files.write(record);
        this.failing = false;
      } catch (error) {
        // Once: a full disk would fill the log as well.
        if (!this.failing) this.logger.warn({ err: error }, 'could not save the progress of a job');
        this.failing = true;
      }
      await delay(WRITE_EVERY_MS, undefined, { signal: this.hurry.signal }).catch(() => undefined);
    }
  }
}

/**
 * Ends of jobs that the disk refused. They hold in this process; what the file says meanwhile ("running") is what the
 * next process would go by, and so it is tried again and again to bring them there.
 */
export class EndWriter {
  private readonly unsaved = new Map<string, JobRecord>();

  constructor(
    private readonly files: JobFiles,
    private readonly logger: Logger,
    /** How long to try before going on with other jobs, ms. */
    private readonly patienceMs: number,
  ) {}

  get anyUnsaved(): boolean {
    return this.unsaved.size > 0;
  }

  /**
   * Writes it, if need be again with growing pauses, until `stop` fires or patience is at its end; then keeps it for
   * `retry`. Never fails.
   * @param show called with every change of whether the disk has it
   */
  async save(record: JobRecord, show: (onDisk: boolean) => void, stop: AbortSignal): Promise<void> {
    const until = performance.now() + this.patienceMs;
    for (let pause = 100; !(await this.attempt(record, pause === 100)); pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      this.unsaved.set(record.job_id, record);
      show(false);
      const left = until - performance.now();
      if (left <= 0 || stop.aborted) return;
      await delay(Math.min(pause, left), undefined, { signal: stop, ref: false }).catch(() => undefined);
    }
    this.unsaved.delete(record.job_id);
    show(true);
  }

  /** Holds an end that there is no hope to write now. */
  hold(record: JobRecord): void {
    this.unsaved.set(record.job_id, record);
  }

  /**
   * Once more for each, with the right to run jobs. What was removed or finished by another process meanwhile is let
   * go. @returns the ids for which the disk knows best again
   */
  async retry(): Promise<string[]> {
    const settled: string[] = [];
    for (const [job_id, record] of this.unsaved) {
      if ((await this.files.unended(job_id)) && !(await this.attempt(record, false))) continue;
      this.unsaved.delete(job_id);
      settled.push(job_id);
    }
    return settled;
  }

  private async attempt(record: JobRecord, log: boolean): Promise<boolean> {
    try {
      await this.files.write(record);
      return true;
    } catch (error) {
      if (log) this.logger.warn({ err: error, job_id: record.job_id }, 'could not save the end of a job; trying again');
      return false;
    }
  }
}
