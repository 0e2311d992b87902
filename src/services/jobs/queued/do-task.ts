/** The work of each kind of task. */
import { asRollcallError, ElsewhereError, RollcallError, toErrorCode } from '../../../domain/errors/errors.js';
import type { JobRecord } from '../../../store/records/job-record.js';
import type { IndexRequest } from '../../requests/index-video.js';
import { failedVideo, finishedPhoto, finishedVideo } from '../index-job.js';
import { failed, JOB_REQUESTS, MAX_LOST_RUNS } from '../job-kinds.js';
import { type Doing, isOfNoFile, keep, lostTooOften } from './doing.js';
import { passedOverRecord } from '../left-out.js';
import { filmPart, inParts } from './film-parts.js';
import { endJob, strike } from './queued-job.js';
import { FIELD, sourcesOf } from './queued-record.js';
import { inOrder, queued, tasksOf } from './queued-tasks.js';
import { requestOf, runJob } from '../run-job.js';
import { outOfSight, seenFromHere } from './out-of-sight.js';
import { isUnfit } from './unfit-worker.js';

/** @throws what the signal was aborted with, or that the queue is gone; what is wrong with a file is kept of it */
export async function doTask(doing: Doing): Promise<void> {
  const { task, signal } = doing;
  signal.throwIfAborted();
  switch (task.kind) {
    case 'plan':
      return doing.job.kind === 'index_video' ? plan(doing) : doWhole(doing);
    case 'film':
      return film(doing, task.file);
    case 'part':
      return filmPart(doing, task.file, task.part);
    case 'glance':
      return glance(doing, task.file);
    case 'photos':
      return photos(doing, task.file, task.to);
  }
}

/** A job that is one task. */
async function doWhole(doing: Doing): Promise<void> {
  const { job, begun, signal, leftOut, tell, queue, services } = doing;
  const told = (record: JobRecord): void =>
    tell({ fraction: record.progress, stage: record.stage, eta_s: record.eta_s });
  const isLost = begun > MAX_LOST_RUNS;
  const end = isLost ? failed(job, lostTooOften()) : await runJob(job, services, told, signal, leftOut);
  if (end.error && !isLost) {
    const { code, message, hint } = end.error;
    const error = new RollcallError(toErrorCode(code), message, hint);
    if (await isUnfit(error, services)) throw error;
  }
  await endJob(queue.jobs, end);
}

async function plan(doing: Doing): Promise<void> {
  const { job, signal, queue, services } = doing,
    { job_id } = job;
  const { jobs, tasks } = queue;
  let request: IndexRequest;
  try {
    request = requestOf(JOB_REQUESTS.index_video, job);
    if (!sourcesOf((await jobs.fields(job_id, FIELD.sources))[0])) {
      const { indexing } = await services();
      const found = await indexing.expandSource(request.source, signal);
      const passed = passedOverRecord(found.passedOver);
      if (passed.passed_over) await jobs.set(job_id, { [FIELD.passed]: JSON.stringify(passed.passed_over) });
      await jobs.setOnce(job_id, FIELD.sources, JSON.stringify(inOrder(found.files)));
    }
  } catch (thrown) {
    const error = asRollcallError(thrown);
    if (error.code === 'not_found') throw outOfSight(error);
    if (await isOfNoFile(doing, thrown)) throw thrown;
    await endJob(jobs, failed(job, error));
    return;
  }
  await strike(jobs, job_id);
  const sources = sourcesOf((await jobs.fields(job_id, FIELD.sources))[0]) ?? [];
  await tasks.add(tasksOf(job_id, sources, request.quick ?? false).map(queued));
}

async function film(doing: Doing, file: number): Promise<void> {
  const { job, begun, signal, leftOut, tell, services } = doing;
  const source = (await toDo(doing, file, file + 1)).get(file);
  if (source === undefined) return;
  try {
    const request = { ...requestOf(JOB_REQUESTS.index_video, job), source };
    if (begun > MAX_LOST_RUNS) throw lostTooOften();
    const { indexing } = await services();
    if (await inParts(doing, file, request)) return;
    const video = await leftOut.during([source], signal, (until) =>
      indexing.indexVideo(request, { signal: until, onProgress: tell, key: job.job_id }),
    );
    await keep(doing, new Map([[file, finishedVideo(source, video)]]));
  } catch (thrown) {
    const error = await seenFromHere(thrown, source);
    if (await isOfNoFile(doing, error)) throw error;
    if (!leftOut.has(source)) await keep(doing, new Map([[file, failedVideo(source, error)]]));
  }
}

/** What goes wrong is told when the film is watched whole. */
async function glance(doing: Doing, file: number): Promise<void> {
  const { job, begun, signal, leftOut, tell, queue, services } = doing;
  const source = (await toDo(doing, file, file + 1)).get(file);
  if (source === undefined || begun > MAX_LOST_RUNS) return;
  try {
    const request = { ...requestOf(JOB_REQUESTS.index_video, job), source };
    const { indexing } = await services();
    const seen = await leftOut.during([source], signal, (until) =>
      indexing.glance(request, { signal: until, onProgress: ({ stage }) => tell({ fraction: 0, stage, eta_s: null }) }),
    );
    if (!seen || leftOut.has(source)) return;
    await queue.jobs.set(job.job_id, { [FIELD.seen(file)]: JSON.stringify(finishedVideo(source, seen)) });
  } catch (thrown) {
    const error = await seenFromHere(thrown, source);
    if (await isOfNoFile(doing, error)) throw error;
  }
}

async function photos(doing: Doing, file: number, to: number): Promise<void> {
  const { job, begun, signal, tell, services } = doing;
  const some = await toDo(doing, file, to);
  if (some.size === 0) return;
  try {
    if (begun > MAX_LOST_RUNS) throw lostTooOften();
    const { indexing } = await services();
    const request = requestOf(JOB_REQUESTS.index_video, job);
    const [sources] = await doing.queue.jobs.fields(job.job_id, FIELD.sources);
    const beside = (sourcesOf(sources) ?? []).filter((source) => source !== null);
    const outcomes = await indexing.indexPhotos([...some.values()], request, { signal, onProgress: tell }, beside);
    for (const outcome of outcomes) {
      const error = 'error' in outcome ? await seenFromHere(outcome.error, outcome.source) : null;
      if (error instanceof ElsewhereError) throw error;
    }
    const files = [...some.keys()];
    await keep(
      doing,
      new Map(
        outcomes.flatMap((outcome, i) => {
          const n = files[i];
          return n === undefined ? [] : [[n, finishedPhoto(outcome)]];
        }),
      ),
    );
  } catch (error) {
    if (await isOfNoFile(doing, error)) throw error;
    await keep(doing, new Map([...some].map(([n, source]) => [n, { ...failedVideo(source, error), photo: true }])));
  }
}

/** The files from one to before another that nothing is kept of yet. */
async function toDo({ job, leftOut, queue }: Doing, from: number, to: number): Promise<Map<number, string>> {
  const files = Array.from({ length: to - from }, (_, i) => from + i);
  const [sources, ...kept] = await queue.jobs.fields(job.job_id, FIELD.sources, ...files.map(FIELD.file));
  const all = sourcesOf(sources) ?? [];
  return new Map(
    files.flatMap((n, i) => {
      const source = all[n] ?? null;
      return source === null || kept[i] !== null || leftOut.has(source) ? [] : [[n, source] as const];
    }),
  );
}
