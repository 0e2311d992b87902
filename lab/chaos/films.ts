/** The films that a seed indexes: short ones, one in parts, and one that is none. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { testSet } from '../../test/e2e/test-set.js';
import { makeFootage } from '../footage/make-footage.js';

export const BAD = 'film-01-bad.mp4';
/** Of the parts that workers watch a longer film in. */
export const PART_MINUTES = 0.15;
const SHORT = 3;

/** @param clips a folder of videos to cut them from; by default the clips of the tests, which are made */
export async function makeFilms(folder: string, clips: string | undefined, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const from = clips === undefined ? await ownClips(signal) : await videosIn(clips);
  const of = (i: number): string => from[i % from.length] ?? '';
  for (let i = 0; i < SHORT; i++)
    await cut(['-ss', String((i % 4) + 0.1), '-i', of(i), '-t', '1.2'], path.join(folder, `film-0${i}.mp4`), i);
  await cut(['-stream_loop', '2', '-i', of(0), '-t', '30'], path.join(folder, 'film-09-long.mp4'), SHORT);
  await writeFile(path.join(folder, BAD), 'this is no film');
}

async function ownClips(signal: AbortSignal): Promise<string[]> {
  const cacheDir = path.resolve('build/footage');
  const { videos } = await makeFootage(testSet, { into: path.join(cacheDir, testSet.name), cacheDir }, signal);
  return videos.map(({ file }) => file);
}

async function videosIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mp4')).sort();
  if (names.length === 0) throw new Error(`no .mp4 in ${folder}`);
  return names.map((name) => path.join(folder, name));
}

/** A title of its own makes each another film. */
async function cut(args: readonly string[], file: string, title: number): Promise<void> {
  const whole = ['-nostdin', '-y', '-v', 'error', ...args, '-c', 'copy', '-metadata', `title=${title}`, file];
  await promisify(execFile)('ffmpeg', whole);
}
