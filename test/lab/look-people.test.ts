import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DrawnTrack, drawPeople } from '../../lab/look/draw-people.js';

const RED = { r: 220, g: 20, b: 20 };
const crop = await sharp({ create: { width: 112, height: 112, channels: 3, background: RED } })
  .jpeg()
  .toBuffer();
const track = (seen: Partial<DrawnTrack>): DrawnTrack => ({
  ...{ quality: 0.5, score: null, when: '0.0–1.0', crops: [crop] },
  ...seen,
});

describe('drawPeople', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-look-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const draw = async (tracks: readonly DrawnTrack[]): Promise<{ height: number; of: (rgb: Rgb) => number }> => {
    const file = await drawPeople([{ label: 'P1', tracks }], 0.4, path.join(folder, 'people.png'));
    const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const near = (rgb: Rgb): number => {
      let count = 0;
      for (let at = 0; at < data.length; at += 3)
        if (rgb.every((v, c) => Math.abs(v - (data[at + c] ?? 0)) < 24)) count++;
      return count;
    };
    return { height: info.height, of: near };
  };
  type Rgb = readonly [number, number, number];
  const red: Rgb = [RED.r, RED.g, RED.b],
    orange: Rgb = [255, 154, 74];

  it('draws every track of a person, in rows, with three pictures of each at most', async () => {
    const one = await draw([track({})]),
      many = await draw(Array.from({ length: 12 }, () => track({ crops: [crop, crop, crop, crop] })));
    expect(many.of(red)).toBeGreaterThan(35 * one.of(red));
    expect(many.of(red)).toBeLessThan(37 * one.of(red));
    expect(many.height).toBeGreaterThan(2 * one.height);
  });

  it('marks a track that is less like its others than the threshold, not one without others', async () => {
    expect((await draw([track({ score: 0.39 })])).of(orange)).toBeGreaterThan(20);
    expect((await draw([track({ score: 0.41 }), track({})])).of(orange)).toBe(0);
  });
});
