/** What a task is done with, and what all tasks do alike. */
import { asRollcallError, ElsewhereError, PassingError, RollcallError } from '../../../domain/errors/errors.js';
import { QueueError, type SharedQueue } from '../../../queue/open-queue.js';
import type { JobRecord, JobVideoRecord } from '../../../store/records/job-record.js';
import type { Progress } from '../../progress.js';
import { MAX_LOST_RUNS } from '../job-kinds.js';
import type { LeftOut } from '../left-out.js';
import { FIELD } from './queued-record.js';
import type { Task } from './queued-tasks.js';
import type { JobServices } from '../run-job.js';
import { isUnfit } from './unfit-worker.js';

/** A task, and what it is done with. */
export interface Doing {
  task: Task;
  job: JobRecord;
  /** How often it was begun, this time included. */
  begun: number;
  /** Whatever ends it before it is done. */
  signal: AbortSignal;
  /** Whether what goes wrong for a time is kept as what came of it, since it is not tried again. */
  isLastTry: boolean;
  leftOut: LeftOut;
  tell: (progress: Progress) => void;
  /** About the length of the parts that a film of more than two is watched in, seconds. */
  part_s: number;
  queue: SharedQueue;
  services: () => Promise<JobServices>;
}

/** Keeps what came of files, by their numbers. */
export async function keep({ job, leftOut, queue }: Doing, videos: ReadonlyMap<number, JobVideoRecord>): Promise<void> {
  const stay = [...videos].filter(([, video]) => !leftOut.has(video.source));
  if (stay.length === 0) return;
  await queue.jobs.set(
    job.job_id,
    Object.fromEntries(stay.map(([n, video]) => [FIELD.file(n), JSON.stringify(video)])),
  );
}

/**
 * Whether an error says nothing of the files: nothing is kept of them then, and the task is tried again, by another
 * worker where this one is unfit.
 */
export async function isOfNoFile({ signal, isLastTry, services }: Doing, error: unknown): Promise<boolean> {
  if (signal.aborted || error instanceof QueueError || error instanceof ElsewhereError) return true;
  // A disk may be full on this machine only.
  const passes = error instanceof PassingError || asRollcallError(error).code === 'no_space';
  return passes ? !isLastTry : isUnfit(error, services);
}

/** Of a task that was begun more than MAX_LOST_RUNS times. */
export function lostTooOften(): RollcallError {
  return new RollcallError(
    'internal',
    `A worker ended unexpectedly ${MAX_LOST_RUNS} times while it worked on this.`,
    'Look at the logs of the workers on stderr; check the file with ffprobe; try {index_video sample_fps} or a time range.',
  );
}
