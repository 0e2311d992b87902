// Shots of films with few pictures: samples are denser than pictures, and no picture waits for long.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { clipOf, cutsOf, photographs } from '../../support/pictures/shot-clips.js';
import { systemTools } from '../../support/servers/tools.js';

let files: Workspace, tools: FfmpegTools, photos: string[];
beforeAll(async () => {
  [files, tools] = [await workspace(), await systemTools()];
  photos = await photographs(files.folder);
}, 120_000);
afterAll(() => files.remove());

/** Of the shots, in pictures; and the boundaries between. */
const LENGTHS = [7, 3, 8, 5, 11, 2, 9, 6, 4, 10],
  AFTER = [7, 10, 18, 23, 34, 36, 45, 51, 55];

it.each([
  [1, [8.2, 12.6, 19.4, 21, 30.8], AFTER],
  // Only two more pictures come within six seconds: too few to tell a shot of two or three apart.
  [0.4, [24.8, 46.2, 56.4, 89.8, 111.6], [7, 18, 23, 45, 51, 55]],
])(
  'are the same from wherever a film of %s pictures a second is read',
  async (fps, froms_s, boundaries) => {
    const slowly = { x: `200+${3 * fps}*t`, y: `120+${2 * fps}*t` };
    const shots = LENGTHS.map((n, i) => ({ photo: photos[i % photos.length] ?? '', seconds: n / fps, ...slowly }));
    const all = shots.map((_, i) => `[s${i}]`).join('');
    // Every picture is a key frame: nothing that was not asked for is read before.
    const encoded = [...clipOf(shots, fps, `${all}concat=n=${shots.length}`), '-g', '1'];
    const film = await files.make(`sparse-${fps}.mp4`, encoded);
    const whole = await cutsOf(film, tools);
    expect(whole.cuts).toEqual(boundaries.map((n) => n / fps));
    for (const from_s of froms_s) {
      const { cuts, told } = await cutsOf(film, tools, 5, from_s);
      expect(cuts).toEqual(whole.cuts.filter((cut_s) => cut_s > from_s));
      expect(told).toEqual(whole.told.filter(({ cut_s }) => cut_s > from_s));
    }
  },
  60_000,
);
