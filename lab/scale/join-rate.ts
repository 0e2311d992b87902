/**
 * `npx tsx lab/scale/join-rate.ts [--tracks 10000] [--films 20] [--home FOLDER]`: joins made-up films of 10 minutes one
 * after the other on a library of so many tracks, in one process as a worker does, and prints how many an hour that is:
 * the rate of films from which on joining stops to keep up with the workers that watch. With --home the library is kept
 * there, and gone on with where it is there already.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { newId } from '../../src/domain/ids.js';
import { codeOf, openHome } from '../bench/scale/code-of.js';
import { peakMb } from '../bench/scale/peak-mb.js';
import { makeLibrary } from './make-library.js';
import { FILM_S, FILM_TRACKS, MadeFilms } from './made-films.js';
import { sampleJpeg } from './sample-jpeg.js';

const { values } = parseArgs({
  options: {
    tracks: { type: 'string', default: '10000' },
    films: { type: 'string', default: '20' },
    home: { type: 'string' },
  },
});
const print = (line: string): unknown => process.stdout.write(`${line}\n`);

async function main(tracks: number, count: number, home: string): Promise<void> {
  const code = await codeOf(path.resolve(import.meta.dirname, '../..'));
  const { library, settings, pack } = await openHome(code, home);
  const films = Math.max(1, Math.round(tracks / FILM_TRACKS));
  const made = new MadeFilms({ seed: 1, pack: pack.id, films, crop: await sampleJpeg() });
  const pipeline = await code.openPrepared({ modelsDir: settings.modelsDir, packId: pack.id, threads: 1 });
  try {
    const there = (await library.videos()).length;
    if (there === 0) await makeLibrary(library, made, films, (n) => print(`written: ${n} of ${films} films`));
    const first = Math.max(films, there);
    const before = (await library.tracks()).length;
    const times: number[] = [];
    const rule = code.joinRule(pack.calibration, 0.3);
    for (let n = 0; n < count; n++) {
      const { video, tracks: rows } = made.film(first + n, newId('run'));
      await library.stageTracks(rows);
      const began = performance.now();
      await library.write((writer) => code.joinVideo(video, [], { library, writer, rows, rule, compare: pipeline }));
      times.push((performance.now() - began) / 1000);
    }
    const all = times.reduce((sum, s) => sum + s, 0),
      sorted = times.toSorted((a, b) => a - b);
    const hourly = (3600 * times.length) / all;
    print(`${before} tracks, ${first} films before; ${count} joined one after the other, upkeep included`);
    print(`seconds each: median ${at(sorted, 0.5)}, 95 % ${at(sorted, 0.95)}, longest ${at(sorted, 1)}`);
    print(`${hourly.toFixed(0)} films an hour, ${((hourly * FILM_S) / 3600).toFixed(0)} hours of footage an hour`);
    print(`memory at its highest: ${(await peakMb('self'))?.toFixed(0) ?? 'not known'} MB`);
  } finally {
    await pipeline.close();
    await library.close();
  }
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2);
}

const own = values.home === undefined ? await mkdtemp(path.join(os.tmpdir(), 'rollcall-rate-')) : null;
try {
  await main(Number(values.tracks), Number(values.films), values.home ?? own ?? '');
} finally {
  if (own !== null) await rm(own, { recursive: true, force: true });
}
