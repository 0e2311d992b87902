/** Workers as processes of their own over a real Redis: servers ask, workers index, and either may die. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { hasRedis, startRedis } from '../support/servers/redis.js';
import { jobAnswerSchema, serverEnv, type Session } from './session.js';
import { startWorker as startWorkerProcess, type WorkerProcess } from './worker-process.js';
import { clip, ffmpeg, indexedSchema, listedSchema, looped, workplace } from './workplace.js';

const at = workplace();
const PASSWORD = 'a-password-of-redis';
const FILMS = 20;
const folderSchema = z.object({
  videos: z.array(z.object({ source: z.string(), error: z.object({ code: z.string() }).nullable().optional() })),
  job: jobAnswerSchema.shape.job,
});
const startedSchema = z.object({ job: jobAnswerSchema.shape.job });

it.skipIf(process.platform === 'win32')('ends quietly where it is told to while it waits for Redis', async () => {
  // It takes the connection, and says nothing.
  const silent = createServer();
  at.keep(async () => void silent.close());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = silent.address() as AddressInfo;
  const child = spawn(process.execPath, [inject('bin'), 'worker'], {
    env: serverEnv(await at.folder(), { ROLLCALL_QUEUE: `redis://127.0.0.1:${port}` }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  at.keep(async () => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await once(silent, 'connection');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).not.toMatch(/cannot start|takes work/);
});

describe.runIf(hasRedis)('workers', () => {
  let url = '',
    database = 0;
  const env = (): Record<string, string> => ({ ROLLCALL_QUEUE: url, ROLLCALL_PACK: 'fast', ROLLCALL_THREADS: '1' });
  beforeAll(async () => {
    const redis = await startRedis(PASSWORD);
    at.keep(redis.stop);
    ({ url } = redis);
  });
  // Workers of one test would take the tasks of another, which is of another library.
  beforeEach(() => {
    url = url.replace(/\d+$/, String(database++));
  });

  const startWorker = (home: string, args: readonly string[] = []): Promise<WorkerProcess> =>
    startWorkerProcess(home, env(), at.keep, args);

  /** Asks for the job until what it says is so. */
  async function until(
    session: Session,
    job_id: string,
    holds: (job: z.infer<typeof startedSchema>['job']) => boolean,
  ): Promise<void> {
    for (;;) {
      const { job } = await session.call('job', { job_id, wait_s: 0.2 }, startedSchema);
      if (holds(job)) return;
      if (job.state !== 'queued' && job.state !== 'running') throw new Error(`it ${job.state}: ${job.stage}`);
    }
  }

  it('index 20 films once each while one is killed, and say what is wrong with the bad one', async () => {
    const folder = await at.folder(),
      home = path.join(folder, 'home'),
      films = path.join(folder, 'films');
    await mkdir(films);
    await Promise.all(
      Array.from({ length: FILMS - 1 }, (_, i) =>
        ffmpeg(
          [
            '-ss',
            String((i % 5) + 0.1),
            '-i',
            clip('lounge.mp4'),
            '-t',
            '1.2',
            '-c',
            'copy',
            '-metadata',
            `title=${i}`,
          ],
          path.join(films, `film-${String(i).padStart(2, '0')}.mp4`),
        ),
      ),
    );
    await writeFile(path.join(films, 'film-10-bad.mp4'), 'this is no film');
    const server = await at.stdio(home, env()),
      other = await at.stdio(home, env());

    const { job } = await server.call('index_video', { source: films, wait_s: 0 }, startedSchema);
    expect(await other.call('job', { job_id: job.job_id, wait_s: 0 }, startedSchema)).toMatchObject({
      job: { state: 'queued', stage: expect.stringContaining('no worker runs') },
    });
    const [doomed, heir] = await Promise.all([startWorker(home), startWorker(home)]);
    await until(other, job.job_id, ({ progress }) => progress > 0.3);
    doomed.child.kill('SIGKILL');
    const seen: number[] = [];
    await until(other, job.job_id, ({ state, progress }) => {
      seen.push(progress);
      return state === 'done';
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));

    const { videos } = folderSchema.parse(await server.follow(job.job_id));
    expect(videos.flatMap((v) => (v.error ? [[path.basename(v.source), v.error.code]] : []))).toEqual([
      ['film-10-bad.mp4', 'not_a_video'],
    ]);
    const { videos: inLibrary } = await server.call(
      'library',
      { what: 'videos', limit: 50 },
      z.object({ videos: z.array(z.object({ source: z.string() })) }),
    );
    expect(inLibrary.map((v) => path.basename(v.source)).sort()).toEqual(
      Array.from({ length: FILMS - 1 }, (_, i) => `film-${String(i).padStart(2, '0')}.mp4`),
    );
    const lines = [...doomed.lines, ...heir.lines];
    const of = (msg: string): string[] =>
      lines.flatMap((line) => (line.msg === msg && line.task?.startsWith('film-') ? line.task : []));
    const ended = of('task ends');
    expect(new Set(ended).size).toBe(ended.length);
    // Whatever the dead one was at was begun again, and nothing else.
    expect(of('task starts').length).toBeLessThanOrEqual(FILMS + 1);
    expect(doomed.lines.filter((line) => line.msg === 'task ends').length).toBeGreaterThan(1);
    expect(doomed.text() + heir.text()).not.toContain(PASSWORD);
  });

  it('take nothing where their pack is not that of the library, and say why', async () => {
    const folder = await at.folder(),
      home = path.join(folder, 'home');
    const film = await ffmpeg(['-i', clip('lounge.mp4'), '-t', '1', '-c', 'copy'], path.join(folder, 'film.mp4'));
    const server = await at.stdio(home, env());
    await startWorker(home);
    await server.index({ source: film }, indexedSchema);
    const wrong = startWorkerProcess(home, { ...env(), ROLLCALL_PACK: 'balanced' }, at.keep);
    await expect(wrong).rejects.toThrow(/cannot start: The library .* holds vectors of pack "fast"/);
  });

  it('hand a film on where they stop, and end it when any server says so', async () => {
    const folder = await at.folder(),
      home = path.join(folder, 'home');
    const film = await looped(clip('lounge.mp4'), 200, path.join(folder, 'long.mp4'));
    const server = await at.stdio(home, env()),
      other = await at.stdio(home, env());
    const { job } = await server.call('index_video', { source: film, wait_s: 0 }, startedSchema);
    const asked = await other.call('index_video', { source: film, wait_s: 0 }, startedSchema);
    expect(asked.job.job_id).toBe(job.job_id);

    const first = await startWorker(home);
    let reached = 0;
    await until(server, job.job_id, ({ progress }) => {
      reached = progress;
      return progress > 0.02 && readdirSync(path.join(home, 'runs')).some((name) => name.endsWith('.checkpoint'));
    });
    const gone = once(first.child, 'exit');
    first.child.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
    expect(await other.call('job', { job_id: job.job_id, wait_s: 0 }, startedSchema)).toMatchObject({
      job: { state: 'running', stage: expect.stringContaining('no worker runs') },
    });

    const second = await startWorker(home);
    let goesOn = 0;
    await until(other, job.job_id, ({ progress }) => {
      goesOn = progress;
      return progress > 0;
    });
    // A checkpoint is kept every five seconds, and the first was there.
    expect(goesOn).toBeGreaterThan(reached / 4);
    const cancelled = await other.call('job', { job_id: job.job_id, cancel: true }, startedSchema);
    expect(cancelled.job.state).toBe('cancelled');
    expect(await server.call('job', { job_id: job.job_id, wait_s: 0 }, startedSchema)).toMatchObject(cancelled);
    // It is there for the next one, and nothing of the film is.
    const short = await ffmpeg(['-i', clip('lounge.mp4'), '-t', '1', '-c', 'copy'], path.join(folder, 'short.mkv'));
    await server.index({ source: short }, z.object({ source: z.literal(short) }));
    expect(readdirSync(path.join(home, 'runs')).filter((name) => name.endsWith('.checkpoint'))).toEqual([]);
    expect(second.child.exitCode).toBeNull();
  });

  it('watch a long film in parts, with the answer of the whole', async () => {
    const folder = await at.folder();
    const film = await looped(clip('lounge.mp4'), 3, path.join(folder, 'film.mp4'));
    const [whole, parts] = await Promise.all([
      at.stdio(path.join(folder, 'whole'), { ...env(), ROLLCALL_QUEUE: '' }),
      at.stdio(path.join(folder, 'parts'), env()),
    ]);
    const workers = await Promise.all(
      [1, 2].map(() => startWorker(path.join(folder, 'parts'), ['--part-minutes', '0.14'])),
    );
    const found = async (session: Session) => {
      const answer = await session.index({ source: film }, indexedSchema);
      expect(answer).toMatchObject({ already_indexed: false, warnings: [] });
      const { identities, coverage } = await session.call('list_identities', { max_appearances: 50 }, listedSchema);
      return {
        people: identities
          .map(({ appearances, tracks }) => ({ tracks, on: appearances.map(({ start_s, end_s }) => [start_s, end_s]) }))
          .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
        coverage: coverage.map(({ decoded, faces_seen, faces_kept, gated }) => ({
          decoded,
          faces_seen,
          faces_kept,
          gated,
        })),
      };
    };
    const [inOnePiece, inParts] = [await found(whole), await found(parts)];
    expect(inParts).toEqual(inOnePiece);
    const done = workers.flatMap(({ lines }) =>
      lines.flatMap(({ msg, task }) => (msg === 'task ends' && task?.startsWith('part-') ? task : [])),
    );
    expect(done.length).toBeGreaterThan(2);
    expect(new Set(done).size).toBe(done.length);
  });
});
