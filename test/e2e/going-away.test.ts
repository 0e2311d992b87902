/** A client that is gone from one moment to the next. */
import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';
import { jobSchema } from '../../src/services/answers/job.js';
import { clip, indexedSchema, listedSchema, looped, workplace } from './workplace.js';

const BUDGET_MS = 5000;
const CLIENT = fileURLToPath(new URL('doomed-client.ts', import.meta.url));
const at = workplace();

/** A zombie is as gone as a process gets where nobody buries orphans. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString()
      .startsWith('Z');
  } catch {
    return false;
  }
}

it.skipIf(process.platform === 'win32')('ends with its client; the next server finishes the work', async () => {
  const folder = await at.folder(),
    home = path.join(folder, 'home');
  const source = await looped(clip('lounge.mp4'), 2, path.join(folder, 'twice.mp4'));
  const client = spawn(process.execPath, ['--import', 'tsx', CLIENT, inject('bin'), home, source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  at.keep(async () => void client.kill('SIGKILL'));
  let pid = 0;
  for await (const line of createInterface({ input: client.stdout })) {
    const [word, value] = line.split(' ');
    if (word === 'server') pid = Number(value);
    expect(word, 'it was not to finish').not.toBe('done');
    if (word === 'progress' && Number(value) > 0.1) break;
  }
  expect(isAlive(pid)).toBe(true);
  client.kill('SIGKILL');
  const began = performance.now();
  await expect.poll(() => isAlive(pid), { timeout: BUDGET_MS, interval: 20 }).toBe(false);
  process.stderr.write(`server gone ${(performance.now() - began).toFixed(0)} ms after its client\n`);

  const server = await at.stdio(home);
  const {
    jobs: [left, ...more],
  } = await server.call('job', {}, z.object({ jobs: z.array(jobSchema) }));
  expect(more).toEqual([]);
  expect(left).toMatchObject({ source, state: expect.stringMatching(/^(queued|running)$/) });
  const done = indexedSchema.parse(await server.follow(left?.job_id ?? ''));
  expect(done).toMatchObject({ source, already_indexed: false, identities_total: 5 });
  expect(done.coverage[0]?.decoded).toHaveLength(1);
  expect(done.coverage[0]?.decoded[0]?.start_s).toBeCloseTo(0, 1);
  expect(done.coverage[0]?.decoded[0]?.end_s).toBeCloseTo(done.duration_s, 1);
  expect(done.duration_s).toBeCloseTo(14.8, 1);
  expect(await server.index({ source }, indexedSchema)).toEqual({ ...done, already_indexed: true });
  expect((await server.call('list_identities', {}, listedSchema)).coverage).toHaveLength(1);
});
