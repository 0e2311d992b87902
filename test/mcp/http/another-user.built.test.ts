/**
 * The built program as a user who may not: `nobody`, in a home and with videos of root's. Where this is not run by root
 * (CI is) nobody else's files can be made, and only what a user may close to themselves is tried.
 */
import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { addPeople, madeUpLibrary } from '../../support/libraries/made-up-library.js';

const run = promisify(execFile);
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
const answerSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
});
type Answer = z.infer<typeof answerSchema>;

let place: string, home: string;
beforeAll(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), 'rollcall-user-'));
  await chmod(place, 0o755);
  home = path.join(place, 'home');
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** What a command prints as JSON, run as nobody. */
async function asNobody(args: readonly string[], at = home): Promise<Answer> {
  const env = { PATH: process.env['PATH'], ROLLCALL_HOME: at, ROLLCALL_PACK: 'fast', ROLLCALL_LOG_LEVEL: 'silent' };
  const { stdout, stderr } = await run(process.execPath, [inject('bin'), ...args, '--json'], {
    env,
    ...identity,
  }).catch((error: unknown) => z.object({ stdout: z.string(), stderr: z.string() }).parse(error));
  return answerSchema.parse(JSON.parse(stdout === '' ? stderr : stdout));
}

/** Gives all of the home to a user, with modes as Rollcall makes them. */
async function give(uid: number): Promise<void> {
  for (const name of ['', ...(await readdir(home, { recursive: true }))]) await chown(path.join(home, name), uid, uid);
}

const forbidden = (what: RegExp, todo: RegExp) => ({
  error: {
    code: 'forbidden',
    message: expect.stringMatching(what) as unknown,
    hint: expect.stringMatching(todo) as unknown,
  },
});

test.runIf(isRoot)(
  'a home of somebody else’s, or parts of it: nothing counts as absent or damaged',
  async () => {
    const library = await madeUpLibrary(home);
    await addPeople(library, '/films/lounge.mp4', ['Ada Lovelace']);
    await library.close();
    await mkdir(path.join(home, 'jobs'), { mode: 0o700 });
    for (const args of [['jobs'], ['doctor', '--repair']])
      expect(await asNobody(args), args.join(' ')).toMatchObject(forbidden(/home/, /as the user whom|Give the user/));
    await chown(home, NOBODY, NOBODY);
    // All that is in it is still root's.
    for (const args of [['library'], ['doctor', '--repair']])
      expect(await asNobody(args), args.join(' ')).toMatchObject(
        forbidden(/refused|made or written/, /Give|as the user/),
      );
    await give(NOBODY);
    expect(await asNobody(['library'])).not.toHaveProperty('error');
    await writeFile(path.join(home, 'jobs', 'job_000000001aaaa.json'), '{}', { mode: 0o600 });
    expect(await asNobody(['jobs'])).toMatchObject(forbidden(/job_000000001aaaa/, /Give the user/));
    await rm(path.join(home, 'jobs', 'job_000000001aaaa.json'));
    const table = path.join(home, 'library.lance', 'tracks.lance');
    await chown(table, 0, 0);
    await chmod(table, 0o700);
    for (const args of [
      ['library', 'suggestions'],
      ['doctor', '--repair'],
    ]) {
      const answer = await asNobody(args);
      expect(answer, args.join(' ')).toMatchObject(forbidden(/tracks\.lance/, /Give the user/));
      expect(answer.error?.message).not.toMatch(/\.rs:|Caused by/);
    }
    await chown(table, NOBODY, NOBODY);
    const settings = path.join(home, 'config.json');
    await writeFile(settings, '{"readOnly": true}', { mode: 0o600 });
    const env = { PATH: process.env['PATH'], ROLLCALL_HOME: home };
    await expect(run(process.execPath, [inject('bin'), 'library'], { env, ...identity })).rejects.toMatchObject({
      stderr: expect.stringMatching(/config\.json cannot be read/) as unknown,
    });
    await rm(settings);
  },
  60_000,
);

test('videos and folders that are closed are told from those that are not there', async () => {
  const own = path.join(place, 'own');
  await mkdir(own);
  if (isRoot) await chown(own, NOBODY, NOBODY);
  const closed = path.join(place, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const [film, inClosed] = [path.join(place, 'film.mp4'), path.join(closed, 'film.mp4')];
  await writeFile(film, 'no video', { mode: 0o600 });
  await copyFile(film, inClosed);
  if (!isRoot) await Promise.all([chmod(film, 0), chmod(closed, 0)]);
  for (const source of [film, closed, inClosed])
    expect(await asNobody(['index', source], own), source).toMatchObject(forbidden(/film|closed/, /Give the user/));
  expect(await asNobody(['index', path.join(place, 'none.mp4')], own)).toMatchObject({ error: { code: 'not_found' } });
  const around = path.join(place, 'around');
  await mkdir(path.join(around, 'closed'), { recursive: true });
  await chmod(path.join(around, 'closed'), isRoot ? 0o700 : 0);
  expect(await asNobody(['index', around], own)).toMatchObject({
    error: { code: 'not_found', message: expect.stringMatching(/closed: This folder cannot be read/) as unknown },
  });
  await chmod(path.join(around, 'closed'), 0o700);
  await chmod(closed, 0o700);
}, 60_000);
