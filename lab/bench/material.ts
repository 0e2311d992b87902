/** Videos to measure with: footage repeated to a length, its stream copied. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { FfmpegTools } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { probeVideo } from '../../src/media/film/probe.js';
import { makeFootage } from '../footage/make-footage.js';
import { demoSet } from '../footage/sets/demo.js';
import { ownFile } from '../own-file.js';

/** Lengths that are measured with, seconds. */
export const SHORT_S = 60,
  LONG_S = 600;
const WARM_UP_S = 2;

/** The same footage at several lengths. */
export interface Material {
  loop(length_s: number): Promise<string>;
  /** Two seconds of it. */
  warmUp: string;
  /** SHORT_S of it. */
  minute: string;
}

/** @param video in place of the demo's footage */
export async function makeMaterial(
  video: string | undefined,
  { folder, cacheDir, tools, onStep }: MaterialOptions,
  signal: AbortSignal,
): Promise<Material> {
  const { FFMPEG_PATH: ffmpegPath, FFPROBE_PATH: ffprobePath } = process.env;
  const demo = { into: path.join(cacheDir, demoSet.name), cacheDir, ffmpegPath, ffprobePath, onStep };
  const videos = video ? [video] : (await makeFootage(demoSet, demo, signal)).videos.map(({ file }) => file);
  let seconds = 0;
  for (const file of videos) seconds += (await probeVideo(await ownFile(file), tools, signal)).duration_s;
  const loop = (length_s: number) => loopVideos(videos, seconds, length_s, folder, tools.ffmpeg, signal);
  return { loop, warmUp: await loop(WARM_UP_S), minute: await loop(SHORT_S) };
}

export interface MaterialOptions {
  /** Where the videos are written. */
  folder: string;
  /** Where the demo's footage is kept. */
  cacheDir: string;
  tools: FfmpegTools;
  onStep: (what: string) => void;
}

/**
 * Writes `length_s` seconds of the videos one after another, again and again, without encoding anew, so that every
 * length is the same material. The videos must share codec, size and rate.
 * @param seconds length of all the videos together
 * @returns the path of the file written: Matroska, the video stream alone
 */
async function loopVideos(
  videos: readonly string[],
  seconds: number,
  length_s: number,
  into: string,
  ffmpeg: string,
  signal: AbortSignal,
): Promise<string> {
  const name = path.join(into, `${length_s}s`),
    list = `${name}.txt`,
    file = `${name}.mkv`;
  const once = videos.map((video) => `file '${path.resolve(video).replaceAll("'", String.raw`'\''`)}'\n`).join('');
  await writeFile(list, once.repeat(Math.ceil(length_s / seconds) + 1));
  await execa(
    ffmpeg,
    [
      '-nostdin',
      '-hide_banner',
      '-loglevel',
      'error',
      '-f',
      'concat',
      '-safe',
      '0',
      '-i',
      list,
      '-map',
      '0:v:0',
      '-c',
      'copy',
      '-t',
      String(length_s),
      file,
    ],
    { stdout: 'ignore', cancelSignal: signal },
  );
  return file;
}
