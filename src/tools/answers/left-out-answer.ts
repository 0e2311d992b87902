/** How answers tell of files and folders that a folder's job left out: as entries of `videos`, each with its error. */
import path from 'node:path';
import { oneLine } from '../../domain/plain-line.js';
import type { JobStatus, JobVideoAnswer } from '../../services/answers/job.js';
import type { IndexJobRecord, JobRecord, PassedOverRecord } from '../../services/jobs/job-kinds.js';
import { leftOutOf } from '../../services/jobs/left-out.js';
import type { AnswerContext } from '../definition/define-tool.js';

const NONE: PassedOverRecord = { total: 0, first: [] };
/** In a line about jobs. */
const NAMED = 3;

/** What a job left out; forgotten files are named by what lies in the folder, since the job kept no name. */
export async function leftOutBy(
  record: JobRecord,
  { services, signal }: Pick<AnswerContext, 'services' | 'signal'>,
): Promise<PassedOverRecord> {
  if (record.kind !== 'index_video') return NONE;
  return leftOutOf(record, async () => {
    const { indexing } = await services();
    return indexing.folderOf(record, signal).then(
      ({ files }) => files,
      () => [],
    );
  });
}

/** What is said of files that a job's folder held when it was indexed before; empty where all are there. */
export async function goneWords(
  record: JobRecord,
  { services, signal }: Pick<AnswerContext, 'services' | 'signal'>,
): Promise<string> {
  const { gone } = await (await services()).indexing.folderOf(record, signal);
  const [first] = gone;
  if (first === undefined) return '';
  const which = gone.length === 1 ? path.basename(first) : `${path.basename(first)} and ${gone.length - 1} more`;
  return ` ${oneLine(
    `No longer in this folder: ${which}. Who they show still counts: {library videos} lists them, {forget video_ids} takes them out.`,
  )}`;
}

/** What is said of films that were indexed from where others lie now; empty where there are none. */
export async function formerWords(
  record: IndexJobRecord,
  { services, signal }: Pick<AnswerContext, 'services' | 'signal'>,
): Promise<string> {
  const former = await (await services()).indexing.formerOf(record, signal);
  if (former.length === 0) return '';
  const which = former.slice(0, NAMED).join(', ') + (former.length > NAMED ? ` and ${former.length - NAMED} more` : '');
  return ` Indexed from the same path before, as another file, and still counted: ${which}. {forget video_ids} takes out what was the same film in another state.`;
}

/** As one of the videos of a folder: one that could not be indexed. */
export function leftOutEntry({ source, error }: PassedOverRecord['first'][number]): JobVideoAnswer {
  const nothing = { video_id: null, duration_s: 0, identities_total: 0, already_indexed: false, coverage: null };
  return { source, ...nothing, warnings: [], error };
}

/** What lists of jobs say of it, without a look at the folder. */
export function leftOutStatus(record: JobRecord): Pick<JobStatus, 'left_out' | 'left_out_total'> {
  if (record.kind !== 'index_video') return {};
  const total = (record.passed_over?.total ?? 0) + (record.left_out?.length ?? 0);
  const first = record.passed_over?.first.slice(0, NAMED) ?? [];
  return total === 0
    ? {}
    : { left_out: first.map(({ source, error }) => `${source}: ${error.message}`), left_out_total: total };
}

/** "; 4 left out (a.mp4: It is a link …)" */
export function leftOutWords({ left_out = [], left_out_total = 0 }: JobStatus): string {
  if (left_out_total === 0) return '';
  const named = left_out.map((said) => path.basename(said)).join(' ');
  const more = left_out_total - left_out.length;
  return `; ${left_out_total} left out${named || more > 0 ? ` (${[named, more > 0 ? `${more} more: this job’s own answer names them` : ''].filter(Boolean).join(' ')})` : ''}`;
}

/** Of jobs, newest first, what the latest of each folder left out; null where that is nothing. */
export function leftOutSince(jobs: readonly JobRecord[]): string | null {
  const latest = new Map<string, JobRecord>();
  for (const job of jobs) if (job.state === 'done' && !latest.has(job.source)) latest.set(job.source, job);
  const all = [...latest.values()].map((job) => ({ ...leftOutStatus(job), job_id: job.job_id }));
  const total = all.reduce((n, { left_out_total = 0 }) => n + left_out_total, 0);
  if (total === 0) return null;
  const named = all.flatMap(({ left_out = [] }) => left_out).slice(0, NAMED);
  const told = all.filter(({ left_out_total = 0 }) => left_out_total > 0).map(({ job_id }) => job_id);
  return oneLine(
    `Left out of folders as they were last indexed: ${total}. ${[...named, ''].join(' ')}{job} with ${told.slice(0, NAMED).join(' or ')} names them.`,
  );
}
