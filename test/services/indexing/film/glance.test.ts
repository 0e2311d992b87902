/** A first look at key frames, while the film is still to be watched whole. */
import { copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { loadSettings } from '../../../../src/config/settings.js';
import { createServices } from '../../../../src/services/create-services.js';
import { createJobs } from '../../../../src/services/jobs/jobs.js';
import type { IndexJobRecord } from '../../../../src/store/records/job-record.js';
import { answerOfJob } from '../../../../src/tools/answers/job-answer.js';
import { shortClip, temporaryFolder } from '../../../support/libraries/index-footage.js';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 300_000 });

/** In the clip. */
const PEOPLE = 5;

let source: string;
beforeAll(async () => {
  source = await shortClip();
});

async function open(glance_from_s: number) {
  const home = await temporaryFolder(),
    logger = pino({ level: 'silent' });
  const settings = { ...loadSettings(), home, pack: 'fast' };
  const services = createServices(settings, logger, { checkpoint_ms: 5000, glance_from_s });
  const jobs = createJobs({ home, services: async () => services, logger });
  onTestFinished(async () => {
    await jobs.close();
    await services.close();
  });
  return { home, services, jobs };
}

it('tells the cast from key frames, then watches the whole under the same ids', async () => {
  const { home, services, jobs } = await open(0);
  const context = { services: async () => services, signal: new AbortController().signal, detail: 'brief' } as const;
  const { job } = await jobs.start('index_video', { source, quick: true });
  const glanced = (record: object) => 'glanced' in record;
  const first = await jobs.wait(job.job_id, { wait_s: 120, until: glanced });
  expect(first.state).toBe('running');
  const { data, text } = await answerOfJob(first, context);
  expect(data).toMatchObject({ job: { state: 'running' }, identities_total: PEOPLE });
  expect(data.hint).toContain('Only key frames');
  expect(text).toContain('lounge-short.mp4');
  expect(data.coverage?.[0]?.sample_fps).toBeLessThanOrEqual(0.5);
  const before = data.identities?.map(({ identity_id }) => identity_id).sort();

  const end = (await jobs.wait(job.job_id, { wait_s: 200 })) as IndexJobRecord; // the kind it was started as
  expect(end).toMatchObject({
    state: 'done',
    videos: [{ already_indexed: false, warnings: [], identities_total: PEOPLE }],
  });
  const after = await services.identities.list({ sort: 'seconds' });
  expect(after.identities.map(({ identity_id }) => identity_id).sort()).toEqual(before);
  expect(after.coverage[0]).toMatchObject({ sample_fps: 5 });
  // Nothing of the glance is left beside the whole.
  expect(await readdir(path.join(home, 'runs'))).toEqual([]);

  const again = await jobs.start('index_video', { source, quick: true });
  expect(again.job).toMatchObject({ state: 'done', videos: [{ already_indexed: true }] });
});

it('a short film, a part of one, and one that is known are not glanced at', async () => {
  const { services } = await open(60);
  expect(await services.indexing.glance({ source })).toBeNull();
  const always = (await open(0)).services;
  expect(await always.indexing.glance({ source, end_s: 2 })).toBeNull();
  await always.indexing.indexVideo({ source, end_s: 1 });
  expect(await always.indexing.glance({ source })).toBeNull();
});

it('called off between glance and whole, what the glance saw stays, and says how little was looked at', async () => {
  const { services, jobs } = await open(0);
  const { job } = await jobs.start('index_video', { source, quick: true });
  await jobs.wait(job.job_id, { wait_s: 120, until: (record) => 'glanced' in record });
  await jobs.cancel(job.job_id);
  const { identities, coverage } = await services.identities.list({ sort: 'seconds' });
  expect(identities).toHaveLength(PEOPLE);
  expect(coverage[0]?.sample_fps).toBeLessThanOrEqual(0.5);
});

it('what was edited at a glance still holds when the film was watched whole', async () => {
  const { services } = await open(0);
  await services.indexing.glance({ source });
  const { identities } = await services.identities.list({ sort: 'seconds' });
  const [one, two, three] = identities.map(({ identity_id }) => identity_id);
  await services.curation.edit(
    {
      edits: [
        { action: 'name', identity_id: one, name: 'Ada' },
        { action: 'merge', identity_ids: [one ?? '', two ?? ''] },
        { action: 'ignore', identity_id: three },
      ],
      dry_run: false,
    },
    'test',
  );
  await services.indexing.indexVideo({ source, quick: true });
  const after = await services.identities.list({ sort: 'seconds' });
  expect(after.identities).toHaveLength(PEOPLE - 2);
  expect(after.identities.find(({ name }) => name === 'Ada')?.identity_id).toBe(one);
  expect(after.identities.map(({ identity_id }) => identity_id)).not.toContain(three);
});

it('of a folder, the films glanced at are told in the text and as data', async () => {
  const { services, jobs } = await open(0);
  const folder = await temporaryFolder();
  for (const name of ['one.mp4', 'two.mp4']) await copyFile(source, path.join(folder, name));
  const { job } = await jobs.start('index_video', { source: folder, quick: true });
  const record = await jobs.wait(job.job_id, { wait_s: 120, until: (r) => 'glanced' in r });
  const context = { services: async () => services, signal: new AbortController().signal, detail: 'brief' } as const;
  const { data, text } = await answerOfJob(record, context);
  await jobs.cancel(job.job_id);
  expect(text).toContain('one.mp4');
  expect(data.videos?.[0]).toMatchObject({ identities_total: PEOPLE, error: null });
  expect(data.videos_total).toBe(data.videos?.length);
});
