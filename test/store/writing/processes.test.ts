import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { addVideo, makeTrack, makeVideo, open, temporaryHome } from '../fixtures.js';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
const TUNING = { tuning: { lockStaleMs: 2000, upkeepVersions: 8, keepMs: 60_000 } };

interface Child {
  process: ChildProcessByStdio<null, Readable, null>;
  /** Resolves with the next line the child says. */
  next(): Promise<string>;
}

function start(home: string, ...args: string[]): Child {
  const process_ = spawn(process.execPath, ['--import', 'tsx', CHILD, home, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void process_.kill('SIGKILL'));
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  return { process: process_, next: async () => String((await lines.next()).value) };
}

const runTables = async (home: string): Promise<string[]> =>
  (await readdir(path.join(home, 'library.lance'))).filter((name) => name.startsWith('run_'));

test('a process killed in the middle of a write leaves nothing, and its lock frees itself', async () => {
  const home = await temporaryHome();
  const kept = await addVideo(await open(home, TUNING), newId('video'), 3);
  const child = start(home, 'die-in-write');
  expect(await child.next()).toMatch(/^inside run_/);
  expect(await runTables(home)).toHaveLength(1);
  child.process.kill('SIGKILL');
  await once(child.process, 'exit');

  const library = await open(home, TUNING);
  const seen = async (): Promise<object> => ({
    tracks: (await library.tracks()).map((track) => track.track_id).sort(),
    videos: (await library.videos()).length,
    people: (await library.identities()).map((row) => row.name),
  });
  const only = { tracks: kept.map((track) => track.track_id).sort(), videos: 1, people: [] };
  expect(await seen()).toEqual(only);
  const started = performance.now();
  const added = await addVideo(library, newId('video'), 1);
  expect(performance.now() - started).toBeLessThan(TUNING.tuning.lockStaleMs + 13_000);
  expect(await seen()).toEqual({
    tracks: [...kept, ...added].map((track) => track.track_id).sort(),
    videos: 2,
    people: [],
  });
  // The run's own lock was refreshed up to one heartbeat later than the writer's.
  await vi.waitUntil(
    async () => {
      await library.write(async () => undefined);
      return (await runTables(home)).length === 0 && (await readdir(path.join(home, 'runs'))).length === 0;
    },
    { timeout: 6000, interval: 100 },
  );
});

test('a run that its process still works on is not swept, and belongs to it alone', async () => {
  const home = await temporaryHome();
  const child = start(home, 'stage-and-live');
  const run_id = (await child.next()).replace('staged ', '');
  const library = await open(home, TUNING);
  await library.write(async () => undefined);
  expect(await runTables(home)).toEqual([`${run_id}.lance`]);
  await expect(library.stageTracks([makeTrack(newId('video'), run_id)])).rejects.toMatchObject({ code: 'busy' });
  const video_id = newId('video');
  await expect(library.write((writer) => writer.commitVideo(makeVideo(video_id, run_id)))).rejects.toMatchObject({
    code: 'busy',
  });
  expect(await library.videos()).toEqual([]);
});

test('two processes that write at once lose nothing, while a third reads', async () => {
  const home = await temporaryHome();
  const reader = await open(home, TUNING);
  const writes = 12;
  const children = [start(home, 'write', String(writes)), start(home, 'write', String(writes))];
  // Before anything is awaited: the first may be done before the second has begun.
  const exits = Promise.all(children.map((child) => once(child.process, 'exit')));
  for (const child of children) expect(await child.next()).toBe('ready');
  let running = true;
  void exits.then(() => {
    running = false;
  });
  let looks = 0;
  while (running) {
    const state = await reader.snapshot();
    const [videos, tracks, people, edits] = [
      await state.videos(),
      await state.tracks(),
      await state.identities(),
      await state.edits(),
    ];
    expect(tracks).toHaveLength(2 * videos.length);
    expect(people).toHaveLength(videos.length);
    expect(edits.map((edit) => edit.seq)).toEqual(videos.map((_, i) => i + 1));
    looks++;
  }
  expect((await exits).map(([code]) => code)).toEqual([0, 0]);
  expect(looks).toBeGreaterThan(3);
  expect(await reader.videos()).toHaveLength(2 * writes);
  const names = (await reader.identities()).map((row) => row.name).sort();
  expect(names).toEqual(
    children.flatMap((child) => Array.from({ length: writes }, (_, i) => `${child.process.pid}/${i}`)).sort(),
  );
});
