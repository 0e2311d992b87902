/** Run by refused-writes.test.ts under a limit on the size of files: a job that writes more, and what becomes of it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import pino from 'pino';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from './fake-indexing.js';

process.on('SIGXFSZ', () => undefined); // as the program does
const home = process.argv[2];
if (!home) throw new Error('usage: limited-process <home>');
const indexing = {
  ...fakeIndexing(),
  async indexVideo(): Promise<never> {
    await writeFile(path.join(home, 'tracks'), Buffer.alloc(100_000));
    throw new Error('the limit did not hold');
  },
};
const jobs = createJobs({
  home,
  services: async () => ({ indexing, calibration: fakeCalibration(), repacking: fakeRepacking }),
  logger: pino({ level: 'silent' }),
});
const { job } = await jobs.start('index_video', { source: 'a' });
const end = await jobs.wait(job.job_id, { wait_s: 20 });
await jobs.close();
process.stdout.write(JSON.stringify(end));
