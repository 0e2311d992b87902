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

const HOUR_S = 66 * 60;

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

/** A film of over an hour that takes little to watch: a picture a second, people for some seconds of each minute. */
export async function makeHour(folder: string, clips: string | undefined, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [first = '', second = first] = clips === undefined ? await ownClips(signal) : await videosIn(clips);
  const size = 'scale=640:360:force_original_aspect_ratio=decrease,pad=640:360:-1:-1,setsar=1,fps=1';
  const parts = `[0:v]${size}[a];[1:v]${size}[b];color=c=gray:s=640x360:r=1:d=50[c];[a][b][c]concat=n=3`;
  const minute = path.join(folder, '..', 'minute.mp4');
  await ffmpeg([
    '-t',
    '6',
    '-i',
    first,
    '-t',
    '6',
    '-i',
    second,
    '-filter_complex',
    parts,
    '-pix_fmt',
    'yuv420p',
    minute,
  ]);
  await cut(['-stream_loop', '-1', '-i', minute, '-t', String(HOUR_S)], path.join(folder, 'film-hour.mp4'), SHORT + 1);
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
  await ffmpeg([...args, '-c', 'copy', '-metadata', `title=${title}`, file]);
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await promisify(execFile)('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...args]);
}
