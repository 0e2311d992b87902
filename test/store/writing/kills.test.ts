/**
 * Writers killed without warning, again and again: what was done is there, what was not is not there in part, and the
 * next one goes on at once. `ROLLCALL_KILLS=5000` for as many.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { sweepTemporaries } from '../../../src/store/files/atomic-write.js';
import { folderBytes } from '../../../src/store/files/folder-bytes.js';
import { openLibrary } from '../../../src/store/library.js';
import { DIMENSIONS, makeVideo, PACK, temporaryHome } from '../fixtures.js';

const KILLS = Number(process.env['ROLLCALL_KILLS'] ?? 96);
const ROOT = path.join(import.meta.dirname, '..', '..', '..');

const factSchema = z.object({
  video_id: z.string().optional(),
  tracks: z.number().optional(),
  edit_id: z.string().optional(),
  calibration_id: z.string().optional(),
  gone: z.array(z.string()).optional(),
  run_id: z.string().optional(),
  staged: z.number().optional(),
});
type Fact = z.infer<typeof factSchema>;

let folder: string;
beforeAll(async () => {
  // A child from source takes seconds to start; the packages it needs are found above this folder.
  await mkdir(path.join(ROOT, 'build'), { recursive: true });
  folder = await mkdtemp(path.join(ROOT, 'build', 'kills-'));
  const entry = { child: path.join(import.meta.dirname, 'kill-child.ts') };
  // All of it in one file, but for what is native: from a thousand files a child takes thrice the time to start.
  const native = [/^@lancedb\/lancedb-/, /^\.\/lancedb\./];
  await build({
    ...{ config: false, silent: true, clean: false, entry, outDir: folder, format: 'esm', target: 'node20' },
    noExternal: [/^(?!@lancedb\/lancedb-|\.\/lancedb\.)/],
    external: native,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Child {
  process: ChildProcessByStdio<Writable, Readable, null>;
  ready: Promise<unknown>;
  /** Tells it to begin. Resolves when it has opened the library. */
  begin(): Promise<unknown>;
  /** What it said, in order. */
  said: { word: string; fact: Fact }[];
  gone: Promise<unknown>;
}

function start(home: string): Child {
  const child = spawn(process.execPath, [path.join(folder, 'child.js'), home], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: Child['said'] = [];
  const lines = createInterface({ input: child.stdout });
  const heard = new EventEmitter();
  const [ready, open] = [once(heard, 'ready'), once(heard, 'open')];
  lines.on('line', (line) => {
    const [, word = '', facts = '{}'] = /^(\w+) (.*)$/.exec(line) ?? [];
    heard.emit(word);
    if (word === 'did' || word === 'try') said.push({ word, fact: factSchema.parse(JSON.parse(facts)) });
  });
  child.stdin.on('error', () => undefined);
  // What it has written is read to its end, also after its death.
  const gone = Promise.all([once(child, 'exit'), once(lines, 'close')]);
  const begin = (): Promise<unknown> => {
    child.stdin.write('go\n');
    return open;
  };
  return { process: child, ready, begin, said, gone };
}

/** Of a child's work before it is killed, ms: it does several writes in that. */
const MOST_MS = 250;

/** When to kill: after a random time, or the moment a file appears that a commit or upkeep makes. */
const AIMS: readonly ((home: string) => Promise<void>)[] = [
  () => new Promise((resolve) => setTimeout(resolve, Math.random() * MOST_MS)),
  (home) => appears(home, /^\.library\.json\..*\.tmp$/),
  (home) => appears(home, /^library\.json$/),
  (home) => appears(path.join(home, 'library.lance', 'tracks.lance', '_versions'), /manifest/),
  (home) => appears(path.join(home, 'library.lance', 'edits.lance', '_versions'), /manifest/),
  (home) => appears(path.join(home, 'runs'), /checkpoint|run_/),
];

/** At the first of these files, or the second and so on, at random; or when there was time for any. */
function appears(where: string, what: RegExp): Promise<void> {
  return new Promise((resolve) => {
    let left = Math.floor(Math.random() * 3);
    const end = (): void => {
      clearTimeout(timer);
      watcher.close();
      resolve();
    };
    const watcher = watch(where, (_, name) => {
      if (name !== null && what.test(name) && left-- === 0) end();
    });
    watcher.on('error', end);
    const timer = setTimeout(end, MOST_MS);
  });
}

/** What the library has to hold. */
interface Model {
  videos: Map<string, number>;
  edits: Set<string>;
  calibrations: Set<string>;
}

function apply(model: Model, { video_id, tracks, edit_id, calibration_id, gone }: Fact): void {
  if (video_id !== undefined) model.videos.set(video_id, tracks ?? 0);
  if (edit_id !== undefined) model.edits.add(edit_id);
  if (calibration_id !== undefined) model.calibrations.add(calibration_id);
  for (const id of gone ?? []) model.videos.delete(id);
}

/** What was begun and not said to be done may be done: whole, or not at all. */
async function hold(library: Library, model: Model, pending: Fact | undefined): Promise<void> {
  const [videos, tracks, people, edits, calibrations] = await Promise.all([
    library.videos(),
    library.tracks(),
    library.identities(),
    library.edits(),
    library.calibrations(),
  ]);
  const found = new Map(videos.map((video) => [video.video_id, video.shots.length]));
  if (pending) {
    const { video_id, edit_id, calibration_id, gone } = pending;
    const wasGone = gone !== undefined && gone.some((id) => model.videos.has(id) && !found.has(id));
    const isDone =
      (video_id !== undefined && found.has(video_id)) ||
      (edit_id !== undefined && edits.some((edit) => edit.edit_id === edit_id)) ||
      (calibration_id !== undefined && calibrations.some((row) => row.calibration_id === calibration_id)) ||
      wasGone;
    if (isDone) apply(model, pending);
  }
  const sorted = <T>(all: Iterable<T>): T[] => [...all].sort();
  expect(sorted(found)).toEqual(sorted(model.videos));
  expect(sorted(edits.map((edit) => edit.edit_id))).toEqual(sorted(model.edits));
  expect(edits.map((edit) => edit.seq)).toEqual(edits.map((_, i) => i + 1));
  expect(sorted(calibrations.map((row) => row.calibration_id))).toEqual(sorted(model.calibrations));
  expect(sorted(people.map((row) => row.name))).toEqual(sorted(model.videos.keys()));
  const ids = tracks.map((track) => track.track_id);
  expect(sorted(people.flatMap((row) => row.track_ids))).toEqual(sorted(ids));
  for (const [video_id, n] of model.videos) expect(tracks.filter((t) => t.video_id === video_id)).toHaveLength(n);
}

const opened = (home: string): Promise<Library> =>
  openLibrary({ home, pack: PACK, dimensions: DIMENSIONS, keepsRun: async () => true });

test('nothing is lost, torn, stuck or left behind', async () => {
  const home = await temporaryHome();
  await (await opened(home)).close();
  const model: Model = { videos: new Map(), edits: new Set(), calibrations: new Set() };
  let [kills, resumed, slowest] = [0, 0, 0];
  const waiting = [start(home), start(home), start(home)];
  while (kills < KILLS) {
    const child = waiting.shift() ?? start(home);
    waiting.push(start(home));
    await child.ready;
    await child.begin();
    await AIMS[kills % AIMS.length]?.(home);
    child.process.kill('SIGKILL');
    await child.gone;
    kills += 1;
    for (const { word, fact } of child.said) if (word === 'did') apply(model, fact);
    const last = child.said.at(-1);

    const library = await opened(home);
    try {
      await hold(library, model, last?.word === 'try' ? last.fact : undefined);
      const locked = performance.now();
      await library.write((writer) => writer.removeVideos([newId('video')]));
      slowest = Math.max(slowest, performance.now() - locked);
      for (const { fact } of child.said) {
        if (fact.run_id === undefined) continue;
        const run = await library.resumeRun(fact.run_id, 'job');
        expect(run?.tracks, `staged under ${fact.run_id}`).toHaveLength(fact.staged ?? -1);
        expect(run?.state).toEqual({ n: fact.staged });
        resumed += 1;
        const [track] = run?.tracks ?? [];
        if (track && resumed % 3 === 0) {
          const { video_id } = track;
          const shots = (run?.tracks ?? []).map((_, i) => i);
          await library.write(async (writer) => {
            await writer.putIdentities([]);
            await writer.commitVideo(makeVideo(video_id, fact.run_id ?? '', { shots }));
          });
          expect(await library.tracks({ video_ids: [video_id] })).toHaveLength(fact.staged ?? -1);
          await library.write((writer) => writer.removeVideos([video_id]));
        } else await library.dropRun(fact.run_id);
      }
    } finally {
      await library.close();
    }
  }
  for (const child of waiting) {
    child.process.kill('SIGKILL');
    await child.gone;
  }
  process.stderr.write(`${kills} kills, ${resumed} runs resumed, slowest write after one ${slowest.toFixed(0)} ms\n`);
  expect(resumed).toBeGreaterThan(0);
  // Not the age of a dead process's lock (15 s): who it belonged to.
  expect(slowest).toBeLessThan(10_000);

  const library = await openLibrary({ home, pack: PACK, dimensions: DIMENSIONS });
  await library.write((writer) => writer.removeVideos([...model.videos.keys()]));
  await library.write(async (writer) =>
    writer.removeIdentities((await library.identities()).map((i) => i.identity_id)),
  );
  await library.purge();
  await library.close();
  // One that was half written is left for a minute: whoever seems dead may live on another machine.
  for (const of of [home, path.join(home, 'runs')]) await sweepTemporaries(of, Date.now() + 61_000);
  const left = await readdir(home, { recursive: true });
  expect(left.filter((name) => /run_|\.tmp$|\.lock|\.dead/.test(name))).toEqual([]);
  expect(await folderBytes(home)).toBeLessThan(2e6);
}, 3_600_000);
