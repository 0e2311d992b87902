/**
 * `npx tsx lab/bench/encryption/main.ts [--video FILE] [--rounds 3] [--seconds 60] [--tracks 10000,60000]`: what
 * encryption at rest costs (docs/encryption.md). A video, or the demo's footage, repeated to so long, is indexed
 * without a key and with one, in turn, each time in a process and a library of its own; then libraries of made-up films
 * are asked as they are, encrypted, and asked again. Processor time is that of the process with its workers, without
 * ffmpeg.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import envPaths from 'env-paths';
import { execaNode } from 'execa';
import { z } from 'zod';
import { locateFfmpeg } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { folderBytes } from '../../../src/store/files/folder-bytes.js';
import { indexInChild, type IndexedOnce } from '../index-in-child.js';
import { makeMaterial } from '../material.js';
import { spread } from '../spread.js';

const tookSchema = z.object({ wall_ms: z.number(), cpu_ms: z.number() });
/** Wall and processor time, milliseconds. */
export type Took = z.infer<typeof tookSchema>;
const stepSchema = tookSchema.extend({ peak_mb: z.number().nullable() });
const askedSchema = z.object({
  tracks: z.number(),
  first: tookSchema,
  warm: tookSchema,
  vectors: tookSchema,
  before_mb: z.number().nullable(),
  peak_mb: z.number().nullable(),
});
/** `warm`: of each question after the first. */
export type Asked = z.infer<typeof askedSchema>;

const KEY = { ROLLCALL_KEY: randomBytes(32).toString('base64') };
const NONE = { ROLLCALL_KEY: '', ROLLCALL_KEY_COMMAND: '' };

// Imported for its types alone by the step in a process of its own.
if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      video: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '60' },
      tracks: { type: 'string', default: '10000,60000' },
      cache: { type: 'string', default: envPaths('rollcall-footage', { suffix: '' }).cache },
    },
  });
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const { signal } = interrupt;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-bench-encryption-'));
  try {
    const rounds = Number(values.rounds);
    if (rounds > 0) {
      const tools = await locateFfmpeg({ cacheDir: path.join(values.cache, 'ffmpeg') }, signal);
      const options = { folder, cacheDir: values.cache, tools, onStep };
      const material = await makeMaterial(values.video, options, signal);
      const video = await material.loop(Number(values.seconds));
      await measureIndexing(material.warmUp, video, rounds, signal);
    }
    for (const tracks of values.tracks.split(',').filter(Boolean))
      await measureQuestions(path.join(folder, tracks), tracks, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIndexing(warmUp: string, video: string, rounds: number, signal: AbortSignal): Promise<void> {
  const plain: IndexedOnce[] = [],
    sealed: IndexedOnce[] = [];
  for (let round = 1; round <= rounds; round++) {
    onStep(`indexing, round ${round} of ${rounds}`);
    plain.push(await indexInChild(warmUp, video, signal, NONE));
    sealed.push(await indexInChild(warmUp, video, signal, KEY));
  }
  const line = (what: string, of: (o: IndexedOnce) => number): string => {
    const [without, withKey] = [spread(plain.map(of)), spread(sealed.map(of))];
    const text = ({ median, min, max }: typeof without): string =>
      `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
    return `| ${what} | ${text(without)} | ${text(withKey)} | ${((withKey.median / without.median - 1) * 100).toFixed(1)} % |`;
  };
  print([
    `Indexing, ${rounds} times each, median (least–greatest):`,
    '',
    '| | plain | encrypted | more |',
    '| --- | ---: | ---: | ---: |',
    line('processor time, ms', (o) => o.cpu_ms),
    line('wall time, ms', (o) => o.wall_ms),
    line('memory, MB', (o) => o.peak_mb),
    line('faces kept', (o) => o.faces_kept),
  ]);
}

async function measureQuestions(home: string, tracks: string, signal: AbortSignal): Promise<void> {
  const step = async (what: string, env: Record<string, string>): Promise<unknown> => {
    onStep(`${tracks} tracks: ${what}`);
    const { stdout } = await execaNode(fileURLToPath(new URL('./in-child.ts', import.meta.url)), [home, tracks, what], {
      nodeOptions: ['--import', 'tsx'],
      stderr: 'inherit',
      stdin: 'ignore',
      env,
      cancelSignal: signal,
    });
    return JSON.parse(stdout);
  };
  const made = stepSchema.parse(await step('make', NONE));
  const plain = askedSchema.parse(await step('ask', NONE));
  const bytes = await folderBytes(home, [], signal);
  const turned = stepSchema.parse(await step('encrypt', KEY));
  const sealed = askedSchema.parse(await step('ask', KEY));
  const sealedBytes = await folderBytes(home, [], signal);
  const line = (what: string, of: (asked: Asked) => Took): string =>
    `| ${what} | ${[plain, sealed].map((a) => `${of(a).wall_ms.toFixed(1)} · ${of(a).cpu_ms.toFixed(1)}`).join(' | ')} |`;
  print([
    `${plain.tracks} tracks, wall · processor ms:`,
    '',
    '| | plain | encrypted |',
    '| --- | ---: | ---: |',
    line('nearest 50, first', (a) => a.first),
    line('nearest 50, warm', (a) => a.warm),
    line('all vectors', (a) => a.vectors),
    `| memory of the process after the questions, MB | ${plain.peak_mb} | ${sealed.peak_mb} |`,
    `| on disk (plain: one picture for all, which compresses), MB | ${(bytes / 1e6).toFixed(1)} | ${(sealedBytes / 1e6).toFixed(1)} |`,
    `Writing it plain took ${(made.wall_ms / 1000).toFixed(1)} s (${(made.cpu_ms / 1000).toFixed(1)} s of the processor), encrypting it ${(turned.wall_ms / 1000).toFixed(1)} s (${(turned.cpu_ms / 1000).toFixed(1)} s), ${turned.peak_mb} MB.`,
  ]);
}

function onStep(what: string): void {
  process.stderr.write(`· ${what}\n`);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
