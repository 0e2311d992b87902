import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { X264, type Workspace, workspace } from '../../support/pictures/clips.js';
import { cutsOf } from '../../support/pictures/shot-clips.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';

let files: Workspace;
beforeAll(async () => {
  files = await workspace();
});
afterAll(() => files.remove());

/** Pictures with detail that differ from each other in layout. */
const MANDELBROT = 'mandelbrot=s=320x180:r=25:start_scale=0.05:end_scale=0.04';
const BARS = 'smptebars=s=320x180:r=25';
const TEST = 'testsrc2=s=320x180:r=25';

/** Filter arguments: one scene after the other, seconds each. */
function sequence(scenes: readonly (readonly [source: string, seconds: number])[], then = 'null'): string[] {
  const inputs = scenes.flatMap(([source, seconds]) => ['-f', 'lavfi', '-t', String(seconds), '-i', source]);
  const labels = scenes.map((_, i) => `[v${i}]`).join('');
  const same = scenes.map((_, i) => `[${i}:v]setsar=1,format=yuv420p[v${i}]`).join(';');
  return [...inputs, '-filter_complex', `${same};${labels}concat=n=${scenes.length},${then}`, ...X264];
}

describe.each([
  ['the system’s ffmpeg', systemTools],
  ['the ffmpeg from npm', npmTools],
] as const)('shot boundaries with %s', (_name, locate) => {
  let tools: FfmpegTools;
  beforeAll(async () => {
    tools = await locate();
  }, 300_000);

  it('are told to the frame, with the first sample of the new shot', async () => {
    const file = await files.make(
      'cuts.mp4',
      sequence([
        [MANDELBROT, 1.48],
        [BARS, 1],
        [TEST, 1.2],
        [MANDELBROT, 0.2],
        [BARS, 1],
      ]),
    );
    const { cuts, told } = await cutsOf(file, tools);
    expect(cuts.map((cut_s) => cut_s.toFixed(2))).toEqual(['1.48', '2.48', '3.68', '3.88']);
    expect(told).toEqual(
      [
        [1.6, 1.48],
        [2.6, 2.48],
        [3.8, 3.68],
        [4, 3.88],
      ].map(([time_s, cut_s]) => ({ time_s, cut_s })),
    );
  }, 30_000);

  it('belong to the sample that shows them, not to one a fraction earlier', async () => {
    // At 29.97 pictures a second frame 6 comes at 0.2002 s: the sample at 0.2 s still shows frame 5.
    const file = await files.make(
      'ntsc.mp4',
      sequence([
        [MANDELBROT.replace('25', '30000/1001'), 0.2],
        [BARS.replace('25', '30000/1001'), 1],
      ]),
    );
    expect(await cutsOf(file, tools)).toEqual({ cuts: [0.2002], told: [{ time_s: 0.4, cut_s: 0.2002 }] });
  }, 30_000);

  it('are not seen in camera flashes', async () => {
    const flash = (first: number, frames: number): string =>
      `eq=brightness=0.7:eval=frame:enable='between(n,${first},${first + frames - 1})'`;
    const file = await files.make(
      'flash.mp4',
      sequence([[MANDELBROT, 4]], `${flash(20, 1)},${flash(45, 2)},${flash(70, 3)}`),
    );
    expect((await cutsOf(file, tools)).cuts).toEqual([]);
  }, 30_000);

  it('are not seen in fast motion', async () => {
    const file = await files.make('pan.mp4', [
      '-f',
      'lavfi',
      '-t',
      '2',
      '-i',
      'mandelbrot=s=1280x360:r=25:start_scale=0.05:end_scale=0.049',
      '-vf',
      "crop=320:180:x='if(lt(t,0.6),0,min(960,(t-0.6)*700))':y=90",
      ...X264,
    ]);
    expect((await cutsOf(file, tools)).cuts).toEqual([]);
  }, 30_000);
});
