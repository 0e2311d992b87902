/** Long work that outlives its caller: queued, run one at a time, kept on disk, resumed after a restart. */
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { RollcallError } from '../../domain/errors/errors.js';
import { readOnly } from '../../domain/errors/refusals.js';
import { NO_TRACES, type Tracer } from '../../domain/tracing.js';
import { openHome } from '../../store/files/private-folder.js';
import type { QueueDepth } from '../../queue/open-queue.js';
import { answerAtOnce } from './answer-at-once.js';
import { JobFiles } from './job-files.js';
import type { JobRecord } from '../../store/records/job-record.js';
import { finishedJob, isFinished, type JobKind, type JobRequests, newJob, newJobId } from './job-kinds.js';
import { JobQueue } from './job-queue.js';
import { markOf } from './left-out.js';
import { JobRunner } from './job-runner.js';
import type { JobServices } from './run-job.js';

export interface WaitOptions {
  /** At most this long, seconds. */
  wait_s: number;
  signal?: AbortSignal;
  /** Called with every change that is seen. */
  onChange?: ((record: JobRecord) => void) | undefined;
  /** Until this is so, if that is before the end. */
  until?: ((record: JobRecord) => boolean) | undefined;
}

export interface Jobs {
  /**
   * Queues a job. The same request as that of an unfinished job answers with that one (`created` false); one for videos
   * that are known with a job that is done. @throws RollcallError not_found, forbidden or bad_argument when there is
   * nothing that a job could do
   */
  start<K extends JobKind>(kind: K, request: JobRequests[K]): Promise<{ job: JobRecord; created: boolean }>;
  /**
   * The job, as soon as it is finished or when the time is up. @throws RollcallError unknown_id; rejects with the
   * signal's reason
   */
  wait(job_id: string, options: WaitOptions): Promise<JobRecord>;
  /** All jobs, newest first. */
  list(): Promise<JobRecord[]>;
  /**
   * Cancels; answers with the job when it has stopped, or after some seconds. A finished job stays as it is. @throws
   * RollcallError unknown_id
   */
  cancel(job_id: string): Promise<JobRecord>;
  /**
   * From now on also runs what other processes queued and left behind. For servers; a command runs only its own jobs.
   */
  adopt(): void;
  /**
   * Drops finished jobs, and ends and drops unfinished ones, that `which` says of, or has them go on without some
   * files; answers how many of each.
   * @throws RollcallError busy when one does not end
   */
  forget(which: JobsToForget, options?: { dry_run?: boolean }): Promise<{ removed: number; shortened: number }>;
  /** How much waits in a queue that workers share; null where each process does its own. */
  depth(): Promise<QueueDepth | null>;
  /** Whether there is such a job, and it is not over. */
  isUnfinished(job_id: string): Promise<boolean>;
  /** From now on nobody is kept waiting: they are told how far the job is. For a server that is about to close. */
  endWaits(): void;
  /** The running job goes back into the queue. */
  close(): Promise<void>;
}

export interface JobsToForget {
  finished(job: JobRecord): boolean;
  unfinished(job: JobRecord): boolean;
  /** Of such an unfinished job the files that it may go on without; null where it has to end. */
  leavesOut?(job: JobRecord): readonly string[] | null;
}

/** Other processes' jobs are seen by looking at their files this often. */
const POLL_MS = 250;
const LOOK_FOR_ORPHANS_MS = 10_000;
const CANCEL_WAIT_S = 5;

export interface JobsOptions {
  home: string;
  /** None is started, cancelled or run. */
  readOnly?: boolean | undefined;
  /** Opened by the first job that is run. */
  services: () => Promise<JobServices>;
  logger: Logger;
  /** How long to try to write where writing fails, ms; 30 s. */
  patienceMs?: number | undefined;
  tracer?: Tracer | undefined;
}

export function createJobs({
  home,
  readOnly: refuses = false,
  services,
  logger,
  patienceMs,
  tracer = NO_TRACES,
}: JobsOptions): Jobs {
  const files = new JobFiles(path.join(home, 'jobs'));
  const own = new Set<string>();
  const live = new Map<string, JobRecord>();
  const changes = new EventEmitter().setMaxListeners(0);
  const closing = new AbortController();
  let adopting = false;
  const runner = new JobRunner({
    files,
    services,
    logger,
    mayRun: (id) => adopting || own.has(id),
    patienceMs,
    tracer,
    onChange: (record, onDisk) => {
      if (onDisk) live.delete(record.job_id);
      else live.set(record.job_id, record);
      changes.emit(record.job_id);
    },
    onSettled: (job_id) => {
      live.delete(job_id);
      changes.emit(job_id);
    },
  });
  const orphans = setInterval(() => {
    if (adopting) runner.kick();
  }, LOOK_FOR_ORPHANS_MS);
  orphans.unref();

  const queue = new JobQueue(files, (job_id) => live.get(job_id));
  const get = async (job_id: string): Promise<JobRecord> => live.get(job_id) ?? queue.placed(await files.get(job_id));
  const all = async (): Promise<JobRecord[]> => (await files.list()).map((r) => live.get(r.job_id) ?? r);

  const wait = async (job_id: string, { wait_s, signal, onChange, until }: WaitOptions): Promise<JobRecord> => {
    const latest = performance.now() + wait_s * 1000;
    let shown: JobRecord | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const job = await get(job_id);
      if (!isDeepStrictEqual(job, shown)) onChange?.(job);
      shown = job;
      const left = latest - performance.now();
      if (isFinished(job) || until?.(job) || left <= 0 || closing.signal.aborted) return job;
      const stop = new AbortController();
      const any = AbortSignal.any([stop.signal, closing.signal, ...(signal ? [signal] : [])]);
      await Promise.race([
        once(changes, job_id, { signal: any }),
        delay(Math.min(POLL_MS, left), undefined, { signal: any }),
      ]).catch(() => undefined);
      stop.abort();
    }
  };

  const cancel = async (job_id: string): Promise<JobRecord> => {
    if (refuses) throw readOnly();
    const job = await get(job_id);
    if (isFinished(job)) return job;
    await files.requestCancel(job_id);
    own.add(job_id);
    runner.abort(job_id);
    runner.kick();
    return wait(job_id, { wait_s: CANCEL_WAIT_S });
  };

  /** @returns whether the job goes on without those files, and its record says nothing of them */
  const leaveOut = async (job: JobRecord, marks: readonly string[]): Promise<boolean> => {
    const { job_id } = job;
    await files.leaveOut(job_id, marks);
    runner.leaveOut(job_id, marks);
    await runner.strike(job_id);
    const isDone = (now: JobRecord): boolean => {
      if (now.kind !== 'index_video' || isFinished(now)) return true;
      const speaksOf = [...now.videos, ...(now.glanced ?? [])].some(({ source }) => marks.includes(markOf(source)));
      return !speaksOf && (now.state === 'queued' || marks.every((mark) => now.left_out?.includes(mark)));
    };
    return isDone(await wait(job_id, { wait_s: CANCEL_WAIT_S, until: isDone }));
  };

  return {
    async start(kind, request) {
      if (refuses) throw readOnly();
      const known = await answerAtOnce(kind, request, services, logger);
      if (known) {
        await openHome(home, logger);
        const job = finishedJob(newJobId(), known.request, known.videos, known.passed_over);
        await files.write(job);
        return { job, created: true };
      }
      const same = (await all()).find(
        (r) => r.kind === kind && !isFinished(r) && isDeepStrictEqual(r.request, JSON.parse(JSON.stringify(request))),
      );
      if (same && !(await files.cancelRequested(same.job_id))) {
        own.add(same.job_id);
        runner.kick();
        return { job: same, created: false };
      }
      const job = newJob(newJobId(), kind, request, tracer.current());
      await openHome(home, logger);
      await files.write(job);
      own.add(job.job_id);
      runner.kick();
      return { job, created: true };
    },
    wait,
    async list() {
      return (await Promise.all((await all()).map((r) => queue.placed(r)))).reverse();
    },
    cancel,
    adopt() {
      if (refuses) return;
      adopting = true;
      runner.kick();
    },
    async forget(which, { dry_run = false } = {}) {
      const wanted = (await all()).filter((r) => (isFinished(r) ? which.finished(r) : which.unfinished(r)));
      let removed = 0;
      for (const job of wanted) {
        const { job_id } = job;
        const without = isFinished(job) ? null : (which.leavesOut?.(job) ?? null);
        if (without && (dry_run || (await leaveOut(job, without.map(markOf))))) continue;
        removed += 1;
        if (dry_run) continue;
        const { state } = await cancel(job_id);
        if (!isFinished({ state }))
          throw new RollcallError('busy', `${job_id} does not end.`, 'Cancel it with {job}, and ask again.');
        await files.remove(job_id);
      }
      return { removed, shortened: wanted.length - removed };
    },
    depth: () => Promise.resolve(null),
    isUnfinished: (job_id) => files.isUnfinished(job_id),
    endWaits: () => closing.abort(),
    async close() {
      clearInterval(orphans);
      closing.abort();
      await runner.close();
    },
  };
}
