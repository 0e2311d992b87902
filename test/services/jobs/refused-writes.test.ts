/** Jobs whose records the disk refuses: they end, say why, and are brought to the disk when it takes them again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { IndexingService } from '../../../src/services/indexing/index-video.js';
import { type Jobs, createJobs } from '../../../src/services/jobs/jobs.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from './fake-indexing.js';

let home: string;
const open: Jobs[] = [];
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-refused-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((jobs) => jobs.close()));
  await rm(home, { recursive: true });
});

function service(indexing: IndexingService = fakeIndexing(), patienceMs = 0): Jobs {
  const services = async () => ({ indexing, calibration: fakeCalibration(), repacking: fakeRepacking });
  const jobs = createJobs({ home, services, logger: pino({ level: 'silent' }), patienceMs });
  open.push(jobs);
  return jobs;
}

const fileOf = (job_id: string): string => path.join(home, 'jobs', `${job_id}.json`);
const stored = async (job_id: string): Promise<unknown> => JSON.parse(await readFile(fileOf(job_id), 'utf8'));

/** Indexing after which the jobs' folder is a file, so that nothing can be written there. @returns how to mend it */
function blocking(): { indexing: IndexingService; mend(): Promise<void> } {
  const [jobs, aside] = [path.join(home, 'jobs'), path.join(home, 'aside')];
  const indexing: IndexingService = {
    ...fakeIndexing(),
    async indexVideo() {
      await rename(jobs, aside);
      await writeFile(jobs, '');
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  };
  return {
    indexing,
    async mend() {
      await rm(jobs);
      await rename(aside, jobs);
      await rm(path.join(jobs, '.runner.lock'), { recursive: true, force: true }); // could not be removed meanwhile
    },
  };
}

it('a job whose end cannot be written is over all the same, and says why', async () => {
  const { indexing, mend } = blocking();
  const jobs = service(indexing);
  const { job } = await jobs.start('index_video', { source: 'a' });
  const end = await jobs.wait(job.job_id, { wait_s: 10 });
  expect(end).toMatchObject({
    state: 'failed',
    error: { code: 'no_space', hint: expect.stringContaining('Make room') as unknown },
  });
  await mend();
  // The disk has it as it was; the closing process brings it there.
  expect(await stored(job.job_id)).not.toMatchObject({ state: 'failed' });
  await jobs.close();
  expect(await stored(job.job_id)).toMatchObject({ state: 'failed', error: { code: 'no_space' } });
  const next = service();
  next.adopt();
  expect(await next.wait(job.job_id, { wait_s: 0 })).toMatchObject({ state: 'failed', lost_runs: 0 });
});

it('the same request is a new job, and the next look brings the old one to the disk', async () => {
  const { indexing, mend } = blocking();
  let blocked = false;
  const jobs = service({
    ...fakeIndexing(),
    indexVideo: (...args) => (blocked ? fakeIndexing() : ((blocked = true), indexing)).indexVideo(...args),
  });
  const { job } = await jobs.start('index_video', { source: 'a' });
  expect((await jobs.wait(job.job_id, { wait_s: 10 })).state).toBe('failed');
  await mend();
  const again = await jobs.start('index_video', { source: 'a' });
  expect(again.created).toBe(true);
  expect((await jobs.wait(again.job.job_id, { wait_s: 10 })).state).toBe('done');
  expect(await stored(job.job_id)).toMatchObject({ state: 'failed', lost_runs: 0 });
});

it('tries again while it has patience', async () => {
  const { indexing, mend } = blocking();
  const jobs = service(indexing, 20_000);
  const { job } = await jobs.start('index_video', { source: 'a' });
  expect((await jobs.wait(job.job_id, { wait_s: 10 })).state).toBe('failed');
  await mend();
  await expect.poll(() => stored(job.job_id), { timeout: 10_000 }).toMatchObject({ state: 'failed' });
});

it('a job that can never be begun ends, and says why', async () => {
  const jobs = service();
  // In place of the lock: something that can be neither taken nor removed.
  const lock = path.join(home, 'jobs', '.runner.lock');
  await mkdir(lock, { recursive: true });
  await writeFile(path.join(lock, 'in the way'), '');
  await utimes(lock, new Date(0), new Date(0));
  const { job } = await jobs.start('index_video', { source: 'a' });
  expect(await jobs.wait(job.job_id, { wait_s: 10 })).toMatchObject({ state: 'failed', error: { code: 'internal' } });
});

it.runIf(process.platform !== 'win32')('a real limit of the system is told as such', async () => {
  const script = fileURLToPath(new URL('limited-process.ts', import.meta.url));
  // 8 blocks of 512 or 1024 bytes: enough for a record, not for a video's tracks.
  const limited = 'ulimit -f 8; exec "$0" --import tsx "$1" "$2"';
  const child = spawn('sh', ['-c', limited, process.execPath, script, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  await once(child, 'exit');
  const end: unknown = JSON.parse(said);
  expect(end).toMatchObject({ state: 'failed', error: { code: 'no_space' } });
});
