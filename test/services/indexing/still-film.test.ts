/** A film that stands still, as ffmpeg codes and gives it: what of it is looked at. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Picture } from '../../../src/domain/types.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { lookSparsely } from '../../../src/services/indexing/watching/sparse-looks.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

let files: Workspace;
beforeAll(async () => {
  files = await workspace();
});
afterAll(() => files.remove());

/** @returns times looked at, samples in all, and buffers that were made for them */
async function watched(file: string) {
  const source = await fileSource(file),
    tools = await systemTools();
  const probe = await probeVideo(source, tools);
  const frames = openFrames(source, { sampleFps: 5, maxSide: 640, smallSide: 320, probe, tools });
  const looked: number[] = [];
  let now_s = 0,
    samples = 0;
  const giveBack = ({ data, small }: Picture) => {
    frames.recycle(data);
    if (small) frames.recycle(small.data);
  };
  async function* timed() {
    for await (const frame of frames) {
      now_s = frame.time_s;
      yield { ...frame, leap: null };
    }
  }
  const look = (image: Picture) => {
    looked.push(now_s);
    giveBack(image);
    return Promise.resolve([]);
  };
  for await (const group of lookSparsely(timed(), { look, giveBack })) samples += group.length;
  return { looked, samples, buffers: frames.buffersAllocated };
}

it.each([1, 10])(
  'at %i frames a second is not looked at again, though each is coded a little otherwise',
  async (rate) => {
    const picture = await files.make('scene.png', ['-f', 'lavfi', '-i', 'mandelbrot=s=640x360', '-frames:v', '1']);
    const film = [
      '-loop',
      '1',
      '-framerate',
      String(rate),
      '-i',
      picture,
      '-t',
      '20',
      '-g',
      '7',
      '-pix_fmt',
      'yuv420p',
    ];
    const file = await files.make(`still-${rate}.mp4`, [...film, '-c:v', 'libx264', '-preset', 'veryfast']);
    const { looked, samples, buffers } = await watched(file);
    expect(samples).toBe(100);
    // An encoder makes the first second or two a little better as it goes.
    expect(looked.filter((time_s) => time_s > 3)).toEqual([]);
    expect(buffers).toBeLessThan(80);
  },
);

it('is looked at again when a small thing moves in it', async () => {
  const spot = 'color=red:s=24x24:r=10:d=6';
  const file = await files.make('spot.mp4', [
    ...['-f', 'lavfi', '-i', 'color=gray:s=640x360:r=10:d=6', '-f', 'lavfi', '-i', spot],
    ...['-filter_complex', "[0][1]overlay=x=100:y=100:enable='gte(t,3)'", '-t', '6', '-pix_fmt', 'yuv420p'],
  ]);
  const { looked } = await watched(file);
  expect(looked[0]).toBe(0);
  expect(looked.some((time_s) => time_s >= 3)).toBe(true);
});
