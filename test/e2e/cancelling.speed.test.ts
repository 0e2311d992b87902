/** Stopping work that was begun, and using the server while it works. */
import path from 'node:path';
import { ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { jobSchema } from '../../src/services/answers/job.js';
import { jobAnswerSchema, type Session } from './session.js';
import { clip, listedSchema, looped, still, workplace } from './workplace.js';

vi.setConfig({ testTimeout: 180_000 });

const at = workplace();
let server: Session, long: string;
beforeAll(async () => {
  const folder = await at.folder();
  long = await looped(clip('lounge.mp4'), 20, path.join(folder, 'long.mp4'));
  server = await at.stdio(path.join(folder, 'home'));
});

const jobs = async () => (await server.call('job', {}, z.object({ jobs: z.array(jobSchema) }))).jobs;
const nothing = { identities: [], identities_total: 0, coverage: [] };

/** Starts a job and waits until it is really looking at the video. */
async function working(): Promise<string> {
  const {
    job: { job_id },
  } = await server.call('index_video', { source: long, wait_s: 0 }, jobAnswerSchema);
  await expect
    .poll(async () => (await server.call('job', { job_id, wait_s: 0 }, jobAnswerSchema)).job, {
      timeout: 120_000,
      interval: 50,
    })
    .toMatchObject({ state: 'running', stage: 'watching', progress: expect.toSatisfy((p: number) => p > 0.005) });
  return job_id;
}

describe('work that is stopped', () => {
  it('a cancelled request ends its job and leaves nothing to see', async () => {
    const cancel = new AbortController();
    const asked = server.raw(
      'index_video',
      { source: long, wait_s: 25 },
      {
        signal: cancel.signal,
        onprogress: ({ progress }) => {
          if (progress > 0.005) cancel.abort();
        },
      },
    );
    await expect(asked).rejects.toThrow();
    expect(cancel.signal.aborted, 'ended before it was cancelled').toBe(true);
    await expect.poll(async () => (await jobs())[0]?.state, { timeout: 10_000, interval: 50 }).toBe('cancelled');
    expect(await server.call('list_identities', {}, listedSchema)).toEqual(nothing);
  });

  it('a cancelled job ends and leaves nothing to see', async () => {
    const job_id = await working();
    expect((await server.call('job', { job_id, cancel: true }, jobAnswerSchema)).job.state).toBe('cancelled');
    expect(await server.call('list_identities', {}, listedSchema)).toEqual(nothing);
    expect((await jobs()).map((job) => job.state)).toEqual(['cancelled', 'cancelled']);
  });
});

it('answers within a second while it works', async () => {
  const compare = async (image_a: string) =>
    expect(await server.raw('verify_faces', { image_a, image_b: still('purple-dress') })).not.toHaveProperty(
      'isError',
      true,
    );
  // A new picture every time: one that was asked about before is remembered.
  const pictures = await Promise.all(
    Array.from(
      { length: 13 },
      async (_, i) =>
        `data:image/jpeg;base64,${(
          await sharp(still('black-blouse'))
            .jpeg({ quality: 60 + i })
            .toBuffer()
        ).toString('base64')}`,
    ),
  );
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await run();
    return performance.now() - began;
  };
  const warm = pictures.splice(0, 3),
    idle: number[] = [];
  for (const picture of warm) idle.push(await timed(() => compare(picture)));
  const idle_ms = Math.min(...idle);
  const job_id = await working();
  const lists: number[] = [],
    compared: number[] = [];
  for (const picture of pictures) {
    lists.push(await timed(() => server.client.request({ method: 'tools/list' }, ListToolsResultSchema)));
    compared.push(await timed(() => compare(picture)));
  }
  const { job } = await server.call('job', { job_id, wait_s: 0 }, jobAnswerSchema);
  expect(job.state, 'it was to be at work all the time').toBe('running');
  await server.call('job', { job_id, cancel: true }, jobAnswerSchema);
  process.stderr.write(
    `at work: tools/list at most ${Math.max(...lists).toFixed(0)} ms, verify_faces ${compared.map((ms) => ms.toFixed(0)).join(', ')} ms; ${idle_ms.toFixed(0)} ms when idle\n`,
  );
  // A second where a comparison alone takes no more than 150 ms; a machine under load is measured by its own slowness.
  const limit_ms = Math.max(1000, 7 * idle_ms);
  expect(Math.max(...lists)).toBeLessThan(limit_ms);
  expect(Math.max(...compared)).toBeLessThan(limit_ms);
});
