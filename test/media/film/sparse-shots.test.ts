// Shots of films with a picture a second: samples are denser than pictures, and no picture waits for long.
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

const LENGTHS = [7, 3, 8, 5, 11, 2, 9, 6, 4, 10];
const SLOWLY = { x: '200+3*t', y: '120+2*t' };

it('are the same from wherever the film is read', async () => {
  const shots = LENGTHS.map((seconds, i) => ({ photo: photos[i % photos.length] ?? '', seconds, ...SLOWLY }));
  const all = shots.map((_, i) => `[s${i}]`).join('');
  const film = await files.make('sparse.mp4', clipOf(shots, 1, `${all}concat=n=${shots.length}`));
  const whole = await cutsOf(film, tools);
  expect(whole.cuts).toEqual([7, 10, 18, 23, 34, 36, 45, 51, 55]);
  for (const from_s of [8.2, 12.6, 19.4, 21, 30.8]) {
    const { cuts, told } = await cutsOf(film, tools, 5, from_s);
    expect(cuts).toEqual(whole.cuts.filter((cut_s) => cut_s > from_s));
    expect(told).toEqual(whole.told.filter(({ cut_s }) => cut_s > from_s));
  }
}, 60_000);
