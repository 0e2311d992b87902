/** The record of a job that workers do together, from the fields that each of them writes. */
import { z } from 'zod';
import type { JobFields } from '../../../queue/open-queue.js';
import {
  type IndexJobRecord,
  type JobRecord,
  jobRecordSchema,
  type JobVideoRecord,
  jobVideoRecordSchema,
  passedOverSchema,
} from '../../../store/records/job-record.js';
import { weightOf } from '../folder-progress.js';
import { errorOfAll } from '../index-job.js';
import { cancelledJob } from '../job-kinds.js';
import { markOf } from '../left-out.js';

/** Names of the fields of a job. */
export const FIELD = {
  /** The job as it was asked. */
  record: 'record',
  /** How it ended; then nothing else counts. */
  end: 'end',
  /** Its files in order; null for one that was forgotten. */
  sources: 'sources',
  /** What of its folder is not looked at. */
  passed: 'passed',
  /** When the first of its tasks began, milliseconds since 1970. */
  began: 'began',
  cancel: 'cancel',
  /** What came of a file. */
  file: (n: number) => `file:${n}`,
  /** What a glance at a file showed. */
  seen: (n: number) => `seen:${n}`,
  /** Where a film is cut into parts. */
  cuts: (n: number) => `cuts:${n}`,
  /** That a part of a film is through. */
  part: (n: number, part: number) => `part:${n}:${part}`,
  /** How far a task is that a worker is at. */
  at: (task: string) => `at:${task}`,
  /** How often a task was begun. */
  begun: (task: string) => `begun:${task}`,
} as const;

const sourcesSchema = z.array(z.string().nullable());
export const cutsSchema = z.array(z.number());
export const atSchema = z.object({
  /** Files that it is about, from one to before another. */
  file: z.number(),
  to: z.number(),
  fraction: z.number(),
  stage: z.string(),
  eta_s: z.number().nullable(),
  /** No worker is at it until it is tried again; the stage says why. */
  waits: z.boolean().optional(),
});
/** How far a task is. */
export type At = z.infer<typeof atSchema>;

/** @returns undefined for what is not there, or was written by another version */
export function readField<T>(schema: z.ZodType<T>, text: string | null | undefined): T | undefined {
  if (text == null) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The files of a job, once it is known which there are. */
export function sourcesOf(text: string | null | undefined): (string | null)[] | undefined {
  return readField(sourcesSchema, text);
}

/** The job as it stands. @param leftOut marks of files that it goes on without @param now milliseconds since 1970 */
export function recordOf(fields: JobFields, leftOut: readonly string[], now: number): JobRecord | undefined {
  const end = readField(jobRecordSchema, fields[FIELD.end]);
  if (end) return end;
  const asked = readField(jobRecordSchema, fields[FIELD.record]);
  if (!asked) return undefined;
  const busy = Object.entries(fields).flatMap(([name, text]) =>
    name.startsWith('at:') ? (readField(atSchema, text) ?? []) : [],
  );
  const runs = Object.entries(fields).flatMap(([name, text]) => (name.startsWith('begun:') ? Number(text) : []));
  const job: JobRecord = { ...asked, lost_runs: Math.max(0, ...runs.map((n) => n - 1)) };
  const standing = job.kind === 'index_video' ? withFiles(job, fields, busy, leftOut, now) : withTask(job, busy);
  const isOver = standing.state === 'done' || standing.state === 'failed';
  if (isOver || fields[FIELD.cancel] === undefined || busy.length > 0) return standing;
  return cancelledJob(standing);
}

/** Files that a task is at. */
export function isBusyWith(fields: JobFields, file: number): boolean {
  return Object.entries(fields).some(([name, text]) => {
    const at = name.startsWith('at:') ? readField(atSchema, text) : undefined;
    return at !== undefined && at.file <= file && file < at.to;
  });
}

function withTask(job: JobRecord, [at]: readonly At[]): JobRecord {
  return at ? { ...job, state: 'running', progress: at.fraction, stage: at.stage, eta_s: at.eta_s } : job;
}

function withFiles(
  asked: IndexJobRecord,
  fields: JobFields,
  busy: readonly At[],
  leftOut: readonly string[],
  now: number,
): IndexJobRecord {
  const sources = sourcesOf(fields[FIELD.sources]);
  if (!sources) return busy.length > 0 ? { ...asked, state: 'running', stage: busy[0]?.stage ?? '' } : asked;
  const kept = (field: (n: number) => string): Map<number, JobVideoRecord> =>
    new Map(
      sources.flatMap((source, n) => {
        const video = source === null ? undefined : readField(jobVideoRecordSchema, fields[field(n)]);
        return video && !leftOut.includes(markOf(video.source)) ? [[n, video] as const] : [];
      }),
    );
  const files = kept(FIELD.file),
    seen = kept(FIELD.seen),
    videos = [...files.values()],
    passed_over = readField(passedOverSchema, fields[FIELD.passed]),
    folder = sources.length > 1 || passed_over !== undefined;
  const job: IndexJobRecord = {
    ...asked,
    folder,
    videos,
    ...(asked.request['quick'] === true ? { glanced: [...seen.values()] } : {}),
    ...(passed_over ? { passed_over } : {}),
    ...(leftOut.length > 0 ? { left_out: [...leftOut] } : {}),
  };
  if (sources.every((source, n) => source === null || files.has(n))) return ended(job);
  const weight = (n: number): number => weightOf(sources[n] ?? '');
  const all = sources.reduce((sum, _, n) => sum + weight(n), 0);
  let through = 0;
  for (const [n, source] of sources.entries()) {
    const at = busy.filter(({ file, to }) => file <= n && n < to);
    const share = source === null || files.has(n) ? 1 : shareOf(n, fields, at);
    through += weight(n) * share;
  }
  const progress = Math.min(1, through / all),
    first = busy.find(({ waits }) => waits !== true) ?? busy[0],
    elapsed_s = (now - Number(fields[FIELD.began] ?? now)) / 1000;
  const eta_s = folder
    ? progress > 0.02 && busy.length > 0
      ? (elapsed_s / progress) * (1 - progress)
      : null
    : (first?.eta_s ?? null);
  const stage = first?.stage ?? 'waiting for a worker';
  const done = sources.filter((source, n) => source === null || files.has(n)).length;
  return {
    ...job,
    state: 'running',
    progress,
    eta_s,
    stage: folder ? `${done} of ${sources.length}: ${stage}` : stage,
  };
}

/** How much of a file that is not through is done, 0..1. @param at how far the tasks are that work on it */
function shareOf(n: number, fields: JobFields, at: readonly At[]): number {
  const cuts = readField(cutsSchema, fields[FIELD.cuts(n)]);
  if (!cuts) return Math.max(0, ...at.map(({ fraction }) => fraction));
  // A worker is still at a part that is through when it puts the film together.
  const shares = [...cuts, null].map((_, part) =>
    fields[FIELD.part(n, part)] === undefined
      ? (readField(atSchema, fields[FIELD.at(`part-${n}-${part}`)])?.fraction ?? 0)
      : 1,
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Nothing is left to be done of it. */
function ended(job: IndexJobRecord): IndexJobRecord {
  const { folder, videos } = job;
  const [only] = videos;
  const error = folder ? errorOfAll(videos) : only?.error;
  if (!error) return { ...job, state: 'done', progress: 1, eta_s: 0, stage: 'done' };
  const { code, message, hint } = error;
  const failed = { ...job, state: 'failed', eta_s: null, stage: 'failed', error: { code, message, hint } } as const;
  return folder ? failed : { ...failed, videos: [] };
}
