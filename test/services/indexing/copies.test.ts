/** Two copies of a film in a folder, which are watched at the same time. */
import { appendFile, copyFile, rename } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { answerOfJob } from '../../../src/tools/answers/job-answer.js';
import { loungeClip, servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';

vi.setConfig({ testTimeout: 200_000 });

it('the second is known when its turn comes: one film, of the same people, under one path', async () => {
  const [home, folder] = [await temporaryFolder(), await temporaryFolder()];
  const source = await loungeClip();
  for (const name of ['a.mp4', 'b.mp4']) await copyFile(source, path.join(folder, name));
  const services = servicesAt(home);
  const jobs = createJobs({ home, services: async () => services, logger: pino({ level: 'silent' }) });
  onTestFinished(() => jobs.close());
  const { job } = await jobs.start('index_video', { source: folder });
  expect(await jobs.wait(job.job_id, { wait_s: 180 })).toMatchObject({
    state: 'done',
    videos: [
      { source: path.join(folder, 'a.mp4'), already_indexed: false, identities_total: 5 },
      { source: path.join(folder, 'b.mp4'), already_indexed: true, identities_total: 5 },
    ],
  });
  const { identities, coverage } = await services.identities.list({ sort: 'seconds' });
  expect(identities.map(({ video_ids }) => video_ids.length)).toEqual([1, 1, 1, 1, 1]);
  expect(coverage).toHaveLength(1);
});

it('a film that was moved is followed to where it lies, while one that lies in both places stays', async () => {
  const [home, folder] = [await temporaryFolder(), await temporaryFolder()];
  const [first, copy, moved] = ['first.mp4', 'copy.mp4', 'moved.mp4'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await copyFile(await loungeClip(), first);
  const { indexing, library } = servicesAt(home);
  const look = { start_s: 0, end_s: 1, sample_fps: 1 };
  await indexing.indexVideo({ source: first, ...look });
  const lies = async () => (await library.videos()).videos.map((v) => [v.title, v.source]);
  await copyFile(first, copy);
  expect(await indexing.knownVideos({ source: copy, ...look })).not.toBeNull();
  expect(await indexing.indexVideo({ source: copy, ...look })).toMatchObject({ already_indexed: true });
  expect(await lies()).toEqual([['first.mp4', first]]);
  await rename(first, moved);
  expect(await indexing.knownVideos({ source: moved, ...look })).toBeNull();
  expect(await indexing.indexVideo({ source: moved, ...look })).toMatchObject({ already_indexed: true });
  expect(await lies()).toEqual([['moved.mp4', moved]]);
});

it('names the film that was indexed from a path where another lies now, until that is forgotten', async () => {
  const file = path.join(await temporaryFolder(), 'growing.mp4');
  await copyFile(await loungeClip(), file);
  const services = servicesAt(await temporaryFolder());
  const jobs = createJobs({
    home: await temporaryFolder(),
    services: async () => services,
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(() => jobs.close());
  const answer = async () => {
    const { job } = await jobs.start('index_video', { source: file, start_s: 0, end_s: 1, sample_fps: 1 });
    const context = { services: async () => services, signal: AbortSignal.any([]), detail: 'full' } as const;
    const { data } = await answerOfJob(await jobs.wait(job.job_id, { wait_s: 180 }), context);
    return { video_id: data.video_id ?? expect.unreachable('no video'), hint: data.hint };
  };
  const before = await answer();
  expect(before.hint).not.toContain('from the same path');
  await appendFile(file, Buffer.alloc(8));
  const now = await answer();
  expect(now.video_id).not.toBe(before.video_id);
  expect(now.hint).toContain(`from the same path before, as another file, and still counted: ${before.video_id}.`);
  // Also where nothing is to be done: it counts until it is forgotten.
  expect((await answer()).hint).toContain(`and still counted: ${before.video_id}.`);
  const formerOf = (job_id: string, video_id: string) =>
    services.indexing.formerOf({ job_id, videos: [{ source: file, video_id }] });
  expect(await formerOf('job_a', before.video_id)).toEqual([now.video_id]);
  await services.forgetting.forget({ video_ids: [before.video_id], dry_run: false }, jobs);
  expect(await formerOf('job_b', now.video_id)).toEqual([]);
});
