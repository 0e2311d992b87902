/** Indexing that is killed, or interrupted, and goes on where it was. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Services } from '../../../src/services/create-services.js';
import { createJobs, type Jobs } from '../../../src/services/jobs/jobs.js';
import { loungeClip, openServices, servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 300_000 });

const CHILD = fileURLToPath(new URL('index-process.ts', import.meta.url));

let source: string;
beforeAll(async () => {
  source = await loungeClip();
});

function jobsAt(home: string, services: Services): Jobs {
  const jobs = createJobs({ home, services: async () => services, logger: pino({ level: 'silent' }) });
  onTestFinished(() => jobs.close());
  return jobs;
}

/** What is on disk of runs that are not committed. */
async function leftovers(home: string): Promise<string[]> {
  const tables = (await readdir(path.join(home, 'library.lance'))).filter((name) => name.startsWith('run_'));
  return [...tables, ...(await readdir(path.join(home, 'runs')))];
}

/** When the checkpoint was written last. */
async function checkpointed(home: string): Promise<number> {
  const names = await readdir(path.join(home, 'runs')).catch(() => []);
  const times = names
    .filter((name) => name.endsWith('.checkpoint') && !name.startsWith('.'))
    .map((name) =>
      stat(path.join(home, 'runs', name)).then(
        (s) => s.mtimeMs,
        () => 0,
      ),
    ); // replaced meanwhile
  return Math.max(0, ...(await Promise.all(times)));
}

/**
 * A process of its own, killed as soon as it has watched so much and has kept something of it: a checkpoint waits until
 * the tracks before it are embedded. @returns how far it was when it began, and ended
 */
async function killedAt(home: string, fraction: number): Promise<{ from: number; to: number }> {
  const before = await checkpointed(home);
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, home, source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const told: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [stage, progress] = line.split(' ');
    if (stage !== 'watching') continue;
    told.push(Number(progress));
    if (Number(progress) >= fraction && (await checkpointed(home)) > before) break;
  }
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  return { from: told[0] ?? 1, to: told.at(-1) ?? 0 };
}

/** Everything that can be asked of what was indexed, without ids that are random and the order they give to equals. */
async function answers(services: Services): Promise<object> {
  const sorted = (all: unknown[]) => all.map((one) => JSON.stringify(one)).sort();
  const { identities, coverage } = await services.identities.list({ sort: 'seconds' });
  const { pairs } = await services.together.coOccurrence({ mode: 'same_shot' });
  return {
    coverage,
    people: sorted(identities.map(({ identity_id: _i, ...rest }) => rest)),
    shots: sorted(pairs.map((p) => p.intervals)),
  };
}

it('killed twice, in the middle of a shot and after the cut, it ends as if nothing had been', async () => {
  const home = await temporaryFolder(),
    whole = servicesAt(await temporaryFolder());
  await whole.indexing.indexVideo({ source });
  const expected = await answers(whole);

  const first = await killedAt(home, 0.4);
  const second = await killedAt(home, 0.8);
  // How far embedding is behind depends on the machine; what was kept is not watched again.
  expect(second.from).toBeGreaterThan(first.from);

  const services = servicesAt(home),
    jobs = jobsAt(home, services);
  const told: number[] = [];
  jobs.adopt();
  const [job] = await jobs.list();
  const end = await jobs.wait(job?.job_id ?? '', {
    wait_s: 300,
    onChange: ({ stage, progress }) => stage === 'watching' && told.push(progress),
  });
  expect(end).toMatchObject({ state: 'done', lost_runs: 2, videos: [{ already_indexed: false, error: null }] });
  expect(told[0]).toBeGreaterThan(second.from);
  expect(await answers(services)).toEqual(expected);
  expect(await leftovers(home)).toEqual([]);
});

it('what an interrupted job has staged goes when the job is cancelled', async () => {
  const home = await temporaryFolder();
  const services = openServices(home),
    jobs = jobsAt(home, services);
  const { job } = await jobs.start('index_video', { source });
  await new Promise<void>((resolve) => {
    void jobs.wait(job.job_id, { wait_s: 300, onChange: (j) => j.progress > 0.3 && resolve() });
  });
  await jobs.close();
  await services.close();
  expect((await leftovers(home)).filter((name) => name.endsWith(`${job.job_id}.checkpoint`))).toHaveLength(1);

  const next = jobsAt(home, servicesAt(home));
  expect((await next.cancel(job.job_id)).state).toBe('cancelled');
  await expect.poll(() => leftovers(home), { timeout: 10_000 }).toEqual([]);
});
