/** Runs that outlive the process that made them. */
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { makeTrack, makeVideo, open, temporaryHome } from '../fixtures.js';

const OWNER = 'job_1';

/** What is on disk of runs. */
async function left(home: string): Promise<string[]> {
  const tables = (await readdir(path.join(home, 'library.lance'))).filter((name) => name.startsWith('run_'));
  return [...tables, ...(await readdir(path.join(home, 'runs')))];
}

const opened = (home: string, wanted: Set<string>): Promise<Library> =>
  open(home, { keepsRun: async (owner) => wanted.has(owner) });

test.each([3, 300])(
  'a run of %i tracks goes on at its checkpoint in the next library, and is committed whole',
  async (n) => {
    const home = await temporaryHome(),
      wanted = new Set([OWNER]);
    const [video_id, run_id] = [newId('video'), newId('run')];
    const rows = Array.from({ length: n }, () => makeTrack(video_id, run_id));
    const first = await opened(home, wanted);
    expect(await first.resumeRun(run_id, OWNER)).toBeNull();
    await first.stageTracks(rows.slice(0, -1));
    await first.checkpoint(run_id, { at_s: 12, crop: new Uint8Array([1, 2]) });
    // After the checkpoint: not part of what is resumed.
    await first.stageTracks(Array.from({ length: 200 }, () => makeTrack(video_id, run_id)));
    await first.close();

    const second = await opened(home, wanted);
    await second.write(async () => undefined);
    const resumed = await second.resumeRun(run_id, OWNER);
    expect(resumed?.state).toEqual({ at_s: 12, crop: new Uint8Array([1, 2]) });
    const known = new Map(resumed?.tracks.map((t) => [t.track_id, t]));
    expect(known.size).toBe(n - 1);
    for (const row of rows.slice(0, -1)) {
      const { track_id, video_id: of, vector, quality, population_excess, presence, boxes: places } = row;
      const staged = { track_id, video_id: of, vector, quality, population_excess, presence, places };
      expect(known.get(track_id)).toEqual(staged);
    }
    await second.stageTracks(rows.slice(-1));
    await second.write((writer) => writer.commitVideo(makeVideo(video_id, run_id)));
    const stored = (await second.tracks()).map((t) => t.track_id).sort();
    expect(stored).toEqual(rows.map((r) => r.track_id).sort());
    expect(await second.pictures(rows[0]?.track_id ?? '')).toEqual({
      crops: rows[0]?.crops,
      thumbnail: rows[0]?.thumbnail,
    });
    expect(await left(home)).toEqual([]);
  },
);

test('what nobody wants any more is swept: at once when asked, by a write, at the next start', async () => {
  const home = await temporaryHome(),
    wanted = new Set(['job_1', 'job_2', 'job_3']);
  const library = await opened(home, wanted);
  for (const owner of wanted) {
    const run_id = newId('run');
    await library.resumeRun(run_id, owner);
    await library.stageTracks([makeTrack(newId('video'), run_id)]);
    await library.checkpoint(run_id, {});
    await library.leaveRun(run_id);
  }
  const owners = async () => (await left(home)).flatMap((name) => /\.(job_\d)\./.exec(name)?.[1] ?? []).sort();
  await library.sweep();
  expect(await owners()).toEqual(['job_1', 'job_2', 'job_3']);
  wanted.delete('job_1');
  await library.sweep();
  expect(await owners()).toEqual(['job_2', 'job_3']);
  wanted.delete('job_2');
  await library.write(async () => undefined);
  expect(await owners()).toEqual(['job_3']);
  await library.close();
  wanted.clear();
  await opened(home, wanted);
  expect(await left(home)).toEqual([]);
});

test('what is no longer wanted is swept at times too, by a process that has nothing to write', async () => {
  const home = await temporaryHome(),
    wanted = new Set([OWNER]);
  const library = await open(home, { keepsRun: async (owner) => wanted.has(owner), tuning: { sweepEveryMs: 20 } });
  const run_id = newId('run');
  await library.resumeRun(run_id, OWNER);
  await library.stageTracks([makeTrack(newId('video'), run_id)]);
  await library.checkpoint(run_id, {});
  await library.leaveRun(run_id);
  wanted.clear();
  await expect.poll(() => left(home)).toEqual([]);
});

test('a lock of a run that a process died over making, or moving aside, is swept', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  const aside = path.join(home, 'runs', `.${newId('run')}.lock.999999999-0a1b2c3d.tmp`);
  await mkdir(aside, { recursive: true });
  const old = new Date(Date.now() - 120_000);
  await utimes(aside, old, old);
  await library.sweep();
  expect(await left(home)).toEqual([]);
});

test('a run without a checkpoint, with a damaged one, or of another owner starts over', async () => {
  const home = await temporaryHome(),
    wanted = new Set([OWNER, 'job_2']);
  const library = await opened(home, wanted);
  const run_id = newId('run');
  const stage = () => library.stageTracks([makeTrack(newId('video'), run_id)]);
  await library.resumeRun(run_id, OWNER);
  await stage();
  await library.leaveRun(run_id);
  expect(await left(home)).toEqual([]);
  await library.resumeRun(run_id, OWNER);
  await stage();
  await library.checkpoint(run_id, {});
  await library.leaveRun(run_id);
  expect(await library.resumeRun(run_id, 'job_2')).toBeNull();
  await library.checkpoint(run_id, {});
  await library.leaveRun(run_id);
  await writeFile(path.join(home, 'runs', `${run_id}.job_2.checkpoint`), 'x');
  expect(await library.resumeRun(run_id, 'job_2')).toBeNull();
  await stage();
  await library.write((writer) => writer.dropRun(run_id));
  expect(await left(home)).toEqual([]);
  await expect(library.checkpoint(run_id, {})).rejects.toMatchObject({ code: 'bad_argument' });
  await expect(library.resumeRun(run_id, '../x')).rejects.toMatchObject({ code: 'bad_argument' });
});
