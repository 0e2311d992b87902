/** Two copies of a film in a folder, which are watched at the same time. */
import { copyFile } from 'node:fs/promises';
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
