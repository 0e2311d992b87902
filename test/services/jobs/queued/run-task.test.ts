import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { ElsewhereError, PassingError, RollcallError } from '../../../../src/domain/errors/errors.js';
import { NO_TRACES } from '../../../../src/domain/tracing.js';
import { openQueue, type SharedQueue, type TaskSignals } from '../../../../src/queue/open-queue.js';
import { MAX_LOST_RUNS } from '../../../../src/services/jobs/job-kinds.js';
import type { Jobs } from '../../../../src/services/jobs/jobs.js';
import { createQueuedJobs } from '../../../../src/services/jobs/queued/queued-jobs.js';
import { runTask } from '../../../../src/services/jobs/queued/run-task.js';
import type { JobServices } from '../../../../src/services/jobs/run-job.js';
import { hasRedis, startRedis, type TestRedis } from '../../../support/servers/redis.js';
import { fakeIndexing, fakeRepacking } from '../fake-indexing.js';

const logger = pino({ level: 'silent' });
const NEVER: TaskSignals = { stop: new AbortController().signal, lost: new AbortController().signal };

describe.runIf(hasRedis)('a task', () => {
  let redis: TestRedis, queue: SharedQueue, jobs: Jobs;
  /** How often the library is still out of reach. */
  let away = 0;
  /** What a film ends with, and what the worker then says of itself. */
  let ends: RollcallError | null = null,
    isUnfit = false;
  const fake = fakeIndexing();
  const indexing: typeof fake = {
    ...fake,
    expandSource: async (source) => ({ ...(await fake.expandSource(source)), files: [source] }),
    indexVideo(request, context) {
      if (away-- > 0) return Promise.reject(new PassingError('unreachable', 'The store is away.', 'Wait.'));
      return ends ? Promise.reject(ends) : fake.indexVideo(request, context);
    },
    checkFit: () => (isUnfit && ends ? Promise.reject(ends) : Promise.resolve()),
  };
  const services = (): Promise<JobServices> =>
    Promise.resolve({
      indexing,
      calibration: { calibrate: () => Promise.reject(new Error('none is asked for')) },
      repacking: fakeRepacking,
    });
  beforeAll(async () => {
    redis = await startRedis('a-password');
    queue = openQueue(redis.url, logger);
    jobs = createQueuedJobs({ queue, services, logger });
  });
  afterAll(async () => {
    await jobs.close();
    await redis.stop();
  });

  const run = (job_id: string, kind: 'plan' | 'film', signals = NEVER, isLastTry = false): Promise<boolean> =>
    runTask(kind === 'plan' ? { job_id, kind } : { job_id, kind, file: 0 }, signals, isLastTry, {
      queue,
      services,
      logger,
      tracer: NO_TRACES,
      part_s: 1800,
    });
  const planned = async (source: string): Promise<string> => {
    const { job } = await jobs.start('index_video', { source });
    expect(await run(job.job_id, 'plan')).toBe(true);
    return job.job_id;
  };
  const standing = (job_id: string) => jobs.wait(job_id, { wait_s: 0 });
  beforeEach(() => {
    away = 0;
    ends = null;
    isUnfit = false;
  });

  it('keeps nothing of a film while the library is out of reach, however often that is', async () => {
    const job_id = await planned('/films/patient.mp4');
    away = MAX_LOST_RUNS + 2;
    for (let tries = away; tries > 0; tries--)
      await expect(run(job_id, 'film')).rejects.toMatchObject({ code: 'unreachable' });
    const [at] = await queue.jobs.fields(job_id, 'at:film-0');
    expect(at).toContain('trying again: The store is away.');
    expect(await standing(job_id)).toMatchObject({ state: 'running', videos: [] });

    expect(await run(job_id, 'film')).toBe(true);
    expect(await standing(job_id)).toMatchObject({ state: 'done', error: null, lost_runs: 0 });
  });

  it('is not to change the pack: which command does, and where, is said', async () => {
    await expect(jobs.start('change_pack', { pack: 'fast' })).rejects.toMatchObject({
      code: 'bad_argument',
      hint: expect.stringMatching(/all servers and workers.*`.* models use fast` without a queue.*ROLLCALL_PACK=fast/),
    });
  });

  it('says what went wrong at the last try', async () => {
    const job_id = await planned('/films/hopeless.mp4');
    away = 1;
    expect(await run(job_id, 'film', NEVER, true)).toBe(true);
    expect(await standing(job_id)).toMatchObject({ state: 'failed', error: { code: 'unreachable', hint: 'Wait.' } });
  });

  it('keeps nothing of a film that a worker with another pack was given, not at the last try either', async () => {
    const job_id = await planned('/films/of-others.mp4');
    ends = new RollcallError('incompatible_library', 'The library holds vectors of another pack.', 'Use that one.');
    isUnfit = true;
    await expect(run(job_id, 'film', NEVER, true)).rejects.toMatchObject({ code: 'incompatible_library' });
    expect(await standing(job_id)).toMatchObject({ state: 'running', videos: [], lost_runs: 0 });
    const [at] = await queue.jobs.fields(job_id, 'at:film-0');
    expect(at).toContain('another pack');
    ends = null;
    expect(await run(job_id, 'film')).toBe(true);
    expect(await standing(job_id)).toMatchObject({ state: 'done', error: null });
  });

  it('believes no film that makes a worker look unfit', async () => {
    const job_id = await planned('/films/mad.mp4');
    ends = new RollcallError('missing_dependency', 'ffmpeg answered with something else.', 'Set FFMPEG_PATH.');
    expect(await run(job_id, 'film')).toBe(true);
    expect(await standing(job_id)).toMatchObject({ state: 'failed', error: { code: 'missing_dependency' } });
  });

  it('leaves a film to another machine where the disk of this one is full', async () => {
    const job_id = await planned('/films/large.mp4');
    ends = new RollcallError('no_space', 'The disk is full.', 'Make room.');
    await expect(run(job_id, 'film')).rejects.toMatchObject({ code: 'no_space' });
    expect(await standing(job_id)).toMatchObject({ state: 'running', videos: [] });
    expect(await run(job_id, 'film', NEVER, true)).toBe(true);
    expect(await standing(job_id)).toMatchObject({ state: 'failed', error: { code: 'no_space' } });
  });

  it('leaves a film to workers that see it, at the last try too', async () => {
    const films = await mkdtemp(path.join(os.tmpdir(), 'rollcall-films-')),
      film = path.join(films, 'here.mp4');
    try {
      const job_id = await planned(film);
      ends = new RollcallError('not_found', `There is no file ${film}.`, 'Give another.');
      // The place of a disk, without the disk; then not even that.
      await expect(run(job_id, 'film', NEVER, true)).rejects.toBeInstanceOf(ElsewhereError);
      await rmdir(films);
      await expect(run(job_id, 'film', NEVER, true)).rejects.toBeInstanceOf(ElsewhereError);
      const [at] = await queue.jobs.fields(job_id, 'at:film-0');
      expect(at).toContain(`The worker on ${os.hostname()} does not see it`);
      expect(at).toContain('"waits":true');
      expect(await standing(job_id)).toMatchObject({ state: 'running', videos: [], lost_runs: 0 });
      // A film that is gone from among others is gone for all.
      await mkdir(films);
      await writeFile(path.join(films, 'other.mp4'), 'a film');
      expect(await run(job_id, 'film')).toBe(true);
      expect(await standing(job_id)).toMatchObject({ state: 'failed', error: { code: 'not_found' } });
    } finally {
      await rm(films, { recursive: true, force: true });
    }
  });

  it('does not count against its film when others took it over from a worker that lives', async () => {
    const job_id = await planned('/films/slow.mp4');
    for (let times = 0; times <= MAX_LOST_RUNS; times++) {
      const lost = new AbortController();
      const running = run(job_id, 'film', { ...NEVER, lost: lost.signal });
      await expect.poll(() => fake.running).toBe(1);
      lost.abort(new Error('another worker has it'));
      expect(await running).toBe(false);
    }
    expect(await standing(job_id)).toMatchObject({ state: 'running', videos: [], lost_runs: 0 });
  });
});
