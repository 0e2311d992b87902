/** Run by resuming.test.ts: indexes a video in a job, says how far it is, and waits to be killed. */
import process from 'node:process';
import pino from 'pino';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { openServices } from '../../support/libraries/index-footage.js';

const [home, source] = process.argv.slice(2);
if (!home || !source) throw new Error('usage: index-process <home> <source>');
const services = openServices(home);
const jobs = createJobs({ home, services: async () => services, logger: pino({ level: 'silent' }) });
jobs.adopt();
const { job } = await jobs.start('index_video', { source });
await jobs.wait(job.job_id, {
  wait_s: 600,
  onChange: ({ stage, progress }) => process.stdout.write(`${stage} ${progress}\n`),
});
