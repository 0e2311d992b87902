/** A folder's job that another process goes on with counts what was done before. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import type { IndexingService } from '../../../src/services/indexing/index-video.js';
import { PHOTOS_AT_ONCE } from '../../../src/services/indexing/photos/index-photos.js';
import { type Jobs, createJobs } from '../../../src/services/jobs/jobs.js';
import type { JobRecord } from '../../../src/store/records/job-record.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from './fake-indexing.js';

const videosOf = (job: JobRecord) => (job.kind === 'index_video' ? job.videos : []);

/** Services over one home, one after the other. */
function oneHome() {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-jobs-'));
  const open: Jobs[] = [];
  onTestFinished(async () => {
    await Promise.all(open.map((jobs) => jobs.close()));
    rmSync(home, { recursive: true });
  });
  return {
    service(indexing: IndexingService = fakeIndexing()): Jobs {
      const services = async () => ({ indexing, calibration: fakeCalibration(), repacking: fakeRepacking });
      const jobs = createJobs({ home, services, logger: pino({ level: 'silent' }) });
      open.push(jobs);
      return jobs;
    },
    async until(jobs: Jobs, job_id: string, holds: (job: JobRecord) => boolean): Promise<void> {
      expect(await jobs.wait(job_id, { wait_s: 15, until: holds })).toSatisfy(holds);
    },
  };
}

it('counts in a folder what an earlier run has done: "3 of 4" goes on as that', async () => {
  const at = oneHome();
  const source = 'folder:a,b,slow,c';
  const first = at.service();
  const { job } = await first.start('index_video', { source });
  await at.until(first, job.job_id, (j) => videosOf(j).length === 2 && j.stage.startsWith('4 of 4'));
  await first.close();
  const next = at.service();
  next.adopt();
  const goesOn = (j: JobRecord): boolean => j.state === 'running' && j.stage.includes(' of ');
  await at.until(next, job.job_id, goesOn);
  expect(await next.wait(job.job_id, { wait_s: 0 })).toMatchObject({ stage: '4 of 4: decoding', progress: 0.625 });
});

it('counts in a folder the photos that an earlier run has done', async () => {
  const at = oneHome();
  const files = Array.from({ length: 170 }, (_, n) => `photo${n}.jpg`);
  const indexing = { ...fakeIndexing(), expandSource: async () => ({ files, passedOver: [] }) };
  const told: string[] = [];
  let batches = 0;
  const photos =
    (stopAt: number): IndexingService['indexPhotos'] =>
    async (sources, request, context) => {
      if (++batches === stopAt) await once(context?.signal ?? expect.unreachable(), 'abort');
      context?.signal?.throwIfAborted();
      context?.onProgress?.({ fraction: 1, stage: 'looking', eta_s: null });
      return fakeIndexing().indexPhotos(sources, request, context);
    };
  const first = at.service({ ...indexing, indexPhotos: photos(2) });
  const { job } = await first.start('index_video', { source: 'folder' });
  await at.until(first, job.job_id, (j) => videosOf(j).length === PHOTOS_AT_ONCE);
  await first.close();
  const next = at.service({ ...indexing, indexPhotos: photos(0) });
  next.adopt();
  await next.wait(job.job_id, { wait_s: 10, onChange: (j) => void told.push(j.stage) });
  expect(told.filter((s) => s.startsWith('photo')).at(-1)).toBe('photo 170 of 170');
});
