/** A long film in parts that workers watch at once: each joins the library by itself, as a range that was asked for. */
import { z } from 'zod';
import { RollcallError, asRollcallError, toErrorCode } from '../../../domain/errors/errors.js';
import type { IndexRequest } from '../../requests/index-video.js';
import { type Doing, isOfNoFile, keep, lostTooOften } from './doing.js';
import { failedVideo, finishedVideo } from '../index-job.js';
import { JOB_REQUESTS, MAX_LOST_RUNS } from '../job-kinds.js';
import { cutsSchema, FIELD, readField, sourcesOf } from './queued-record.js';
import { seenFromHere } from './out-of-sight.js';
import { queued } from './queued-tasks.js';
import { requestOf } from '../run-job.js';

/** What came of a part. */
const partSchema = z.object({
  known: z.boolean(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});
type Part = z.infer<typeof partSchema>;

/** Queues the parts of a film that is long. @returns whether it is */
export async function inParts(
  { task, job, part_s, signal, queue, services }: Doing,
  file: number,
  request: IndexRequest,
): Promise<boolean> {
  const { jobs, tasks } = queue,
    { job_id } = task;
  const [planned] = await jobs.fields(job_id, FIELD.cuts(file));
  if (planned === null) {
    const cuts = await (await services()).indexing.cutsForParts(request, part_s, signal);
    if (cuts.length === 0) return false;
    await jobs.setOnce(job_id, FIELD.cuts(file), JSON.stringify(cuts));
  }
  const cuts = await cutsOf(jobs, job.job_id, file);
  const parts = Array.from({ length: cuts.length + 1 }, (_, part) => ({ job_id, kind: 'part' as const, file, part }));
  await tasks.add(parts.map(queued), true);
  return true;
}

/** Watches a part; whoever does the last one keeps what came of the film. */
export async function filmPart(doing: Doing, file: number, part: number): Promise<void> {
  const { job, begun, signal, leftOut, tell, queue, services } = doing,
    { jobs } = queue,
    { job_id } = job;
  const [sources, kept, mine] = await jobs.fields(job_id, FIELD.sources, FIELD.file(file), FIELD.part(file, part));
  const source = sourcesOf(sources)?.[file] ?? null;
  if (source === null || kept !== null || leftOut.has(source)) return;
  const cuts = await cutsOf(jobs, job_id, file);
  const { indexing } = await services();
  const { quick: _, ...asked } = requestOf(JOB_REQUESTS.index_video, job);
  const during = <T>(work: (until: AbortSignal) => Promise<T>): Promise<T> => leftOut.during([source], signal, work);
  try {
    if (mine !== null && begun > MAX_LOST_RUNS) throw lostTooOften();
    if (mine === null) {
      const from = part > 0 ? { start_s: cuts[part - 1] } : {},
        to = part < cuts.length ? { end_s: cuts[part] } : {};
      const came = await during((until) =>
        begun > MAX_LOST_RUNS
          ? Promise.reject(lostTooOften())
          : indexing.indexVideo(
              { ...asked, source, ...from, ...to },
              { signal: until, onProgress: tell, key: job_id, isPart: true },
            ),
      ).then(
        (video): Part => ({ known: video.already_indexed, error: null }),
        async (thrown: unknown): Promise<Part> => {
          const error = await seenFromHere(thrown, source);
          if ((await isOfNoFile(doing, error)) || leftOut.has(source)) throw error;
          const { code, message, hint } = asRollcallError(error);
          return { known: false, error: { code, message, hint } };
        },
      );
      await jobs.set(job_id, { [FIELD.part(file, part)]: JSON.stringify(came) });
    }
    const names = [...cuts, null].map((_, n) => FIELD.part(file, n));
    const all = (await jobs.fields(job_id, ...names)).flatMap((text) => readField(partSchema, text) ?? []);
    if (all.length < names.length) return; // whoever does the last one goes on
    const wrong = all.find(({ error }) => error !== null)?.error;
    if (wrong) throw new RollcallError(toErrorCode(wrong.code), wrong.message, wrong.hint);
    const { force: __, ...whole } = asked;
    const video = await during((until) =>
      indexing.indexVideo({ ...whole, source }, { signal: until, key: job_id, afterParts: true }),
    );
    const already_indexed = all.every(({ known }) => known);
    await keep(doing, new Map([[file, finishedVideo(source, { ...video, already_indexed })]]));
  } catch (thrown) {
    const error = await seenFromHere(thrown, source);
    if (await isOfNoFile(doing, error)) throw error;
    if (!leftOut.has(source)) await keep(doing, new Map([[file, failedVideo(source, error)]]));
  }
}

async function cutsOf(jobs: Doing['queue']['jobs'], job_id: string, file: number): Promise<number[]> {
  return readField(cutsSchema, (await jobs.fields(job_id, FIELD.cuts(file)))[0]) ?? [];
}
