/** How soon the built server answers: at its start, of two photos, and while two films are indexed. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { type Server, startServer } from '../../demo/server.js';
import type { Material } from '../material.js';
import { percentile, type Spread, spread } from '../spread.js';
import { startUp } from '../start-up.js';
import { writeBareServer } from './bare-server.js';
import { writePortraits } from './portraits.js';

/** Times in milliseconds. */
export interface Answers {
  /** To the answer of tools/list; of a server by the SDK alone; and the one by the other, of each round. */
  startup: { ours: Spread; bare: Spread; ratio: Spread };
  /**
   * verify_faces of two photos of a megapixel, as a new server's first question, and of others after it; of two that
   * show one person each.
   */
  verify: { cold: Spread; warm: Spread; portraits: Spread };
  whileIndexing: { question: string; asked: number; p50: number; p99: number }[];
}

export interface AnswersOptions {
  bin: string;
  material: Material;
  ffmpeg: string;
  /** Where photographs are kept. */
  cacheDir: string;
  folder: string;
  rounds: number;
  onStep: (what: string) => void;
}

/** Of the photos that are compared: ten a second of film, 1.05 megapixels. */
const PHOTOS = 'fps=10,scale=1366:768';
/** Seconds of the second film, the first having a minute: not the same, or it would be known. */
const OTHER_S = 61;

const peopleSchema = z.object({ identities: z.array(z.object({ identity_id: z.string() })).min(1) });

export async function measureAnswers(options: AnswersOptions, signal: AbortSignal): Promise<Answers> {
  const { bin, material, folder, rounds, onStep } = options;
  const bareBin = await writeBareServer(folder);
  const [ours, bare] = [[] as number[], [] as number[]];
  for (let n = 0; n < rounds; n++) {
    onStep(`start-up, round ${n + 1}`);
    ours.push(await startUp(bin, signal));
    bare.push(await startUp(bareBin, signal));
  }
  const photos = await cutPhotos(options, signal);
  const portraits = await writePortraits(path.join(folder, 'portraits'), options.cacheDir, signal);
  const home = path.join(folder, 'answers-home');
  await mkdir(home, { mode: 0o700 });
  await withServer(bin, home, signal, (server) => server.index(material.warmUp, z.unknown()));
  const verify = { cold: [] as number[], warm: [] as number[], portraits: [] as number[] };
  for (let n = 0; n < rounds; n++) {
    onStep(`two photos, round ${n + 1}`);
    await withServer(bin, home, signal, async (server) => {
      const ask = (...[image_a, image_b]: (string | undefined)[]) =>
        timed(server, 'verify_faces', { image_a, image_b });
      verify.cold.push(await ask(photos[0], photos[1]));
      // New ones each time: faces of photos that were asked about are kept.
      for (let k = 2; k + 1 < photos.length; k += 2) verify.warm.push(await ask(photos[k], photos[k + 1]));
      for (const pair of portraits) verify.portraits.push(await ask(...pair));
    });
  }
  onStep('questions while two films are indexed');
  const whileIndexing = await withServer(bin, home, signal, (server) => askWhileIndexing(server, photos, material));
  return {
    startup: { ours: spread(ours), bare: spread(bare), ratio: spread(ours.map((ms, n) => ms / (bare[n] ?? NaN))) },
    verify: { cold: spread(verify.cold), warm: spread(verify.warm), portraits: spread(verify.portraits) },
    whileIndexing,
  };
}

async function askWhileIndexing(
  server: Server,
  [photo]: readonly string[],
  material: Material,
): Promise<Answers['whileIndexing']> {
  const { identities } = await server.call('list_identities', {}, peopleSchema);
  const [identity_id] = identities.map((one) => one.identity_id);
  const questions: Record<string, [tool: string, args: Record<string, unknown>]> = {
    list_identities: ['list_identities', { limit: 20 }],
    'find_person by id': ['find_person', { identity_id }],
    co_occurrence: ['co_occurrence', {}],
    'find_person by picture': ['find_person', { image: photo }],
  };
  const films = [material.minute, await material.loop(OTHER_S)];
  const indexed = Promise.all(films.map((film) => server.index(film, z.unknown())));
  let isDone = false;
  const done = indexed.finally(() => {
    isDone = true;
  });
  done.catch(() => undefined); // reported where it is awaited
  const times: Record<string, number[]> = {};
  while (!isDone)
    for (const [question, [tool, args]] of Object.entries(questions))
      (times[question] ??= []).push(await timed(server, tool, args));
  await done;
  return Object.entries(times).map(([question, all]) => ({
    question,
    asked: all.length,
    p50: percentile(all, 0.5),
    p99: percentile(all, 0.99),
  }));
}

async function timed(server: Server, tool: string, args: Record<string, unknown>): Promise<number> {
  const began = performance.now();
  await server.call(tool, args, z.unknown());
  return performance.now() - began;
}

async function withServer<T>(
  bin: string,
  home: string,
  signal: AbortSignal,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const server = await startServer(bin, home, signal, {});
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

/** @returns files of pictures of the material, an even number of them */
async function cutPhotos({ material, ffmpeg, folder }: AnswersOptions, signal: AbortSignal): Promise<string[]> {
  const into = path.join(folder, 'photos');
  await mkdir(into);
  const cut = ['-i', material.warmUp, '-vf', PHOTOS, path.join(into, '%03d.jpg')];
  await execa(ffmpeg, ['-nostdin', '-loglevel', 'error', ...cut], { cancelSignal: signal });
  const names = (await readdir(into)).toSorted();
  return names.slice(0, names.length & ~1).map((name) => path.join(into, name));
}
