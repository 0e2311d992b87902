import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PassingError, RollcallError } from '../../../src/domain/errors/errors.js';
import type { CalibrationService } from '../../../src/services/calibration/calibrate.js';
import type { IndexingService } from '../../../src/services/indexing/index-video.js';
import { JobFiles } from '../../../src/services/jobs/job-files.js';
import type { JobRecord } from '../../../src/store/records/job-record.js';
import { type Jobs, createJobs } from '../../../src/services/jobs/jobs.js';
import { answerOfJob, jobLine, jobStatus } from '../../../src/tools/answers/job-answer.js';
import { leftOutSince } from '../../../src/tools/answers/left-out-answer.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from './fake-indexing.js';

let home: string;
const open: Jobs[] = [];
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-jobs-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((jobs) => jobs.close()));
  rmSync(home, { recursive: true });
});

function service(
  indexing: IndexingService = fakeIndexing(),
  calibration: CalibrationService = fakeCalibration(),
): Jobs {
  const jobs = createJobs({
    home,
    services: async () => ({ indexing, calibration, repacking: fakeRepacking }),
    logger: pino({ level: 'silent' }),
  });
  open.push(jobs);
  return jobs;
}

const videosOf = (job: JobRecord) => (job.kind === 'index_video' ? job.videos : []);

/** Waits until the job satisfies the condition. */
function until(jobs: Jobs, job_id: string, holds: (job: JobRecord) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    jobs
      .wait(job_id, {
        wait_s: 20,
        onChange: (job) => {
          if (holds(job)) resolve();
        },
      })
      .then((job) => (holds(job) ? resolve() : reject(new Error(`job is ${job.state}`))), reject);
  });
}

describe('jobs', () => {
  it('runs a video and keeps what came of it', async () => {
    const jobs = service();
    const { job } = await jobs.start('index_video', { source: 'a' });
    expect(job).toMatchObject({ state: 'queued', progress: 0, source: 'a' });
    const end = await jobs.wait(job.job_id, { wait_s: 10 });
    expect(end).toMatchObject({
      state: 'done',
      progress: 1,
      folder: false,
      videos: [{ video_id: 'video_a', error: null }],
    });
    expect((await service().list()).map((j) => [j.job_id, j.state])).toEqual([[job.job_id, 'done']]);
  });

  it('changes the pack of a library and keeps what was done', async () => {
    const jobs = service();
    const { job } = await jobs.start('change_pack', { pack: 'fast' });
    expect(job).toMatchObject({ kind: 'change_pack', source: 'the library, for pack fast', done: null });
    expect(await jobs.wait(job.job_id, { wait_s: 10 })).toMatchObject({
      state: 'done',
      done: { to: 'fast', how: 'nothing' },
    });
  });

  it('answers before the end when the time is up, and at once with wait_s 0', async () => {
    const jobs = service();
    const { job } = await jobs.start('index_video', { source: 'slow' });
    expect((await jobs.wait(job.job_id, { wait_s: 0 })).state).not.toBe('done');
    await until(jobs, job.job_id, (j) => j.state === 'running' && j.progress === 0.5);
  });

  it('runs one at a time, in order, also with two services on one library', async () => {
    const indexing = fakeIndexing();
    const [a, b] = [service(indexing), service(indexing)];
    const started = [];
    for (const [i, jobs] of [a, b, a, b].entries()) started.push(await jobs.start('index_video', { source: `v${i}` }));
    for (const { job } of started) expect((await a.wait(job.job_id, { wait_s: 20 })).state).toBe('done');
    expect(indexing.mostRunning).toBe(1);
    expect([...indexing.begun].sort()).toEqual(['v0', 'v1', 'v2', 'v3']);
  });

  it('tries again what failed because the library was away, and says so', async () => {
    const fake = fakeIndexing();
    let away = 1;
    const stages: string[] = [];
    const jobs = service({
      ...fake,
      indexVideo: (request, context) =>
        away-- > 0
          ? Promise.reject(new PassingError('unreachable', 'The store is away.', 'Wait.'))
          : fake.indexVideo(request, context),
    });
    const { job } = await jobs.start('index_video', { source: 'folder:a,bad' });
    const end = await jobs.wait(job.job_id, { wait_s: 10, onChange: ({ stage }) => void stages.push(stage) });
    expect(stages).toContainEqual(expect.stringContaining('trying again: The store is away.'));
    expect(videosOf(end).map((v) => [v.source, v.error?.code ?? null])).toEqual([
      ['a', null],
      ['bad', 'not_a_video'],
    ]);
  });

  it('gives the same request the same unfinished job', async () => {
    const jobs = service();
    const first = await jobs.start('index_video', { source: 'slow', start_s: undefined });
    const again = await jobs.start('index_video', { source: 'slow' });
    expect(again).toMatchObject({ created: false, job: { job_id: first.job.job_id } });
    expect((await jobs.start('index_video', { source: 'slow', sample_fps: 2 })).created).toBe(true);
  });

  it('goes on through a folder when one video fails, and fails when all do', async () => {
    const jobs = service();
    const some = await jobs.start('index_video', { source: 'folder:a,bad,b' });
    const end = await jobs.wait(some.job.job_id, { wait_s: 10 });
    expect(end).toMatchObject({ state: 'done', folder: true });
    expect(videosOf(end).map((v) => [v.source, v.video_id, v.error?.code ?? null])).toEqual([
      ['a', 'video_a', null],
      ['bad', null, 'not_a_video'],
      ['b', 'video_b', null],
    ]);
    const all = await jobs.start('index_video', { source: 'folder:bad1,bad2' });
    expect(await jobs.wait(all.job.job_id, { wait_s: 10 })).toMatchObject({
      state: 'failed',
      error: { code: 'not_a_video' },
    });
    const one = await jobs.start('index_video', { source: 'bad' });
    expect(await jobs.wait(one.job.job_id, { wait_s: 10 })).toMatchObject({
      state: 'failed',
      error: { hint: 'Give a video.' },
    });
  });

  it('cancels a running and a queued job, and lets the next one run', async () => {
    const jobs = service();
    const running = await jobs.start('index_video', { source: 'slow' });
    const queued = await jobs.start('index_video', { source: 'slow2' });
    const last = await jobs.start('index_video', { source: 'a' });
    await until(jobs, running.job.job_id, (j) => j.progress > 0);
    const both = Promise.all([jobs.cancel(queued.job.job_id), jobs.cancel(running.job.job_id)]);
    expect((await both).map((j) => j.state)).toEqual(['cancelled', 'cancelled']);
    expect((await jobs.wait(last.job.job_id, { wait_s: 10 })).state).toBe('done');
    expect((await jobs.cancel(last.job.job_id)).state).toBe('done');
  });

  it('cancels a job that another service runs', async () => {
    const [a, b] = [service(), service()];
    const { job } = await a.start('index_video', { source: 'slow' });
    await until(a, job.job_id, (j) => j.progress > 0);
    expect((await b.cancel(job.job_id)).state).toBe('cancelled');
  });

  it('says at once what is known, and what is not there, whatever runs', async () => {
    const indexing = fakeIndexing(),
      jobs = service(indexing);
    const running = await jobs.start('index_video', { source: 'slow' });
    await until(jobs, running.job.job_id, (j) => j.state === 'running');
    const { job } = await jobs.start('index_video', { source: 'known' });
    expect(job).toMatchObject({ state: 'done', progress: 1, videos: [{ source: 'known', already_indexed: true }] });
    expect(await jobs.wait(job.job_id, { wait_s: 0 })).toEqual(job);
    await expect(jobs.start('index_video', { source: 'missing' })).rejects.toMatchObject({ code: 'not_found' });
    expect((await jobs.list()).map((j) => j.job_id)).toEqual([job.job_id, running.job.job_id]);
    expect(indexing.begun).toEqual(['slow']);
  });

  it('queues what it can not tell at once', async () => {
    const never = service({ ...fakeIndexing(), knownVideos: () => new Promise(() => undefined) });
    expect((await never.start('index_video', { source: 'slow' })).job.state).toBe('queued');
    const broken = service({
      ...fakeIndexing(),
      knownVideos: () => Promise.reject(new RollcallError('missing_model', 'No weights.', 'Get them.')),
    });
    expect((await broken.start('index_video', { source: 'slow2' })).job.state).toBe('queued');
  });

  it('says what a queued job waits for, also to another service', async () => {
    const jobs = service();
    const running = await jobs.start('index_video', { source: 'slow' });
    await until(jobs, running.job.job_id, (j) => j.progress > 0);
    const next = await jobs.start('index_video', { source: 'slow2' });
    const last = await jobs.start('index_video', { source: 'a' });
    const first = `slow (${running.job.job_id}, 50 %, decoding)`;
    for (const seen of [jobs, service()]) {
      const stages = async (id: string) => (await seen.wait(id, { wait_s: 0 })).stage;
      await expect.poll(() => stages(next.job.job_id)).toBe(`queued behind 1 job: ${first}`);
      expect(await stages(last.job.job_id)).toBe(`queued behind 2 jobs; the first: ${first}`);
      expect((await seen.list())[0]?.stage).toContain('queued behind 2 jobs');
    }
    await jobs.cancel(running.job.job_id);
    await jobs.cancel(next.job.job_id);
    expect((await jobs.wait(last.job.job_id, { wait_s: 10 })).state).toBe('done');
  });

  it('removes what a job left once it has ended, and gives its work the name of the job', async () => {
    const keys: (string | undefined)[] = [];
    const indexing = fakeIndexing();
    const jobs = service({
      ...indexing,
      indexVideo: (request, context) => {
        keys.push(context?.key);
        return indexing.indexVideo(request, context);
      },
    });
    const { job } = await jobs.start('index_video', { source: 'slow' });
    await until(jobs, job.job_id, (j) => j.progress > 0);
    expect(indexing.tidied).toBe(0);
    await jobs.cancel(job.job_id);
    await expect.poll(() => indexing.tidied).toBe(1);
    expect(keys).toEqual([job.job_id]);
  });

  it('puts a running job back on close; only a service that adopts takes it up', async () => {
    const first = service();
    const { job } = await first.start('index_video', { source: 'folder:a,slow' });
    await until(first, job.job_id, (j) => videosOf(j).length === 1);
    await first.close();
    const next = service({ ...fakeIndexing(), expandSource: async () => ({ files: ['a', 'b'], passedOver: [] }) });
    const own = await next.start('index_video', { source: 'own' });
    expect((await next.wait(own.job.job_id, { wait_s: 10 })).state).toBe('done');
    expect(await next.wait(job.job_id, { wait_s: 0 })).toMatchObject({ state: 'queued', lost_runs: 0 });
    next.adopt();
    const end = await next.wait(job.job_id, { wait_s: 10 });
    expect(end.state).toBe('done');
    expect(videosOf(end).map((v) => v.source)).toEqual(['a', 'b']);
  });

  it('waiters get the reason of their signal; the job goes on', async () => {
    const jobs = service();
    const { job } = await jobs.start('index_video', { source: 'slow' });
    const gone = new AbortController();
    const waiting = jobs.wait(job.job_id, { wait_s: 20, signal: gone.signal });
    gone.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    await until(jobs, job.job_id, (j) => j.state === 'running');
  });

  it('loses nothing when the process is killed, and does not steal while it lives', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('job-process.ts', import.meta.url)), home, 'slow'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const line: unknown[] = await once(child.stdout, 'data');
    const job_id = String(line[0]).trim();
    const indexing = fakeIndexing();
    const jobs = service({ ...indexing, expandSource: async () => ({ files: ['a'], passedOver: [] }) });
    jobs.adopt();
    await jobs.wait(job_id, { wait_s: 1 });
    expect(indexing.begun).toEqual([]);
    await jobs.close();
    const viewer = service();
    expect((await viewer.list())[0]).toMatchObject({ job_id, state: 'running' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Nobody takes it up yet: what is said is how it is.
    const gone = {
      job_id,
      state: 'queued',
      stage: expect.stringMatching(/^interrupted: its process ended/) as unknown,
    };
    expect(await viewer.list()).toMatchObject([gone]);
    expect(await viewer.wait(job_id, { wait_s: 0 })).toMatchObject(gone);
    const next = service({ ...indexing, expandSource: async () => ({ files: ['a'], passedOver: [] }) });
    next.adopt();
    expect(await next.wait(job_id, { wait_s: 20 })).toMatchObject({ state: 'done', lost_runs: 1 });
    expect(JSON.parse(readFileSync(path.join(home, 'jobs', `${job_id}.json`), 'utf8'))).not.toHaveProperty('run_by');
  }, 40_000);

  it('gives up on a job that keeps taking its process down', async () => {
    const jobs = service();
    const { job } = await jobs.start('index_video', { source: 'slow' });
    await until(jobs, job.job_id, (j) => j.state === 'running');
    await jobs.close();
    const file = path.join(home, 'jobs', `${job.job_id}.json`);
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), state: 'running', lost_runs: 2 }));
    const next = service();
    next.adopt();
    expect(await next.wait(job.job_id, { wait_s: 10 })).toMatchObject({
      state: 'failed',
      lost_runs: 3,
      error: { code: 'internal' },
    });
  });

  it('runs a calibration as well, keeps its report, and asks for it under one key', async () => {
    const calibration = fakeCalibration(),
      jobs = service(fakeIndexing(), calibration);
    const { job } = await jobs.start('calibrate', { pairs_file: '/x/pairs.csv', apply: true });
    expect(job).toMatchObject({ kind: 'calibrate', state: 'queued', source: '/x/pairs.csv' });
    expect(await jobs.wait(job.job_id, { wait_s: 10 })).toMatchObject({
      state: 'done',
      progress: 1,
      report: { calibration_id: 'calibration_a', applied: true },
    });
    const failed = await jobs.start('calibrate', { pairs_file: '/x/bad.csv' });
    expect(await jobs.wait(failed.job.job_id, { wait_s: 10 })).toMatchObject({
      state: 'failed',
      report: null,
      error: { code: 'bad_argument', hint: 'Mend it.' },
    });
    const own = await jobs.start('calibrate', {}),
      list = await jobs.start('calibrate', { pairs: [{ image_a: '/x/a', image_b: '/x/b', same: true }] });
    expect([own.job.source, list.job.source]).toEqual(['the library', 'a list of pairs']);
    await jobs.wait(list.job.job_id, { wait_s: 10 });
    expect(calibration.asked.map(({ request, context }) => [request, context.key])).toEqual(
      [job, failed.job, own.job, list.job].map((j) => [j.request, j.job_id]),
    );
  });

  it('takes a calibration up again under its key, and cancels it', async () => {
    const calibration = fakeCalibration(),
      first = service(fakeIndexing(), calibration);
    const { job } = await first.start('calibrate', { pairs_file: 'slow.csv' });
    expect((await first.start('calibrate', { pairs_file: 'slow.csv' })).created).toBe(false);
    expect((await first.start('index_video', { source: 'slow.csv' })).created).toBe(true);
    await until(first, job.job_id, (j) => j.progress === 0.5 && j.eta_s === 1 && j.stage === '5 of 10 pictures');
    await first.close();
    const next = service(fakeIndexing(), calibration);
    next.adopt();
    await until(next, job.job_id, (j) => j.state === 'running' && j.progress === 0.5);
    expect((await next.cancel(job.job_id)).state).toBe('cancelled');
    expect(calibration.asked.map(({ context }) => context.key)).toEqual([job.job_id, job.job_id]);
  });

  it('goes on without a file of a folder that is forgotten meanwhile, be it done, under way or still to come', async () => {
    const here = service(),
      there = service();
    const { job } = await here.start('index_video', { source: 'folder:a,slow,b,c' });
    await until(here, job.job_id, (j) => videosOf(j).length === 1 && j.stage.startsWith('2 of 4'));
    const without = (...sources: string[]) => ({
      finished: () => false,
      unfinished: () => true,
      leavesOut: () => sources,
    });
    expect(await here.forget(without('a'), { dry_run: true })).toEqual({ removed: 0, shortened: 1 });
    expect(videosOf(await here.wait(job.job_id, { wait_s: 0 }))).toHaveLength(1);
    expect(await here.forget(without('a'))).toEqual({ removed: 0, shortened: 1 });
    expect(videosOf(await here.wait(job.job_id, { wait_s: 0 }))).toEqual([]);
    // Another process asks.
    expect(await there.forget(without('slow', 'c'))).toEqual({ removed: 0, shortened: 1 });
    const end = await here.wait(job.job_id, { wait_s: 10 });
    expect(end).toMatchObject({ state: 'done', error: null });
    expect(videosOf(end).map((v) => v.source)).toEqual(['b']);
    const { request: _, source: __, ...kept } = end;
    expect(JSON.stringify(kept)).not.toMatch(/slow|"a"|video_a/);
    // Whoever asks is told all the same, by what lies in the folder.
    const { data, text } = await answerOfJob(end, {
      services: async () => ({ indexing: fakeIndexing() }) as never, // all that is asked of them
      signal: new AbortController().signal,
      detail: 'brief',
    });
    const why = { code: 'cancelled', message: expect.stringMatching(/^It was forgotten while/) as unknown };
    expect(data).toMatchObject({
      videos: [...['a', 'slow', 'c'].map((source) => ({ source, video_id: null, error: why })), { source: 'b' }],
      videos_total: 4,
    });
    expect(text).toMatch(/1 video in .*; 3 left out\n- a: It was forgotten/);
    expect(jobLine(jobStatus(end))).toContain('; 3 left out');
    expect(leftOutSince(await here.list())).toContain('last indexed: 3.');
  });

  it('forgets what mentions a video, keeps a bounded history, refuses strange ids', async () => {
    const jobs = service();
    for (const source of ['a', 'b', 'c'])
      await jobs.wait((await jobs.start('index_video', { source })).job.job_id, { wait_s: 10 });
    const ofA = {
      finished: (job: JobRecord) => JSON.stringify(job).includes('video_a'),
      unfinished: () => false,
    };
    expect(await jobs.forget(ofA, { dry_run: true })).toEqual({ removed: 1, shortened: 0 });
    expect(await jobs.forget(ofA)).toEqual({ removed: 1, shortened: 0 });
    expect((await jobs.list()).map((j) => j.source)).toEqual(['c', 'b']);
    await new JobFiles(path.join(home, 'jobs')).prune(1);
    expect((await jobs.list()).map((j) => j.source)).toEqual(['c']);
    await expect(jobs.wait('job_../../etc/passwd', { wait_s: 0 })).rejects.toMatchObject({ code: 'unknown_id' });
  });
});
