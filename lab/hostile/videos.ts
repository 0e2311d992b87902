/** Small videos of all containers and codecs that ffmpeg writes here, to be damaged. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { eachOf } from './each-of.js';

const run = promisify(execFile);

/** A whole file, and how it is called. */
export interface Specimen {
  /** Ends like a file of its kind. */
  name: string;
  bytes: Buffer;
}

interface Recipe {
  name: string;
  args: readonly string[];
  /** Width × height, 96x64 where nothing is said. */
  size?: string;
  /** Pictures a second, 10 where nothing is said. */
  rate?: string;
  /** How long it is, 1 where nothing is said. */
  seconds?: number;
  sound?: boolean;
}

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p'],
  av1 = ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime'],
  vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
  codec = (name: string, ...more: string[]): string[] => ['-c:v', name, ...more],
  many = (streams: number): string[] => Array.from({ length: streams }, () => ['-map', '0:v']).flat();

const RECIPES: readonly Recipe[] = [
  { name: 'h264.mp4', args: x264, sound: true },
  { name: 'fragments.mp4', args: [...x264, '-movflags', 'frag_keyframe+empty_moov+default_base_moof'] },
  { name: 'hevc.mp4', args: codec('libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none') },
  { name: 'mpeg4.mp4', args: codec('mpeg4', '-movflags', 'faststart') },
  { name: 'av1.mp4', args: av1 },
  { name: 'prores.mov', args: codec('prores') },
  { name: 'qtrle.mov', args: codec('qtrle'), sound: true },
  { name: 'raw.mov', args: codec('rawvideo', '-pix_fmt', 'yuv422p'), size: '32x32' },
  { name: 'png.mov', args: codec('png') },
  { name: 'h263.3gp', args: codec('h263'), size: '128x96' },
  { name: 'h264.mkv', args: x264, sound: true },
  { name: 'vp8.mkv', args: codec('libvpx', '-deadline', 'realtime') },
  { name: 'ffv1.mkv', args: codec('ffv1') },
  { name: 'mpeg2.mkv', args: codec('mpeg2video'), rate: '25' },
  { name: 'theora.mkv', args: codec('libtheora') },
  { name: 'live.mkv', args: [...x264, '-live', '1'] },
  { name: 'vp8.webm', args: codec('libvpx', '-deadline', 'realtime') },
  { name: 'vp9.webm', args: vp9, sound: true },
  { name: 'av1.webm', args: av1 },
  { name: 'mpeg4.avi', args: codec('mpeg4'), sound: true },
  { name: 'msmpeg4.avi', args: codec('msmpeg4v2') },
  { name: 'mjpeg.avi', args: codec('mjpeg') },
  { name: 'cram.avi', args: codec('msvideo1') },
  { name: 'huffyuv.avi', args: codec('huffyuv') },
  { name: 'zmbv.avi', args: codec('zmbv') },
  { name: 'utvideo.avi', args: codec('utvideo') },
  { name: 'h264.ts', args: x264, sound: true },
  { name: 'mpeg2.ts', args: codec('mpeg2video'), rate: '25' },
  { name: 'mpeg1.mpg', args: codec('mpeg1video'), rate: '25' },
  { name: 'mpeg2.vob', args: codec('mpeg2video', '-f', 'vob'), rate: '25', sound: true },
  { name: 'flv1.flv', args: codec('flv'), sound: true },
  { name: 'h264.flv', args: x264 },
  { name: 'screen.flv', args: codec('flashsv') },
  { name: 'theora.ogg', args: codec('libtheora') },
  { name: 'mpeg2.mxf', args: codec('mpeg2video'), rate: '25' },
  {
    name: 'dnxhr.mxf',
    args: codec('dnxhd', '-profile:v', 'dnxhr_lb', '-pix_fmt', 'yuv422p'),
    size: '256x120',
    rate: '25',
    seconds: 0.2,
  },
  { name: 'film.gif', args: ['-loop', '0'] },
  { name: 'film.apng', args: ['-f', 'apng', '-plays', '0'] },
  { name: 'wmv2.wmv', args: codec('wmv2'), sound: true },
  { name: 'wmv1.asf', args: codec('wmv1') },
  { name: 'ffv1.nut', args: codec('ffv1') },
  { name: 'rv20.rm', args: codec('rv20') },
  { name: 'flash.swf', args: codec('flv') },
  { name: 'vp8.ivf', args: codec('libvpx', '-deadline', 'realtime') },
  { name: 'pictures.y4m', args: ['-pix_fmt', 'yuv420p'], size: '32x32' },
  { name: 'tape.dv', args: codec('dvvideo', '-pix_fmt', 'yuv420p'), size: '720x576', rate: '25', seconds: 0.1 },
  { name: 'mpeg2.gxf', args: codec('mpeg2video', '-pix_fmt', 'yuv420p'), size: '720x576', rate: '25', seconds: 0.1 },
  { name: 'mpeg2.wtv', args: codec('mpeg2video'), rate: '25' },
  { name: 'stream.h264', args: x264 },
  { name: 'stream.hevc', args: codec('libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none') },
  { name: 'stream.mjpeg', args: codec('mjpeg') },
  { name: 'stream.m4v', args: codec('mpeg4') },
  { name: 'stream.obu', args: av1 },
  { name: 'stream.drc', args: codec('vc2', '-b:v', '200k') },
  { name: 'game.roq', args: codec('roqvideo'), size: '64x64', rate: '30' },
  {
    name: 'phone.amv',
    args: codec('amv', '-strict', '-1', '-block_size', '2205'),
    size: '96x64',
    rate: '10',
    sound: true,
  },
  { name: 'cinepak.film', args: codec('cinepak', '-f', 'film_cpk') },
  // What is absurd already before anything is damaged.
  { name: 'long-and-thin.mkv', args: codec('ffv1'), size: '16000x2', rate: '2' },
  { name: 'one-pixel.mkv', args: codec('ffv1', '-vf', 'scale=1:1') },
  { name: 'hurried.mkv', args: codec('ffv1'), size: '16x16', rate: '1000', seconds: 0.1 },
  { name: 'slow.mp4', args: codec('mpeg4', '-frames:v', '3'), rate: '1/60' },
  { name: 'many-streams.mp4', args: [...codec('mpeg4'), ...many(60)], seconds: 0.2 },
  { name: 'many-streams.ts', args: [...codec('mpeg2video'), ...many(30)], rate: '25', seconds: 0.2 },
];

/** ffmpeg's arguments for pictures, and sound where it is wanted. */
function ingredients({ args, size = '96x64', rate = '10', seconds = 1, sound }: Recipe): string[] {
  const pictures = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}`];
  const noise = sound ? ['-f', 'lavfi', '-i', 'sine=r=22050'] : [];
  const length = rate.includes('/') ? [] : ['-t', String(seconds)];
  return ['-nostdin', '-v', 'error', '-y', ...pictures, ...noise, '-bitexact', '-threads', '1', ...length, ...args];
}

/** Makes the videos in a folder. What this ffmpeg has no encoder or muxer for is left out, and named. */
export async function makeVideos(folder: string): Promise<{ made: Specimen[]; missing: string[] }> {
  const made: Specimen[] = [],
    missing: string[] = [];
  await eachOf(RECIPES, async (recipe) => {
    const file = path.join(folder, recipe.name);
    try {
      await run('ffmpeg', [...ingredients(recipe), `file:${file}`]);
      made.push({ name: recipe.name, bytes: await readFile(file) });
    } catch {
      missing.push(recipe.name);
    }
  });
  return { made: made.sort((a, b) => (a.name < b.name ? -1 : 1)), missing };
}
