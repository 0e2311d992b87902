/** Makes test videos with the system's ffmpeg; frames carry their own number in their pixels. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RgbImage } from '../../../src/domain/types.js';

const run = promisify(execFile);
const BITS = 12;

export interface Workspace {
  folder: string;
  path(name: string): string;
  /** Runs ffmpeg and returns the path of the file it wrote; a file that was made before is not made again. */
  make(name: string, args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function workspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-media-'));
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    path,
    make: async (name, args) => {
      if (!existsSync(path(name)))
        await run('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...args, `file:${path(name)}`]);
      return path(name);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Arguments for a video of `frames` frames, frame n showing n as 12 vertical bars (bit 0 left), white for 1. */
export function numbered(frames: number, rate: string, size = '96x54'): string[] {
  return [
    '-f',
    'lavfi',
    '-i',
    `color=black:s=${size}:r=${rate}:d=${frames / toNumber(rate)},geq=lum='if(mod(floor(N/pow(2,floor(X*${BITS}/W))),2),235,16)':cb=128:cr=128`,
    '-frames:v',
    String(frames),
  ];
}

export const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '10', '-pix_fmt', 'yuv420p'];
/** x264 with three B-frames and a closed group of `gop` pictures. */
export const bFrames = (gop: number): string[] => [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-qp',
  '10',
  '-bf',
  '3',
  '-g',
  String(gop),
  '-keyint_min',
  String(gop),
  '-sc_threshold',
  '0',
  '-x264-params',
  'b-adapt=0',
  '-pix_fmt',
  'yuv420p',
];

/** The number in a frame made by `numbered`. */
export function readNumber(image: RgbImage): number {
  let number = 0;
  for (let bit = 0; bit < BITS; bit += 1) {
    const x = Math.floor(((bit + 0.5) * image.width) / BITS);
    if ((image.data[(Math.floor(image.height / 2) * image.width + x) * 3] ?? 0) > 128) number += 2 ** bit;
  }
  return number;
}

/** Times of all frames as a player shows them, seconds: of a transport or program stream from its start. */
export async function frameTimes(file: string): Promise<number[]> {
  const zero_s = /\.(ts|mpg)$/.test(file) ? ((await told(file, 'format=start_time'))[0] ?? 0) : 0;
  return (await told(file, 'frame=pts_time')).map((time) => Math.round((time - zero_s) * 1e6) / 1e6);
}

/** Numbers that ffprobe tells of a file. */
async function told(file: string, entries: string): Promise<number[]> {
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    entries,
    '-of',
    'csv=p=0',
    `file:${file}`,
  ]);
  return stdout
    .split('\n')
    .map((line) => Number(line.replace(/,.*$/, '') || NaN))
    .filter(Number.isFinite);
}

function toNumber(rate: string): number {
  const [numerator, denominator = 1] = rate.split('/').map(Number);
  return (numerator ?? 1) / denominator;
}
