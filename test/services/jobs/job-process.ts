/** Run by jobs.test.ts: starts a job that never ends, says so, and waits to be killed. */
import process from 'node:process';
import pino from 'pino';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from './fake-indexing.js';

const [home, source] = process.argv.slice(2);
if (!home || !source) throw new Error('usage: job-process <home> <source>');
const jobs = createJobs({
  home,
  services: async () => ({ indexing: fakeIndexing(), calibration: fakeCalibration(), repacking: fakeRepacking }),
  logger: pino({ level: 'silent' }),
});
const { job } = await jobs.start('index_video', { source });
await jobs.wait(job.job_id, {
  wait_s: 60,
  onChange: (j) => {
    if (j.progress > 0) process.stdout.write(`${job.job_id}\n`);
  },
});
