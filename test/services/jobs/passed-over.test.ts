/** What a folder's job passed over is in its answer, at once or when it is done, and in what lists say of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { finishedVideo } from '../../../src/services/jobs/index-job.js';
import { finishedJob } from '../../../src/services/jobs/job-kinds.js';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { answerOfJob, jobStatus } from '../../../src/tools/answers/job-answer.js';
import { leftOutSince } from '../../../src/tools/answers/left-out-answer.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking, indexedVideo } from './fake-indexing.js';

test('tells which files are gone where one is left in the folder', async () => {
  const indexing = fakeIndexing([], ['/f/a.mp4']);
  const answer = (source: string) => {
    return answerOfJob(finishedJob('job_a', { source }, [finishedVideo('/f/b.mp4', indexedVideo('b'))]), {
      services: async () => ({ indexing }) as never, // all that is asked of them
      signal: new AbortController().signal,
      detail: 'full',
    });
  };
  for (const said of Object.values(await answer('/f')).map((part) => JSON.stringify(part)))
    expect(said).toContain('No longer in this folder: a.mp4. Who they show still counts');
  expect((await answer('/f/b.mp4')).text).not.toContain('No longer');
});

test('tells what of a folder it passed over, and why', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-left-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const error = { code: 'forbidden', message: 'It is a link.', hint: 'Follow it.' };
  const indexing = fakeIndexing(
    Array.from({ length: 30 }, (_, i) => ({ source: `/f/l${i}`, error })),
    ['/f/a.jpg', '/f/b.jpg'],
  );
  const jobs = createJobs({
    home,
    services: async () => ({ indexing, calibration: fakeCalibration(), repacking: fakeRepacking }),
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(() => jobs.close());
  const answer = async (source: string) => {
    const { job } = await jobs.start('index_video', { source });
    const end = await jobs.wait(job.job_id, { wait_s: 10 });
    return answerOfJob(end, {
      services: async () => ({ indexing }) as never, // all that is asked of them
      signal: new AbortController().signal,
      detail: 'full',
    });
  };
  for (const source of ['a', 'known']) {
    const { data, text } = await answer(source);
    expect(data.videos_total).toBe(31);
    expect(data.videos).toHaveLength(21);
    expect(data.videos?.[0]).toMatchObject({ source: '/f/l0', video_id: null, error });
    expect(text).toContain('1 video in');
    expect(text).toContain('; 30 left out\n- l0: It is a link.');
    expect(text).toContain('- and 10 more');
    expect(text).toMatch(
      /[.] No longer in this folder: a.jpg and 1 more\. Who they show still counts: .*forget video_ids/,
    );
  }
  const [job] = await jobs.list();
  expect(job && jobStatus(job)).toMatchObject({
    left_out_total: 30,
    left_out: ['/f/l0: It is a link.', '/f/l1: It is a link.', '/f/l2: It is a link.'],
  });
  expect(leftOutSince(await jobs.list())).toMatch(/last indexed: 60\. .f.l0: It is a link\..*\{job\} with job_/);
});
