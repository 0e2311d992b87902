/** What a worker does of the shared queue: one task, from its start to what is kept of it. */
import type { Logger } from 'pino';
import { asRollcallError, cancelled } from '../../../domain/errors/errors.js';
import type { SpanFacts, Tracer } from '../../../domain/tracing.js';
import { QueueError, type SharedQueue, type TaskSignals } from '../../../queue/open-queue.js';
import { type JobRecord, jobRecordSchema } from '../../../store/records/job-record.js';
import type { Progress } from '../../progress.js';
import { doTask } from './do-task.js';
import { isFinished } from '../job-kinds.js';
import { LeftOut } from '../left-out.js';
import { endJob, pruneJobs, readJob } from './queued-job.js';
import { type At, atSchema, FIELD, readField } from './queued-record.js';
import { nameOfTask, readTask, type Task } from './queued-tasks.js';
import type { JobServices } from '../run-job.js';

/** How often a worker looks whether its job was cancelled, and says how far it is. */
const TELL_MS = 300;

export interface TaskContext {
  queue: SharedQueue;
  services: () => Promise<JobServices>;
  logger: Logger;
  tracer: Tracer;
  /** See Doing. */
  part_s: number;
}

/**
 * Does a task; what is wrong with a film is kept as what came of it. Doing it again changes nothing.
 * @param isLastTry see Doing
 * @returns false when a signal ended it before it was done
 * @throws what has nothing to do with the task, as when the queue is gone or the library out of reach
 */
export async function runTask(
  data: unknown,
  signals: TaskSignals,
  isLastTry: boolean,
  context: TaskContext,
): Promise<boolean> {
  const { logger, tracer } = context,
    { jobs } = context.queue;
  const task = readTask(data);
  if (!task) return true;
  const name = nameOfTask(task),
    { job_id } = task;
  const [asked, left] = await jobs.fields(job_id, FIELD.record, FIELD.at(name));
  const job = readField(jobRecordSchema, asked);
  if (!job) return true; // over, or forgotten
  // First said, then looked: whoever cancels does it the other way round, so that one of the two sees the other.
  const at = begin(task);
  // Of a worker that died: what is told of the job does not go back.
  at.fraction = readField(atSchema, left)?.fraction ?? 0;
  await jobs.set(job_id, { [FIELD.at(name)]: JSON.stringify(at) });
  await jobs.setOnce(job_id, FIELD.began, String(Date.now()));
  const begun = await jobs.add(job_id, FIELD.begun(name), 1);
  logger.info({ job_id, task: name }, 'task starts');
  let isDone = false;
  try {
    isDone = await tracer.span(
      'task',
      factsOf(task, begun),
      async (span) => {
        const is_done = await attempt(task, job, at, begun, signals, isLastTry, context);
        span.add({ is_done });
        return is_done;
      },
      job.trace ?? null,
    );
  } finally {
    // Whatever ended it, it did not take its worker down.
    if (!isDone) await jobs.add(job_id, FIELD.begun(name), -1);
  }
  logger.info({ job_id, task: name, isDone }, 'task ends');
  // With a lock that was lost, what is said of the task is another worker's.
  if (signals.lost.aborted) return false;
  await jobs.unset(job_id, [FIELD.at(name)]);
  if (isDone) await finish(job_id, context);
  return isDone;
}

function factsOf(task: Task, begun: number): SpanFacts {
  const { job_id, kind } = task;
  return {
    job_id,
    kind,
    begun,
    ...(kind === 'plan' ? {} : { file: task.file }),
    ...(kind === 'part' ? { part: task.part } : {}),
  };
}

function begin(task: Task): At {
  const file = task.kind === 'plan' ? 0 : task.file;
  const to = task.kind === 'plan' ? 0 : task.kind === 'photos' ? task.to : task.file + 1;
  return { file, to, fraction: 0, stage: 'starting', eta_s: null };
}

async function attempt(
  task: Task,
  job: JobRecord,
  starting: At,
  begun: number,
  { stop, lost }: TaskSignals,
  isLastTry: boolean,
  { queue, services, logger, part_s }: TaskContext,
): Promise<boolean> {
  const { jobs } = queue,
    { job_id } = task,
    name = nameOfTask(task);
  const cancelling = new AbortController(),
    leftOut = new LeftOut(await jobs.leftOut(job_id));
  const signal = AbortSignal.any([cancelling.signal, stop, lost]);
  let at = starting,
    told = at;
  const look = async (): Promise<void> => {
    const [record, cancel] = await jobs.fields(job_id, FIELD.record, FIELD.cancel);
    if (record === null || cancel !== null) cancelling.abort(cancelled());
    leftOut.add(await jobs.leftOut(job_id));
    if (at === told || signal.aborted) return;
    told = at;
    await jobs.set(job_id, { [FIELD.at(name)]: JSON.stringify(at) });
  };
  await look();
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => logger.debug({ err: error }, 'could not tell how far a task is'))
      .finally(() => {
        looking = undefined;
      });
  }, TELL_MS);
  const tell = ({ fraction, stage, eta_s }: Progress): void => {
    at = { ...at, fraction: Math.max(at.fraction, Math.min(1, fraction)), stage, eta_s };
  };
  try {
    await doTask({ task, job, begun, signal, isLastTry, leftOut, tell, part_s, queue, services });
    return true;
  } catch (error) {
    if (!signal.aborted) {
      const { message } = asRollcallError(error);
      at = { ...at, stage: `trying again: ${message}`, eta_s: null, waits: true };
      if (!(error instanceof QueueError)) await look();
      throw asRollcallError(error);
    }
    return !stop.aborted && !lost.aborted;
  } finally {
    clearInterval(timer);
    await looking;
  }
}

/** Closes the record of a job of which nothing is left to be done. */
async function finish(job_id: string, { queue, services, logger }: TaskContext): Promise<void> {
  const found = await readJob(queue.jobs, job_id);
  if (!found) return;
  if (!isFinished(found.record)) return;
  const isMine = found.fields[FIELD.end] !== undefined || (await endJob(queue.jobs, found.record));
  if (!isMine) return;
  const { state, error } = found.record;
  logger.info({ job_id, state, code: error?.code }, 'job ends');
  try {
    await pruneJobs(queue.jobs);
    // What a finished job has staged is of no use to anybody.
    if (found.record.kind === 'index_video') await (await services()).indexing.dropLeftovers();
  } catch (thrown) {
    logger.warn({ err: thrown }, 'could not remove what a job left');
  }
}
