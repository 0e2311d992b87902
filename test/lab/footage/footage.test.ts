import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { paintFrame } from '../../../lab/footage/compose.js';
import { noiseTable } from '../../../lab/footage/effects.js';
import { placeFaces } from '../../../lab/footage/placement.js';
import { renderScene } from '../../../lab/footage/render.js';
import { frameCount, playingAt, type Scene } from '../../../lab/footage/scene.js';
import { sceneTruth } from '../../../lab/footage/truth.js';
import { locateFfmpeg } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import type { RgbImage } from '../../../src/domain/types.js';
import { measure, squares } from './synthetic-cast.js';

const LIGHT = [240, 240, 240] as const,
  DARK = [10, 10, 10] as const;
const material = squares([
  { id: 'light', picture: 'a', face: { x: 300, y: 200, w: 80, h: 100 }, rgb: LIGHT },
  { id: 'dark', picture: 'b', face: { x: 350, y: 250, w: 100, h: 120 }, rgb: DARK },
]);
const frame = { width: 320, height: 180, fps: 25, crf: 12, seed: 5 };

/** Light pans out on the right, zooming; then, mirrored, dark. */
const panned: Scene = {
  ...frame,
  name: 'panned.mp4',
  shots: [
    {
      length_s: 2,
      picture: 'a',
      camera: [
        { at_s: 0, x: 340.3, y: 250, w: 500 },
        { at_s: 2, x: 80, y: 230, w: 300 },
      ],
    },
    {
      length_s: 1,
      picture: 'b',
      mirror: true,
      camera: [
        { at_s: 0, x: 380, y: 300, w: 480 },
        { at_s: 1, x: 360, y: 310, w: 480 },
      ],
    },
  ],
};

// Other suites share the machine's cores while ffmpeg encodes.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string, ffmpeg: string, frames: RgbImage[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'footage-test-'));
  ({ ffmpeg } = await locateFfmpeg({ cacheDir: path.join(folder, 'ffmpeg') }, new AbortController().signal));
  frames = await decoded(panned);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function decoded(scene: Scene): Promise<RgbImage[]> {
  const file = path.join(folder, scene.name);
  await renderScene(scene, file, material, ffmpeg);
  const { stdout } = await execa(ffmpeg, ['-v', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'], {
    encoding: 'buffer',
  });
  const size = scene.width * scene.height * 3;
  return Array.from({ length: stdout.length / size }, (_, i) => ({
    width: scene.width,
    height: scene.height,
    data: stdout.subarray(i * size, (i + 1) * size),
  }));
}

describe('a rendered scene', () => {
  it('shows every face where the placement says, in every decoded frame', () => {
    expect(frames.length).toBe(frameCount(panned));
    let seen = 0;
    for (const [i, picture] of frames.entries()) {
      const [playing] = playingAt(panned, i);
      const placed = playing && placeFaces(panned, playing.shot, playing.at_s, material.people)[0];
      if (!placed || placed.visible < 1) continue;
      const found = measure(picture, placed.person.id === 'light' ? LIGHT : DARK);
      expect(found, `frame ${i}`).toBeDefined();
      for (const side of ['x', 'y', 'w', 'h'] as const)
        expect(Math.abs((found?.box[side] ?? 0) - placed.box[side]), `frame ${i} ${side}`).toBeLessThan(0.35);
      seen++;
    }
    expect(seen).toBeGreaterThan(35);
  });

  it('has a truth that changes in the frame in which the square leaves and the one in which the next shot starts', () => {
    const whole = frames
      .map((f) => measure(f, LIGHT)?.box)
      .findIndex((box) => !box || box.x + box.w > panned.width - 0.5);
    const gone = frames.findIndex((f) => !measure(f, LIGHT));
    const dark = frames.findIndex((f) => measure(f, DARK));
    const truth = sceneTruth(panned, material.people, { minFacePx: 10, goneBelow: 0.02, bridge_s: 1 });
    const [sure, hard] = truth.people.light ?? [];
    expect(Math.abs((sure?.[1] ?? 0) * 25 - whole)).toBeLessThanOrEqual(1);
    expect(hard?.[2]).toBe('hard');
    expect(Math.abs((hard?.[1] ?? 0) * 25 - gone)).toBeLessThanOrEqual(1);
    expect(truth.cuts).toEqual([2]);
    expect(dark).toBe(50);
    expect(truth.people.dark).toEqual([[2, 3]]);
  });

  it('is the same byte for byte when made again', async () => {
    const noisy: Scene = { ...panned, name: 'noisy.mp4', shots: panned.shots.map((shot) => ({ ...shot, noise: 12 })) };
    const hash = async () => {
      await renderScene(noisy, path.join(folder, noisy.name), material, ffmpeg);
      return createHash('sha256')
        .update(await readFile(path.join(folder, noisy.name)))
        .digest('hex');
    };
    expect(await hash()).toBe(await hash());
  });

  it('stops when told to', async () => {
    const stop = AbortSignal.abort();
    await expect(renderScene(panned, path.join(folder, 'never.mp4'), material, ffmpeg, stop)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('a cut-out that passes before another', () => {
  const crossing: Scene = {
    ...frame,
    name: 'crossing.mp4',
    shots: [
      {
        length_s: 4,
        picture: 'a',
        defocus: 50,
        camera: [{ at_s: 0, x: 150, y: 90, w: 100 }],
        sprites: [
          { person: 'light', path: [{ at_s: 0, x: 160, y: 90, h: 60 }] },
          {
            person: 'dark',
            mirror: true,
            path: [
              { at_s: 0, x: -60, y: 90, h: 80 },
              { at_s: 2, x: 160, y: 90, h: 80 },
              { at_s: 4, x: 400, y: 90, h: 80 },
            ],
          },
        ],
      },
    ],
  };
  const plain = {
    ...material,
    pictures: new Map([
      ...material.pictures,
      ['a~50', { width: 800, height: 600, data: new Uint8Array(800 * 600 * 3).fill(90) }],
    ]),
    noise: noiseTable(1),
  };

  it('covers as much of it as the placement says', async () => {
    for (const i of [0, 25, 30, 34, 38, 42, 46, 50, 62]) {
      const picture = { width: 320, height: 180, data: await paintFrame(crossing, i, plain) };
      const [light] = placeFaces(crossing, crossing.shots[0] ?? raise(), i / 25, material.people);
      const area = measure(picture, LIGHT)?.area ?? 0;
      expect(area / (48 * 60), `frame ${i}`).toBeGreaterThan((light?.visible ?? 0) - 0.07);
      expect(area / (48 * 60), `frame ${i}`).toBeLessThan((light?.visible ?? 0) + 0.07);
    }
  });

  it('makes the covered time hard, and an absence too long to bridge an absence', () => {
    const people = (bridge_s: number) =>
      sceneTruth(crossing, material.people, { minFacePx: 40, goneBelow: 0.05, bridge_s }).people.light ?? [];
    expect(people(1).map(([, , hard]) => hard)).toEqual([undefined, 'hard', undefined]);
    const [, into, out] = people(0.1);
    expect(out?.[0] ?? 0).toBeGreaterThan((into?.[1] ?? 0) + 0.2);
  });

  it('calls faces behind the defocused background nobody', () => {
    expect(
      Object.keys(
        sceneTruth({ ...crossing, shots: crossing.shots.map((shot) => ({ ...shot, sprites: [] })) }, material.people)
          .people,
      ),
    ).toEqual([]);
  });
});

describe('dissolves, flashes and small faces', () => {
  it('are hard', () => {
    const scene: Scene = {
      ...frame,
      name: 'x.mp4',
      shots: [
        {
          length_s: 2,
          picture: 'a',
          camera: [{ at_s: 0, x: 340, y: 250, w: 320 }],
          flashes: [{ at_s: 0.4, length_s: 0.2 }],
        },
        { length_s: 2, picture: 'b', camera: [{ at_s: 0, x: 400, y: 300, w: 320 }], dissolve_s: 0.6 },
      ],
    };
    const truth = sceneTruth(scene, material.people);
    expect(truth.people.light).toEqual([
      [0, 0.4],
      [0.4, 0.6, 'hard'],
      [0.6, 1.4],
      [1.4, 2, 'hard'],
    ]);
    expect(truth.people.dark).toEqual([
      [1.4, 2, 'hard'],
      [2, 3.4],
    ]);
    expect(truth.cuts).toEqual([1.7]);
    expect(
      sceneTruth({ ...scene, shots: scene.shots.slice(0, 1) }, material.people, {
        minFacePx: 101,
        goneBelow: 0.05,
        bridge_s: 1,
      }).people.light?.every((span) => span[2] === 'hard'),
    ).toBe(true);
  });
});

function raise(): never {
  throw new Error('the scene has no shot');
}
