/** What job and the tools that start jobs say of one: the same, whoever waited for it. */
import path from 'node:path';
import { z } from 'zod';
import { coverageAnswer } from '../services/answers/coverage.js';
import { type JobStatus, type JobVideoAnswer, jobSchema, jobVideoSchema } from '../services/answers/job.js';
import { videoAnswerShape } from '../services/answers/video.js';
import { RollcallError, toErrorCode } from '../domain/errors.js';
import { isFinished, type JobRecord, type JobVideoRecord } from '../services/jobs/job-kinds.js';
import { calibrationReportSchema } from '../services/answers/calibration-report.js';
import { type CalibrationAnswer, calibrationAnswer } from './calibration-answer.js';
import type { ToolAnswer, ToolContext } from './define-tool.js';
import { clock, count, durationWords, lines } from './format.js';
import { listing, inOutline } from './outlined-schema.js';
import { coverageOutline, identitiesOutline, jobOutline } from './outlines.js';
import { pageOf } from './paging.js';
import { coverageFields, coverageLine } from './coverage-fields.js';
import { DEFAULT_APPEARANCES, identityLine, shortIdentity } from './identity-line.js';

const IDENTITIES = 20;

export const jobAnswerShape = {
  ...listing(z.object(videoAnswerShape).partial().shape, 'video_id', 'title', 'identities_total'),
  identities: identitiesOutline.optional(),
  coverage: coverageOutline.optional(),
  videos: inOutline(z.array(jobVideoSchema), 'of a folder: the same of each, in short, or its error').optional(),
  ...listing({ videos_total: z.number().int().optional() }),
  job: jobOutline.optional(),
  hint: z.string().nullable(),
} as const;
export type JobAnswer = z.input<z.ZodObject<typeof jobAnswerShape>>;

export function jobStatus(record: JobRecord): JobStatus {
  return jobSchema.parse(record);
}

export function jobLine({ job_id, state, progress, eta_s, stage, source, error }: JobStatus): string {
  const going = state === 'running' || state === 'queued';
  const ending = eta_s === null ? '' : `, about ${durationWords(eta_s)} left`;
  return `${job_id}: ${state}${going ? ` ${Math.round(progress * 100)} %${ending} (${stage})` : ''}: ${source}${error ? `: ${error.message} ${error.hint}` : ''}`;
}

/** @throws RollcallError unknown_id when the video was forgotten since */
export async function answerOfJob(
  record: JobRecord,
  context: Pick<ToolContext, 'services' | 'signal'>,
): Promise<ToolAnswer<JobAnswer & CalibrationAnswer>> {
  if (!isFinished(record)) {
    const hint = `Not finished: {job} with ${record.job_id} waits for it. It goes on in the background; everything else can be used meanwhile.`;
    return {
      data: { ...folderFields(record), job: jobStatus(record), hint },
      text: lines([jobLine(jobStatus(record)), hint]),
    };
  }
  if (record.state !== 'done') {
    const hint = record.error?.hint ?? startOver(record);
    return {
      data: { ...folderFields(record), job: jobStatus(record), hint },
      text: lines([jobLine(jobStatus(record)), hint]),
    };
  }
  const services = await context.services();
  const { signal } = context;
  // A report that another version measured may have another shape: then what is in force is all that is told.
  if (record.kind === 'calibrate')
    return calibrationAnswer(
      calibrationReportSchema.safeParse(record.report).data ?? null,
      await services.calibration.status(signal),
    );
  const [only] = record.videos;
  if (record.videos.length === 1 && only?.video_id) {
    return describe(await services.indexing.describeVideo(only.video_id, signal), only.already_indexed, only.warnings);
  }
  const fields = folderFields(record);
  const failed = record.videos.filter((v) => v.error).length;
  const hint = `{list_identities} tells who is in them, {list_identities video_ids} who is in some.${failed > 0 ? ` ${count(failed, 'video')} could not be indexed: see videos[].error.` : ''}`;
  const listed = record.videos.map(
    (v) =>
      `- ${path.basename(v.source)}: ${v.error ? `${v.error.message}` : `${v.video_id ?? ''}, ${count(v.identities_total, 'person', 'people')}`}`,
  );
  return {
    data: { ...fields, hint },
    text: lines([`${count(record.videos.length, 'video')} in ${record.source}`, ...listed, hint]),
  };
}

/** The error of a job that its own caller waited for. */
export function jobFailure(record: JobRecord): RollcallError {
  const { error } = record;
  const code = error ? toErrorCode(error.code) : record.state === 'cancelled' ? 'cancelled' : 'internal';
  return new RollcallError(
    code,
    error?.message ?? `The job ${record.job_id} was cancelled.`,
    error?.hint ?? startOver(record),
  );
}

function startOver({ kind }: JobRecord): string {
  return kind === 'index_video'
    ? '{index_video} starts over; what was finished before is kept.'
    : `{${kind}} starts over.`;
}

function folderFields(record: JobRecord): Pick<JobAnswer, 'videos' | 'videos_total'> {
  if (record.kind !== 'index_video' || !record.folder || record.videos.length === 0) return {};
  return {
    videos: pageOf(record.videos.map(videoOfFolder), { kind: 'videos', args: {}, limit: 200, cursor: undefined }).items,
    videos_total: record.videos.length,
  };
}

function videoOfFolder(video: JobVideoRecord): JobVideoAnswer {
  return { ...video, coverage: video.coverage && coverageAnswer(video.coverage) };
}

function describe(
  answer: z.input<z.ZodObject<typeof videoAnswerShape>>,
  already_indexed: boolean,
  warnings: string[],
): ToolAnswer<JobAnswer> {
  const titles = new Map([[answer.video_id, answer.title]]);
  const short = answer.identities.map((i) => shortIdentity(i, DEFAULT_APPEARANCES));
  const { items } = pageOf(short, { kind: 'identities', args: {}, limit: IDENTITIES, cursor: undefined });
  const hint =
    items.length < answer.identities_total
      ? `{list_identities video_ids} (${answer.video_id}) pages through all ${answer.identities_total} people; {find_person identity_id} gives every appearance.`
      : answer.identities_total === 0
        ? 'Nobody recognisable: see coverage for what was looked at, and why faces were gated.'
        : '{find_person identity_id} gives every appearance of one of them, across all videos.';
  return {
    data: {
      ...answer,
      already_indexed,
      warnings: [...new Set([...warnings, ...answer.warnings])],
      identities: items,
      hint,
    },
    text: lines([
      `${answer.title} (${answer.video_id}), ${clock(answer.duration_s)}: ${count(answer.identities_total, 'person', 'people')}${already_indexed ? ', indexed before' : ''}.`,
      ...items.map((i) => identityLine(i, titles)),
      coverageLine(coverageFields(answer.coverage)),
      ...warnings.map((w) => `Warning: ${w}`),
      hint,
    ]),
  };
}
