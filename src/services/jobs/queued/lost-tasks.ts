/** Jobs that are not over though no task of theirs is queued: a server died before it queued one, or Redis lost it. */
import type { JobFields, SharedQueue } from '../../../queue/open-queue.js';
import { isFinished } from '../job-kinds.js';
import { endJob, readJob } from './queued-job.js';
import { FIELD, sourcesOf } from './queued-record.js';
import { queued, type Task, tasksOf } from './queued-tasks.js';

/**
 * Where nothing waits and nothing is worked on: queues what is left to be done of such jobs, and ends those of which
 * nothing is. Nothing is done twice of what was done in between. @returns ids of the jobs
 */
export async function queueLostTasks({ jobs, tasks }: SharedQueue): Promise<string[]> {
  const found: string[] = [];
  const { waiting, active } = await tasks.depth();
  if (waiting + active > 0) return found;
  for (const job_id of await jobs.ids()) {
    const [end] = await jobs.fields(job_id, FIELD.end);
    const job = end === null ? await readJob(jobs, job_id) : undefined;
    if (!job) continue;
    const { record, fields } = job;
    if (isFinished(record)) await endJob(jobs, record);
    else await tasks.add(tasksLeft(job_id, fields, record.request['quick'] === true).map(queued));
    found.push(job_id);
  }
  return found;
}

/** What a job comes to, but for what something is kept of. */
function tasksLeft(job_id: string, fields: JobFields, quick: boolean): Task[] {
  const sources = sourcesOf(fields[FIELD.sources]);
  if (!sources) return [{ job_id, kind: 'plan' }];
  const isLeft = (n: number): boolean => (sources[n] ?? null) !== null && fields[FIELD.file(n)] === undefined;
  return tasksOf(job_id, sources, quick).filter((task) => {
    if (task.kind === 'plan') return true;
    const to = task.kind === 'photos' ? task.to : task.file + 1;
    return sources.some((_, n) => task.file <= n && n < to && isLeft(n));
  });
}
