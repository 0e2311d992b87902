/** What job and the tools that start jobs say of one: the same, whoever waited for it. */
import path from 'node:path';
import { z } from 'zod';
import { type Coverage, coverageAnswer } from '../../services/answers/coverage.js';
import { type JobStatus, type JobVideoAnswer, jobSchema, jobVideoSchema } from '../../services/answers/job.js';
import { videoAnswerShape } from '../../services/answers/video.js';
import { RollcallError, toErrorCode } from '../../domain/errors/errors.js';
import { oneLine } from '../../domain/plain-line.js';
import { filesWords, takenWords } from '../../domain/photos.js';
import {
  type ChangePackJobRecord,
  type IndexJobRecord,
  isFinished,
  type JobRecord,
  type JobVideoRecord,
} from '../../services/jobs/job-kinds.js';
import { calibrationReportSchema } from '../../services/answers/calibration-report.js';
import { type CalibrationAnswer, calibrationAnswer } from './calibration-answer.js';
import type { Detail } from '../definition/brief-answers.js';
import type { AnswerContext, ToolAnswer } from '../definition/define-tool.js';
import { clock, count, durationWords, lines } from './format.js';
import { listing, inOutline } from './outlined-schema.js';
import { coverageOutline, identitiesOutline, jobOutline } from './answer-outlines.js';
import { fill, fitPage, fits, mostThat } from './paging.js';
import { coverageFields, coverageLine } from './coverage-fields.js';
import { formerWords, goneWords, leftOutBy, leftOutEntry, leftOutStatus, leftOutWords } from './left-out-answer.js';
import { nobodyWords } from './nobody-words.js';
import { doubtsAmong, IDENTITY_SCALES, identityLine, shortIdentity } from './identity-line.js';

const IDENTITIES = 20;
/** Videos of a folder that are told of while others go on. */
const LATEST = 5;

export const jobAnswerShape = {
  ...listing(z.object(videoAnswerShape).partial().shape, 'video_id', 'title', 'identities_total'),
  identities: identitiesOutline.optional(),
  coverage: coverageOutline.optional(),
  videos: inOutline(z.array(jobVideoSchema), 'of a folder: each in short, or its error').optional(),
  ...listing({ videos_total: z.number().int().optional() }),
  job: jobOutline.optional(),
  hint: z.string().nullable(),
} as const;
export type JobAnswer = z.input<z.ZodObject<typeof jobAnswerShape>>;

export function jobStatus(record: JobRecord): JobStatus {
  return jobSchema.parse({ ...record, left_out: undefined, ...leftOutStatus(record) });
}

export function jobLine(job: JobStatus): string {
  const { job_id, state, progress, eta_s, stage, source, error } = job;
  const going = state === 'running' || state === 'queued';
  const ending = eta_s === null ? '' : `, about ${durationWords(eta_s)} left`;
  return oneLine(
    `${job_id}: ${state}${going ? ` ${Math.round(progress * 100)} %${ending} (${stage})` : ''}: ${source}${leftOutWords(job)}${error ? `: ${error.message} ${error.hint}` : ''}`,
  );
}

/** @throws RollcallError unknown_id when the video was forgotten since */
export async function answerOfJob(
  record: JobRecord,
  context: Pick<AnswerContext, 'services' | 'signal' | 'detail'>,
): Promise<ToolAnswer<JobAnswer & CalibrationAnswer>> {
  if (!isFinished(record)) {
    if (record.kind === 'index_video' && record.glanced?.length) return answerOfGlance(record, record.glanced, context);
    const hint = `Not finished: {job} with ${record.job_id} waits for it. It goes on in the background; everything else can be used meanwhile.`;
    return {
      data: { ...folderFields(record, context.detail), job: jobStatus(record), hint },
      text: lines([jobLine(jobStatus(record)), hint]),
    };
  }
  if (record.state !== 'done') {
    const hint = record.error?.hint ?? startOver(record);
    return {
      data: { ...folderFields(record, context.detail), job: jobStatus(record), hint },
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
      context.detail,
    );
  if (record.kind === 'change_pack') {
    const hint = packChanged(record);
    return { data: { hint }, text: hint };
  }
  const leftOut = await leftOutBy(record, context);
  const [only] = record.videos;
  if (record.videos.length === 1 && only?.video_id && leftOut.total === 0) {
    return describe(
      await services.indexing.describeVideo(only.video_id, signal),
      only.already_indexed,
      only.warnings,
      context.detail,
      // It may be all that is left of a folder.
      {
        also:
          (only.source === record.source ? '' : await goneWords(record, context)) +
          (await formerWords(record, context)),
      },
    );
  }
  const failed = record.videos.filter((v) => v.error).length;
  const hint = `{list_identities} tells who is in them, {list_identities video_ids} who is in some, {library videos} lists all.${failed > 0 ? ` ${count(failed, 'file')} could not be indexed: see videos[].error.` : ''}${await goneWords(record, context)}${await formerWords(record, context)}`;
  const all = [...leftOut.first.map(leftOutEntry), ...record.videos.map((v) => videoOfFolder(v, context.detail))];
  const total = record.videos.length + leftOut.total;
  const answer = (videos: readonly JobVideoAnswer[]) => ({
    data: { videos: [...videos], videos_total: total, hint },
    text: lines([
      `${filesOf(record.videos)} in ${oneLine(record.source)}${leftOut.total > 0 ? `; ${leftOut.total} left out` : ''}`,
      ...videos.map(folderLine),
      videos.length < total ? `- and ${total - videos.length} more` : null,
      hint,
    ]),
  });
  const whole = answer(all);
  if (fits(whole, context)) return whole;
  // What could not be indexed comes first where not all fit: nothing else tells of it.
  const urgent = all.toSorted((a, b) => Number(b.error !== null) - Number(a.error !== null));
  return answer(
    urgent.slice(
      0,
      Math.max(
        1,
        mostThat((n) => fill(answer(urgent.slice(0, n)), context), urgent.length),
      ),
    ),
  );
}

/** What key frames told, of a job that goes on. */
async function answerOfGlance(
  record: IndexJobRecord,
  glanced: readonly JobVideoRecord[],
  context: Pick<AnswerContext, 'services' | 'signal' | 'detail'>,
): Promise<ToolAnswer<JobAnswer>> {
  const { job_id } = record,
    job = jobStatus(record);
  const [only] = glanced;
  if (record.folder || !only?.video_id) {
    const all = [...new Map([...glanced, ...record.videos].map((video) => [video.source, video])).values()];
    const soFar = all.slice(-LATEST);
    const hint = `{list_identities} tells who is in the key frames of ${count(glanced.length, 'film')}. They are being watched whole: {job} with ${job_id} waits for it.`;
    return {
      data: { ...folderFields(record, context.detail, soFar), videos_total: all.length, job, hint },
      text: lines([jobLine(job), ...soFar.map(folderLine), hint]),
    };
  }
  const services = await context.services();
  const hint = `Only key frames were looked at so far: who is seen briefly may be missing, and times are rough. The film is being watched whole: {job} with ${job_id} waits for it.`;
  const { data, text } = describe(
    await services.indexing.describeVideo(only.video_id, context.signal),
    false,
    only.warnings,
    context.detail,
    { instead: hint },
  );
  return { data: { ...data, job }, text: lines([text, jobLine(job)]) };
}

/** "2 videos and 340 photos". */
function filesOf(files: readonly JobVideoRecord[]): string {
  const photos = files.filter((f) => f.photo).length,
    films = files.length - photos;
  return filesWords(films, photos);
}

function folderLine({ source, error, video_id, identities_total }: Omit<JobVideoRecord, 'coverage'>): string {
  const what = error ? error.message : `${video_id ?? ''}, ${count(identities_total, 'person', 'people')}`;
  return oneLine(`- ${path.basename(source)}: ${what}`);
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
  if (kind === 'change_pack') return 'The library is as it was: `rollcall-mcp models use` starts over.';
  return kind === 'index_video'
    ? '{index_video} starts over; what was finished before is kept.'
    : `{${kind}} starts over.`;
}

/** What came of changing the pack, and what is left to do. */
function packChanged({ done }: ChangePackJobRecord): string {
  if (!done) return 'The pack was changed.';
  const { from, to, tracks, how } = done;
  const what =
    how === 'nothing'
      ? `Pack ${to} can go on with this library as it is: its vectors are those of ${from}.`
      : how === 'scores'
        ? `The library is of pack ${to} now; its vectors stay, since ${from} made the same.`
        : `The library is of pack ${to} now: ${count(tracks, 'track')} made anew from the stored faces. Ids, names and edits are as they were, and so is who belongs to whom.`;
  return `${what} Set the pack ${to} wherever this library is used: ROLLCALL_PACK=${to}, or "pack" in config.json.`;
}

/** What became of the videos of a folder; those of a job that goes on are few enough, or told by their number. */
function folderFields(
  record: JobRecord,
  detail: Detail,
  shown: readonly JobVideoRecord[] = record.kind === 'index_video' ? record.videos.slice(-LATEST) : [],
): Pick<JobAnswer, 'videos' | 'videos_total'> {
  if (record.kind !== 'index_video' || !record.folder || shown.length === 0) return {};
  return { videos: shown.map((v) => videoOfFolder(v, detail)), videos_total: record.videos.length };
}

function videoOfFolder(video: JobVideoRecord, detail: Detail): JobVideoAnswer {
  return { ...video, coverage: detail === 'full' ? video.coverage && coverageAnswer(video.coverage) : null };
}

function describe(
  answer: z.input<z.ZodObject<typeof videoAnswerShape>>,
  already_indexed: boolean,
  warnings: string[],
  detail: Detail,
  { instead, also = '' }: { instead?: string; also?: string } = {},
): ToolAnswer<JobAnswer> {
  const titles = new Map([[answer.video_id, answer.title]]);
  const said = [...new Set([...warnings, ...answer.warnings])];
  const whole = coverageLine(coverageFields(answer.coverage, 'full'));
  return fitPage(
    answer.identities,
    { kind: 'identities', args: {}, cursor: undefined, detail, usual: IDENTITIES },
    ({ items }, scale) => {
      const shown = items.map((i) => shortIdentity(i, { detail, scale }));
      const doubts = doubtsAmong(shown);
      const hint = (instead ?? whatNext(answer, items.length)) + (doubts ? ` ${doubts}` : '') + also;
      return {
        data: {
          ...answer,
          already_indexed,
          warnings: said,
          identities: shown,
          coverage: detail === 'full' ? answer.coverage : answer.coverage.map(shortCoverage),
          hint,
        },
        text: lines([
          `${oneLine(answer.title)} (${answer.video_id}), ${lengthWords(answer)}: ${count(answer.identities_total, 'person', 'people')}${already_indexed ? ', indexed before' : ''}.`,
          ...shown.map((i) => identityLine(i, titles)),
          whole,
          ...warnings.map((w) => oneLine(`Warning: ${w}`)),
          hint,
        ]),
      };
    },
    IDENTITY_SCALES,
  );
}

/** What to do with who is in a video, of whom some are shown. */
function whatNext(
  {
    video_id,
    identities_total,
    coverage: [looked],
  }: Pick<z.input<z.ZodObject<typeof videoAnswerShape>>, 'video_id' | 'identities_total' | 'coverage'>,
  shown: number,
): string {
  if (shown < identities_total)
    return `{list_identities video_ids} (${video_id}) pages through all ${identities_total} people; {find_person identity_id} gives every appearance.`;
  return identities_total === 0 && looked
    ? nobodyWords(looked)
    : '{find_person identity_id} gives every appearance of one of them, across all videos.';
}

function lengthWords({
  duration_s,
  coverage: [looked],
}: Pick<z.input<z.ZodObject<typeof videoAnswerShape>>, 'duration_s' | 'coverage'>): string {
  return looked?.photo ? takenWords(looked.photo.taken_at) : clock(duration_s);
}

const RANGES = 5;
/** A video looked at in many pieces is told by the first of them. */
function shortCoverage({ decoded, ranges, not_looked_at, ...coverage }: Coverage): Coverage {
  return {
    ...coverage,
    decoded: decoded.slice(0, RANGES),
    ...(ranges ? { ranges: ranges.slice(0, RANGES) } : {}),
    ...(not_looked_at ? { not_looked_at: not_looked_at.slice(0, RANGES) } : {}),
  };
}
