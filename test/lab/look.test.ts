import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawFrames } from '../../lab/look/draw-frames.js';
import type { SeenFrame } from '../../lab/look/read-frames.js';
import type { Box, Face } from '../../src/domain/types.js';

const SIDE = 533;
const P = { x: 0, y: 0 };
const box: Box = { x: 100, y: 200, w: 80, h: 80 };
const face: Face = { box, landmarks: [P, P, P, P, P], score: 0.9, quality: 0, gated: 'profile' };
const frame = (time_s: number, seen: Partial<SeenFrame>): SeenFrame => ({
  ...{ time_s, faces: [], present: [], image: { width: SIDE, height: SIDE, data: new Uint8Array(SIDE * SIDE * 3) } },
  ...seen,
});

async function* each(frames: readonly SeenFrame[]): AsyncGenerator<SeenFrame> {
  yield* await Promise.resolve(frames);
}

describe('drawFrames', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-look-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** How many pixels below a frame, where its notes are, are red. */
  const redBelow = async (file: string, column: number): Promise<number> => {
    const below = { left: column * SIDE, top: SIDE, width: SIDE, height: 17 };
    const { data } = await sharp(file).removeAlpha().extract(below).raw().toBuffer({ resolveWithObject: true });
    return Array.from({ length: data.length / 3 }, (_, i) => data.subarray(3 * i, 3 * i + 3)).filter(
      ([r = 0, g = 0, b = 0]) => r > 180 && g < 130 && b < 130,
    ).length;
  };

  it('says who is there without a face, and not of whom a face is seen', async () => {
    const present = [{ label: 'P7', box }];
    const frames = [frame(1, { present }), frame(2, { present, faces: [face] }), frame(3, {})];
    const [file = ''] = await drawFrames(each(frames), path.join(folder, 'film'));
    expect(await redBelow(file, 0)).toBeGreaterThan(20);
    expect(await redBelow(file, 1)).toBe(0);
    expect(await redBelow(file, 2)).toBe(0);
  });

  it('begins a new sheet when one is full', async () => {
    const files = await drawFrames(each(Array.from({ length: 13 }, (_, k) => frame(k, {}))), path.join(folder, 'film'));
    expect(files.map((f) => path.basename(f))).toEqual(['film-1.png', 'film-2.png']);
  });
});
