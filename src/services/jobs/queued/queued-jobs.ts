/** Jobs in a queue that workers on any number of machines share: this process asks, watches and cancels. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { RollcallError } from '../../../domain/errors/errors.js';
import { readOnly } from '../../../domain/errors/refusals.js';
import { NO_TRACES, type Tracer } from '../../../domain/tracing.js';
import type { SharedQueue } from '../../../queue/open-queue.js';
import type { JobRecord } from '../../../store/records/job-record.js';
import { answerAtOnce } from '../answer-at-once.js';
import { cancelledJob, finishedJob, isFinished, JOB_REQUESTS, newJob, newJobId, unknownJob } from '../job-kinds.js';
import type { Jobs, WaitOptions } from '../jobs.js';
import { markOf } from '../left-out.js';
import { endJob, readJob, strike } from './queued-job.js';
import { FIELD, isBusyWith, sourcesOf } from './queued-record.js';
import { queued } from './queued-tasks.js';
import type { JobServices } from '../run-job.js';

/** What workers do is seen by looking this often. */
const POLL_MS = 250;
const CANCEL_WAIT_S = 5;
const NO_WORKER = 'no worker runs: start `rollcall-mcp worker` on any machine that sees the library and the footage';

export interface QueuedJobsOptions {
  queue: SharedQueue;
  /** None is started or cancelled. */
  readOnly?: boolean | undefined;
  services: () => Promise<JobServices>;
  logger: Logger;
  tracer?: Tracer | undefined;
}

/** Rejects with `unreachable` where the queue does not answer. */
export function createQueuedJobs({
  queue,
  readOnly: refuses = false,
  services,
  logger,
  tracer = NO_TRACES,
}: QueuedJobsOptions): Jobs {
  const { jobs, tasks } = queue;
  const closing = new AbortController();

  const find = async (job_id: string): Promise<JobRecord | undefined> => (await readJob(jobs, job_id))?.record;
  const get = async (job_id: string): Promise<JobRecord> => {
    const record = await find(job_id);
    if (record) return record;
    throw unknownJob(job_id);
  };
  /** Says of what waits for a worker that there is none. */
  const placed = (record: JobRecord, workers: number): JobRecord =>
    isFinished(record) || workers > 0 ? record : { ...record, eta_s: null, stage: NO_WORKER };
  const all = async (): Promise<JobRecord[]> => {
    const found = await Promise.all((await jobs.ids()).map(find));
    return found.filter((record) => record !== undefined);
  };

  const wait = async (job_id: string, { wait_s, signal, onChange, until }: WaitOptions): Promise<JobRecord> => {
    const latest = performance.now() + wait_s * 1000;
    let shown: JobRecord | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const found = await get(job_id);
      const job = isFinished(found) ? found : placed(found, (await tasks.depth()).workers);
      if (!isDeepStrictEqual(job, shown)) onChange?.(job);
      shown = job;
      const left = latest - performance.now();
      if (isFinished(job) || until?.(job) || left <= 0 || closing.signal.aborted) return job;
      const any = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
      await delay(Math.min(POLL_MS, left), undefined, { signal: any }).catch(() => undefined);
    }
  };

  const cancel = async (job_id: string): Promise<JobRecord> => {
    if (refuses) throw readOnly();
    const job = await get(job_id);
    if (isFinished(job)) return job;
    await jobs.set(job_id, { [FIELD.cancel]: '1' });
    const { workers } = await tasks.depth();
    const latest = await wait(job_id, { wait_s: workers > 0 ? CANCEL_WAIT_S : 0 });
    // What a dead worker was at nobody else would end; one that only seems dead finds no job any more, and stops.
    const isNobodys = workers === 0 && !isFinished(latest);
    const end: JobRecord = isNobodys ? cancelledJob(latest) : latest;
    if (!isFinished(end)) return end;
    await endJob(jobs, end);
    if (isNobodys && end.kind === 'index_video') await dropLeftovers();
    return end;
  };

  const dropLeftovers = async (): Promise<void> => {
    try {
      await (await services()).indexing.dropLeftovers();
    } catch (error) {
      logger.warn({ err: error }, 'could not remove what a job left');
    }
  };

  /** @returns whether the job goes on without those files, and its record says nothing of them */
  const leaveOut = async (job: JobRecord, marks: readonly string[]): Promise<boolean> => {
    const { job_id } = job;
    const sources = sourcesOf((await jobs.fields(job_id, FIELD.sources))[0]) ?? [];
    const gone = sources.flatMap((source, n) => (source !== null && marks.includes(markOf(source)) ? [n] : []));
    await jobs.leaveOut(job_id, marks);
    await strike(jobs, job_id);
    for (const latest = performance.now() + CANCEL_WAIT_S * 1000; performance.now() < latest; ) {
      const fields = await jobs.read(job_id);
      if (!fields || !gone.some((n) => isBusyWith(fields, n))) return true;
      await delay(POLL_MS);
    }
    return false;
  };

  return {
    async start(kind, request) {
      if (refuses) throw readOnly();
      if (kind === 'change_pack') throw packStays(JOB_REQUESTS.change_pack.parse(request).pack);
      const known = await answerAtOnce(kind, request, services, logger);
      const job_id = newJobId();
      const record = known
        ? finishedJob(job_id, known.request, known.videos, known.passed_over)
        : newJob(job_id, kind, request, tracer.current());
      if (known) {
        await jobs.create(job_id, Date.now(), { [FIELD.record]: JSON.stringify(record) });
        await endJob(jobs, record);
        return { job: record, created: true };
      }
      const asked = requestKey(record);
      const other = await jobs.claim(asked, job_id);
      const same = other === null ? undefined : await find(other);
      if (same && !isFinished(same) && (await jobs.fields(same.job_id, FIELD.cancel))[0] === null) {
        // Whoever made it may have died before it was queued.
        await tasks.add([queued({ job_id: same.job_id, kind: 'plan' })], true);
        return { job: same, created: false };
      }
      await jobs.create(job_id, Date.now(), { [FIELD.record]: JSON.stringify(record) });
      await jobs.reclaim(asked, job_id);
      await tasks.add([queued({ job_id, kind: 'plan' })], true);
      return { job: record, created: true };
    },
    wait,
    async list() {
      const { workers } = await tasks.depth();
      return (await all()).map((record) => placed(record, workers)).reverse();
    },
    cancel,
    adopt: () => undefined, // workers do
    depth: () => tasks.depth(),
    async isUnfinished(job_id) {
      const job = await find(job_id);
      return job !== undefined && !isFinished(job);
    },
    async forget(which, { dry_run = false } = {}) {
      const wanted = (await all()).filter((r) => (isFinished(r) ? which.finished(r) : which.unfinished(r)));
      let removed = 0;
      for (const job of wanted) {
        const without = isFinished(job) ? null : (which.leavesOut?.(job) ?? null);
        if (without && (dry_run || (await leaveOut(job, without.map(markOf))))) continue;
        removed += 1;
        if (dry_run) continue;
        if (!isFinished(await cancel(job.job_id)))
          throw new RollcallError('busy', `${job.job_id} does not end.`, 'Cancel it with {job}, and ask again.');
        await jobs.remove(job.job_id);
      }
      return { removed, shortened: wanted.length - removed };
    },
    endWaits: () => closing.abort(),
    close() {
      closing.abort();
      return queue.close();
    },
  };
}

/** All that runs keeps to the pack that it was started with: a job for it would leave the others with the old one. */
function packStays(pack: string): RollcallError {
  return new RollcallError(
    'bad_argument',
    'The pack of a library is not changed over a queue: its servers and workers would go on with the old one.',
    `End all servers and workers. On one machine that reaches the library run \`rollcall-mcp models use ${pack}\` without a queue (no ROLLCALL_QUEUE, no "queue" in config.json). Then start them with the queue and ROLLCALL_PACK=${pack}.`,
  );
}

/** The same for what is asked alike; nothing of it can be read from that. */
function requestKey({ kind, request }: JobRecord): string {
  const entries = Object.entries(request).filter(([, value]) => value !== undefined);
  return createHash('sha256')
    .update(JSON.stringify([kind, entries.sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex');
}
