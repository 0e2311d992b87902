/** What a detector says of a face, by its landmarks; the network is a tiny one that finds a face in a white square. */
import { expect, it } from 'vitest';
import { loadSettings } from '../../src/config/settings.js';
import { CROP_SIDE } from '../../src/domain/types.js';
import { createDetector } from '../../src/vision/inference/detector.js';
import { loadPack } from '../../src/vision/packs/pack.js';
import { openSession } from '../../src/vision/inference/sessions.js';
import { scrfdGraph } from '../support/networks/tiny-graphs.js';

const SIDE = 256,
  STRIDE = 32;
const CROP_BYTES = CROP_SIDE ** 2 * 3;

/** The face of a white square in dark noise. @param eyes their distance from the middle, in squares */
async function look(eyes: number, cropAll = false) {
  const points = [-eyes, -0.4, eyes, -0.4, 0, 0, -eyes, 0.4, eyes, 0.4];
  const session = await openSession(scrfdGraph({ stride: STRIDE, box: [1, 1, 1, 1], points }), 1);
  const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i * 7919) % 97);
  for (let y = 0; y < STRIDE; y++)
    for (let x = 0; x < 3 * STRIDE; x++) data[3 * ((4 * STRIDE + y) * SIDE + 4 * STRIDE) + x] = 255;
  const detector = createDetector(await loadPack(loadSettings().modelsDir, 'buffalo_l'), session);
  const picture = { width: SIDE, height: SIDE, data };
  const faces = await detector.detect(picture, { minScore: 0.5, detectorSide: SIDE, cropAll });
  await session.release();
  expect(faces).toHaveLength(1);
  return faces[0] ?? expect.unreachable();
}

it('cuts a crop of a face that looks here', async () => {
  const face = await look(0.4);
  expect(face).toMatchObject({ crop: { length: CROP_BYTES } });
  expect([face.gated, face.profile]).toEqual([undefined, undefined]);
});

it('gates a profile, and keeps its crop apart', async () => {
  const face = await look(0.05);
  expect(face).toMatchObject({ gated: 'profile', quality: 0, profile: { crop: { length: CROP_BYTES } } });
  expect(face.crop).toBeUndefined();
  expect(face.profile?.quality).toBeGreaterThan(0);
});

it('gives a profile as any other crop where all are asked for', async () => {
  const face = await look(0.05, true);
  expect(face).toMatchObject({ gated: 'profile', quality: 0, crop: { length: CROP_BYTES } });
  expect(face.profile).toBeUndefined();
});
