/** Two copies of a film in a folder, which are watched at the same time. */
import { copyFile, rename } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { loungeClip, servicesAt, temporaryFolder } from '../../support/index-footage.js';

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
  const lies = async () => (await library.videos()).map((v) => [v.title, v.source]);
  await copyFile(first, copy);
  expect(await indexing.knownVideos({ source: copy, ...look })).not.toBeNull();
  expect(await indexing.indexVideo({ source: copy, ...look })).toMatchObject({ already_indexed: true });
  expect(await lies()).toEqual([['first.mp4', first]]);
  await rename(first, moved);
  expect(await indexing.knownVideos({ source: moved, ...look })).toBeNull();
  expect(await indexing.indexVideo({ source: moved, ...look })).toMatchObject({ already_indexed: true });
  expect(await lies()).toEqual([['moved.mp4', moved]]);
});
