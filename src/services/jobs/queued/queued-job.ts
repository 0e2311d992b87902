/** One job in the shared queue: reading it, ending it, and taking out of it what is to be left out. */
import type { JobFields, JobHashes } from '../../../queue/open-queue.js';
import type { JobRecord } from '../../../store/records/job-record.js';
import { isFinished, MAX_FINISHED_KEPT } from '../job-kinds.js';
import { markOf } from '../left-out.js';
import { FIELD, recordOf, sourcesOf } from './queued-record.js';

/** @returns undefined when there is none */
export async function readJob(
  jobs: JobHashes,
  job_id: string,
): Promise<{ record: JobRecord; fields: JobFields } | undefined> {
  const fields = await jobs.read(job_id);
  if (!fields) return undefined;
  const record = recordOf(fields, await jobs.leftOut(job_id), Date.now());
  return record && { record, fields };
}

/** Keeps a finished job as it is, and nothing beside. @returns whether it was this call that did */
export async function endJob(jobs: JobHashes, record: JobRecord): Promise<boolean> {
  const { job_id } = record;
  if (!(await jobs.setOnce(job_id, FIELD.end, JSON.stringify(record)))) return false;
  const fields = Object.keys((await jobs.read(job_id)) ?? {});
  await jobs.unset(
    job_id,
    fields.filter((name) => name !== FIELD.end),
  );
  return true;
}

/** Takes out of a job what was asked to be left out of it. */
export async function strike(jobs: JobHashes, job_id: string): Promise<void> {
  const marks = await jobs.leftOut(job_id);
  const sources = sourcesOf((await jobs.fields(job_id, FIELD.sources))[0]);
  if (marks.length === 0 || !sources) return;
  const gone = sources.flatMap((source, n) => (source !== null && marks.includes(markOf(source)) ? [n] : []));
  if (gone.length === 0) return;
  const left = sources.map((source, n) => (gone.includes(n) ? null : source));
  await jobs.set(job_id, { [FIELD.sources]: JSON.stringify(left) });
  await jobs.unset(
    job_id,
    gone.flatMap((n) => [FIELD.file(n), FIELD.seen(n)]),
  );
}

/** Drops the oldest finished jobs. */
export async function pruneJobs(jobs: JobHashes): Promise<void> {
  const ids = await jobs.ids();
  if (ids.length <= MAX_FINISHED_KEPT) return;
  const finished: string[] = [];
  for (const job_id of ids) {
    const found = await readJob(jobs, job_id);
    if (!found || isFinished(found.record)) finished.push(job_id);
  }
  for (const job_id of finished.slice(0, Math.max(0, finished.length - MAX_FINISHED_KEPT))) await jobs.remove(job_id);
}
