/** A video with one flipped bit: a picture dated 2^30 ms, 12 days, after the others. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Workspace } from './clips.js';

/** ffmpeg's muxer counts from this time on (ASF specification, 3.2: preroll), milliseconds. */
const PREROLL_MS = 3100;

/** 0.8 s of WMV at 10 pictures per second in which the picture at 0.5 s says 1,073,742.3 s. */
export async function farTimestamp(files: Workspace): Promise<string> {
  const sound = await files.make('sound.wmv', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=0.8', '-c:v', 'wmv2']);
  const bytes = await readFile(sound);
  // A payload's head: length of what is said of it (8), the picture's size, and its time (ASF specification, 5.2.3).
  const time = Buffer.alloc(4);
  time.writeUInt32LE(PREROLL_MS + 500);
  for (let at = bytes.indexOf(time); at >= 0; at = bytes.indexOf(time, at + 1))
    if (bytes[at - 5] === 8) bytes.writeUInt32LE((PREROLL_MS + 500 + 2 ** 30) >>> 0, at);
  const file = files.path('far-timestamp.wmv');
  await writeFile(file, bytes);
  return file;
}
