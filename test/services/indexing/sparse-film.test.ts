/** Films of a picture a second and fewer: who is in one place of two pictures need not be one person. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it, vi } from 'vitest';
import { ffmpeg } from '../../e2e/workplace.js';
import { servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';
import { makePortraits } from '../../support/pictures/portraits.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let portraits: Map<string, string[]>;
beforeAll(async () => {
  portraits = await makePortraits(path.join('build', 'portraits'));
});

/** A face at the left edge of a picture, and so many pixels beyond it: from 40 on there is no telling whose it is. */
interface Shown {
  person: string;
  scene?: 0 | 1;
  look?: number;
  beyond?: number;
}

const curls: Shown = { person: 'blonde-curls' },
  curlsAgain: Shown = { person: 'blonde-curls', look: 1 },
  halfOfCurls: Shown = { person: 'blonde-curls', beyond: 40 },
  waves: Shown = { person: 'dark-waves', scene: 1 },
  halfOfWaves: Shown = { person: 'dark-waves', scene: 1, beyond: 40 };

/** What is behind them. */
const SCENES = [
  '<rect width="640" height="360" fill="#765"/><rect x="340" width="90" height="360" fill="#eec"/>',
  '<rect width="640" height="360" fill="#345"/><rect y="60" width="640" height="50" fill="#bcd"/>',
];

/** Pixels to the left of a face of a portrait that is 300 wide. */
const EDGE = 60;

/** One picture after another, so many seconds each. @param rate pictures a second that the film is coded with */
async function slideShow(folder: string, shown: readonly Shown[], each_s: number, rate = 1 / each_s): Promise<string> {
  const pictures = path.join(folder, `pictures-${each_s}-${rate}`);
  await mkdir(pictures);
  for (const [i, { person, look = 0, scene = 0, beyond = 0 }] of shown.entries()) {
    const left = EDGE + beyond;
    const face = await sharp(portraits.get(person)?.[look])
      .resize(300, 300)
      .extract({ left, top: 0, width: 300 - left, height: 300 })
      .toBuffer();
    await sharp(Buffer.from(`<svg width="640" height="360">${SCENES[scene]}</svg>`))
      .composite([{ input: face, left: 0, top: 30 }])
      .png()
      .toFile(path.join(pictures, `${i}.png`));
  }
  const film = path.join(folder, `film-${each_s}-${rate}.mp4`);
  const input = ['-framerate', String(1 / each_s), '-i', path.join(pictures, '%d.png')];
  await ffmpeg([...input, '-r', String(rate), '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-crf', '15'], film);
  return film;
}

/** When each person is on screen, by whom the library has first. */
async function onScreen(film: string): Promise<string[]> {
  const services = servicesAt(await temporaryFolder());
  await services.indexing.indexVideo({ source: film });
  const { identities } = await services.identities.list({});
  return identities
    .map(({ appearances }) => appearances.map((a) => `${a.start_s}–${a.end_s}`).join(' '))
    .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
}

it.each([1, 3])('gives nobody a face of another scene that can not be told (a picture every %i s)', async (each_s) => {
  const film = await slideShow(
    await temporaryFolder(),
    [curls, curls, halfOfWaves, halfOfWaves, curlsAgain, waves],
    each_s,
  );
  const at = (from: number, to: number) => `${from * each_s}–${to * each_s}`;
  expect(await onScreen(film)).toEqual([`${at(0, 2)} ${at(4, 5)}`, at(5, 6)]);
});

it('has somebody on screen for all of the pictures that show them, also where one of a scene that stays does not tell', async () => {
  const film = await slideShow(await temporaryFolder(), [curls, halfOfCurls, curlsAgain, waves], 1);
  expect(await onScreen(film)).toEqual(['0–3', '3–4']);
});
