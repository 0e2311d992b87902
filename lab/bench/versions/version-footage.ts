/** What versions are compared by: a minute of the demo's footage in three sizes, and without faces. */
import path from 'node:path';
import { execa } from 'execa';
import type { Footage } from './compare-versions.js';

/** Filters by what they make of a minute at 720p; upside down and in negative no face is found. */
const MADE = { '360p': 'scale=-2:360', '1080p': 'scale=-2:1080', '720p without faces': 'vflip,negate' } as const;

/**
 * Writes the others beside `minute`, H.264.
 * @param minute `seconds` of 720p with faces
 */
export async function versionFootage(
  minute: string,
  seconds: number,
  into: string,
  ffmpeg: string,
  signal: AbortSignal,
): Promise<Footage[]> {
  const footage = [{ what: '720p', file: minute, seconds }];
  for (const [what, filter] of Object.entries(MADE)) {
    const file = path.join(into, `${what.replaceAll(' ', '-')}.mkv`);
    const encode = ['-vf', filter, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', file];
    await execa(ffmpeg, ['-nostdin', '-loglevel', 'error', '-i', minute, ...encode], { cancelSignal: signal });
    footage.push({ what, file, seconds });
  }
  return footage;
}
