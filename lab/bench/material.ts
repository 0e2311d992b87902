/** Videos to measure with: footage repeated to a length, its stream copied. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/**
 * Writes `length_s` seconds of the videos one after another, again and again, without encoding anew, so that every
 * length is the same material. The videos must share codec, size and rate.
 * @param seconds length of all the videos together
 * @returns the path of the file written: Matroska, the video stream alone
 */
export async function loopVideos(
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
