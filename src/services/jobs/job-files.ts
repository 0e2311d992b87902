/**
 * Jobs on disk: one JSON file a job in <home>/jobs. Only the process that holds the runner's lock
 * changes a record that exists; anybody may ask for a cancellation by leaving a marker beside it.
 */
import { appendFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { hasCode } from '../../domain/errors/error-code.js';
import { sweepTemporaries, writeAtomically } from '../../store/files/atomic-write.js';
import { type Lease, tryLock } from '../../store/files/lock.js';
import { NotOrdinary, readOrdinary } from '../../store/files/read-ordinary.js';
import { livingOwner } from '../../store/files/lock-owner.js';
import { makePrivateFolder, PRIVATE_FILE } from '../../store/files/private-folder.js';
import { type JobRecord, jobRecordSchema } from '../../store/records/job-record.js';
import { cancelledJob, isFinished, MAX_FINISHED_KEPT, unknownJob } from './job-kinds.js';

/** A folder of hundreds of thousands of photos has less. */
const RECORD_BYTES = 256e6;
const RUNNER_LOCK = '.runner.lock';

export class JobFiles {
  constructor(readonly folder: string) {}

  /**
   * The record, or undefined when there is none (or it was left half-written by another version). One that waits for
   * its turn and is to be cancelled is over to whoever asks: nobody will begin it.
   */
  async read(job_id: string): Promise<JobRecord | undefined> {
    return this.open(job_id).catch(() => undefined); // may not be read: whoever asks for it is told
  }

  /** What is to be run or ended, as it is written: one that was cancelled before its turn is still to be ended. */
  async unended(job_id: string): Promise<JobRecord | undefined> {
    const record = await this.written(job_id).catch(() => undefined);
    return record && !isFinished(record) ? record : undefined;
  }

  /** @throws the system's error when there is one that may not be read */
  private async open(job_id: string): Promise<JobRecord | undefined> {
    const record = await this.written(job_id);
    return record?.state === 'queued' && (await this.cancelRequested(job_id)) ? cancelledJob(record) : record;
  }

  private async written(job_id: string): Promise<JobRecord | undefined> {
    if (!/^job_[0-9a-z]+$/.test(job_id)) return undefined;
    const text = await readOrdinary(this.file(job_id), RECORD_BYTES).catch((error: unknown) => {
      if (error instanceof NotOrdinary) return undefined;
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    });
    return text === undefined ? undefined : parsed(text);
  }

  /** @throws RollcallError unknown_id, or the system's error */
  async get(job_id: string): Promise<JobRecord> {
    const record = await this.open(job_id);
    if (!record) throw unknownJob(job_id);
    return record;
  }

  /** Whether there is such a job, and it is not over. */
  async isUnfinished(job_id: string): Promise<boolean> {
    const record = await this.read(job_id);
    return record !== undefined && !isFinished(record);
  }

  /** Replaces the record in one step: a reader sees the old one or the new one. */
  async write(record: JobRecord): Promise<void> {
    await makePrivateFolder(this.folder);
    await writeAtomically(this.file(record.job_id), JSON.stringify(record));
  }

  /** The right to run jobs. @returns null while another process has it. @throws the system's error */
  async lock(staleMs: number, logger: Logger): Promise<Lease | null> {
    await makePrivateFolder(this.folder);
    return tryLock(path.join(this.folder, RUNNER_LOCK), staleMs, logger);
  }

  /** Whether the process that a record names is running it. */
  async isRun({ run_by }: Pick<JobRecord, 'run_by'>, staleMs: number): Promise<boolean> {
    const owner = await livingOwner(path.join(this.folder, RUNNER_LOCK), staleMs);
    return owner !== null && (run_by === undefined || owner === '' || owner === run_by);
  }

  /** Removes what processes left that died while they wrote a record. */
  async sweep(): Promise<void> {
    await sweepTemporaries(this.folder);
  }

  /** All ids, oldest first. @throws the system's error when the folder may not be read */
  async ids(): Promise<string[]> {
    try {
      const names = await readdir(this.folder);
      return names
        .filter((n) => /^job_[0-9a-z]+\.json$/.test(n))
        .map((n) => n.slice(0, -'.json'.length))
        .sort();
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []; // no job was ever started
      throw error;
    }
  }

  /** All records, oldest first. @throws the system's error when one may not be read */
  async list(): Promise<JobRecord[]> {
    const records = await Promise.all((await this.ids()).map((id) => this.open(id)));
    return records.filter((r) => r !== undefined);
  }

  async requestCancel(job_id: string): Promise<void> {
    await writeFile(this.marker(job_id), '', { mode: PRIVATE_FILE });
  }

  /** Asks whoever runs the job, now or later, to go on without some files. @param marks see left-out.ts */
  async leaveOut(job_id: string, marks: readonly string[]): Promise<void> {
    await appendFile(this.leavings(job_id), marks.map((mark) => `${mark}\n`).join(''), { mode: PRIVATE_FILE });
  }

  /** What was asked to be left out of a job. */
  async leftOut(job_id: string): Promise<string[]> {
    const text = await readFile(this.leavings(job_id), 'utf8').catch(() => '');
    return text.split('\n').filter((mark) => /^[0-9a-f]{64}$/.test(mark));
  }

  async cancelRequested(job_id: string): Promise<boolean> {
    return stat(this.marker(job_id)).then(
      () => true,
      () => false,
    );
  }

  async remove(job_id: string): Promise<void> {
    await rm(this.file(job_id), { force: true });
    await rm(this.marker(job_id), { force: true });
    await rm(this.leavings(job_id), { force: true });
  }

  /** Drops the oldest finished jobs. */
  async prune(keep = MAX_FINISHED_KEPT): Promise<void> {
    const finished = (await this.list()).filter(isFinished);
    for (const record of finished.slice(0, Math.max(0, finished.length - keep))) await this.remove(record.job_id);
  }

  private file(job_id: string): string {
    return path.join(this.folder, `${job_id}.json`);
  }

  private leavings(job_id: string): string {
    return path.join(this.folder, `${job_id}.leave`);
  }

  private marker(job_id: string): string {
    return path.join(this.folder, `${job_id}.cancel`);
  }
}

function parsed(text: string): JobRecord | undefined {
  try {
    return jobRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
