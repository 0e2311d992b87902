/**
 * Damaged videos and pictures of every kind, through the same doors as those that are indexed. `ROLLCALL_MUTANTS=5000`
 * for as many videos and two fifths of it pictures; `ROLLCALL_MUTANT=name:number` for one.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { descendants, watchDecoders } from '../../../lab/hostile/decoders.js';
import { eachOf } from '../../../lab/hostile/each-of.js';
import { type Outcome, feedPicture, feedVideo } from '../../../lab/hostile/feed.js';
import { mutate } from '../../../lab/hostile/mutate.js';
import { makePictures } from '../../../lab/hostile/pictures.js';
import { type Specimen, makeVideos } from '../../../lab/hostile/videos.js';
import type { Source } from '../../../src/media/sources/source.js';
import { fileSource } from '../../support/pictures/sources.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';

const MANY = process.env['ROLLCALL_MUTANTS'];
const VIDEOS = Number(MANY ?? 500),
  PICTURES = MANY === undefined ? 200 : Math.ceil(Number(MANY) * 0.4);
/** The system's starts ten times as slowly, from some two hundred libraries. */
const SYSTEMS = Math.ceil(VIDEOS * 0.2);
const ONE = process.env['ROLLCALL_MUTANT'];
/** Damaged files that something was wrong with are kept here. */
const FALLEN = path.join(import.meta.dirname, '..', '..', '..', 'build', 'fallen');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-mutants-'));
  await mkdir(path.join(folder, 'temporary'));
  vi.stubEnv('TMPDIR', path.join(folder, 'temporary'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** What this process holds once the garbage is out. */
function usedMemory(): number {
  v8.setFlagsFromString('--expose-gc');
  vm.runInNewContext('gc()');
  return process.memoryUsage().rss;
}

/** Which file, and which damage to it: those from one number up to another. */
function* mutants(specimens: readonly Specimen[], from: number, to: number): Generator<{ of: Specimen; seed: number }> {
  const [name, seed] = ONE?.split(':') ?? [];
  for (let n = from; n < to; n += 1) {
    const of = specimens[n % specimens.length] ?? expect.unreachable('no specimens');
    if (ONE === undefined) yield { of, seed: n };
  }
  for (const of of specimens) if (of.name === name) yield { of, seed: Number(seed) };
}

async function feedAll(
  specimens: readonly Specimen[],
  [from, to]: readonly [number, number],
  feed: (file: Source<'file'>) => Promise<Outcome>,
): Promise<string> {
  const sums = new Map<string, number>(),
    wrong: string[] = [];
  let slowest = { ms: 0, name: '' };
  const watcher = watchDecoders();
  const before = usedMemory();
  let fed = 0;
  await eachOf(mutants(specimens, from, to), async ({ of, seed }) => {
    const other = specimens[seed % 7] ?? of;
    const bytes = mutate(of.bytes, other.bytes, seed);
    const file = path.join(folder, `${seed}-${of.name}`);
    await writeFile(file, bytes);
    const outcome = await feed(await fileSource(file));
    await rm(file);
    sums.set(outcome.what, (sums.get(outcome.what) ?? 0) + 1);
    fed += 1;
    if (fed % 500 === 0) process.stderr.write(`${fed} of ${to - from} so far\n`);
    const name = `${of.name}:${seed}`;
    if (outcome.ms > slowest.ms) slowest = { ms: outcome.ms, name };
    const wrongWith = outcome.wrong;
    if (wrongWith === null && ONE === undefined) return;
    await mkdir(FALLEN, { recursive: true });
    await writeFile(path.join(FALLEN, `${seed}-${of.name}`), bytes);
    if (wrongWith === null) return;
    process.stderr.write(`${name}: ${wrongWith}\n`);
    wrong.push(`${name}: ${wrongWith}`);
  });
  const { peakBytes, command } = watcher.stop();
  const grown = usedMemory() - before;
  const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  const report = [
    [...sums].map(([what, n]) => `${n} ${what}`).join(', '),
    `slowest ${(slowest.ms / 1000).toFixed(1)} s (${slowest.name})`,
    `largest decoder ${mb(peakBytes)} (${/file:\S*\/(\S+)/.exec(command)?.[1] ?? command}), this process ${grown < 0 ? '' : '+'}${mb(grown)}`,
  ].join('; ');
  expect(wrong, report).toEqual([]);
  expect(await descendants(), 'processes left').toEqual([]);
  expect(await readdir(folder), 'files left').toEqual(['temporary']);
  expect(await readdir(path.join(folder, 'temporary')), 'temporary files left').toEqual([]);
  expect(peakBytes, 'memory of a decoder').toBeLessThan(4 * 2 ** 30);
  expect(grown, 'memory of this process').toBeLessThan(2 ** 28);
  return report;
}

let videos: readonly Specimen[];
beforeAll(async () => {
  const place = path.join(folder, 'whole');
  await mkdir(place);
  const { made, missing } = await makeVideos(place);
  await rm(place, { recursive: true });
  // Which encoders there are is the ffmpeg's matter; that most are is this test's.
  expect(made.length, `missing: ${missing.join(', ')}`).toBeGreaterThan(30);
  videos = made;
}, 600_000);

test.each([
  ['the system’s ffmpeg', systemTools, [0, SYSTEMS]],
  // Four years older than the oldest that systems have: it decodes where there is no other.
  ['the ffmpeg from npm', npmTools, [SYSTEMS, VIDEOS]],
] as const)(
  'damaged videos are read as far as they go by %s, or refused',
  async (name, locate, [from, to]) => {
    const tools = await locate();
    const report = await feedAll(videos, [from, to], (file) => feedVideo(file, tools));
    process.stderr.write(`${name}: ${to - from} videos of ${videos.length} kinds: ${report}\n`);
  },
  36_000_000,
);

test('so are damaged pictures', async () => {
  const pictures = await makePictures();
  const report = await feedAll(pictures, [0, PICTURES], feedPicture);
  process.stderr.write(`${PICTURES} pictures of ${pictures.length} kinds: ${report}\n`);
}, 36_000_000);
