/** The packs whose weights a user fetches: their manifests, on small networks with the signatures of the real ones. */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimatedFar } from '../../src/domain/scores/calibration-model.js';
import { embeddedQuality } from '../../src/domain/faces/quality.js';
import { CROP_SIDE, type RgbImage } from '../../src/domain/types.js';
import { dot, normalise } from '../../src/domain/vectors.js';
import { BATCH_AXIS, freeInputShape } from '../../src/weights/onnx-edit.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import { loadPack, packDimensions } from '../../src/vision/packs/pack.js';
import type { FacePipeline } from '../../src/vision/pipeline.js';
import { openSession } from '../../src/vision/inference/sessions.js';
import { arcfaceGraph, scrfdGraph, sfaceGraph, yunetGraph } from '../support/networks/tiny-graphs.js';

const models = path.join(import.meta.dirname, '..', '..', 'models');
const WIDTH = 640,
  HEIGHT = 512,
  SCALE = 0.5,
  STRIDE = 32,
  ROW = 3,
  COLUMN = 4;
/**
 * A face two cells wide and high from its cell's upper left corner on, in strides from there: eyes, nose, corners of
 * the mouth.
 */
const POINTS = [
  [0.6, 0.7],
  [1.4, 0.7],
  [1, 1.1],
  [0.7, 1.5],
  [1.3, 1.5],
] as const;
const RED = 0,
  BLUE = 2;

const scrfd = { stride: STRIDE, box: [0, 0, 2, 2], points: POINTS.flat(), plane: 0 } as const;
/**
 * Published pre-processing and thresholds, told apart from the manifests; the detector's first plane shows the order of
 * its colours.
 */
const PACKS = [
  {
    id: 'buffalo_l',
    detector: scrfdGraph(scrfd),
    embedder: arcfaceGraph(),
    first: RED,
    mean: 127.5,
    scale: 1 / 127.5,
    dimensions: 512,
    threshold: 0.2469,
    wrong: 0.0017,
    licence: /non-commercial/,
  },
  {
    id: 'buffalo_s',
    detector: scrfdGraph(scrfd, 'det_500m'),
    embedder: arcfaceGraph('516'),
    first: RED,
    mean: 127.5,
    scale: 1 / 127.5,
    dimensions: 512,
    threshold: 0.2314,
    wrong: 0.003,
    licence: /non-commercial/,
  },
  {
    id: 'yunet-sface',
    embedder: sfaceGraph(),
    first: BLUE,
    mean: 0,
    scale: 1,
    dimensions: 128,
    threshold: 0.363,
    wrong: 0.004,
    licence: /MIT.*Apache/,
    detector: yunetGraph({ stride: STRIDE, box: [1, 1, Math.log(2), Math.log(2)], points: POINTS.flat(), plane: 0 }),
  },
] as const;

/** A dark picture with one cell of the detector's grid bright in one colour. */
function picture(channel: number): RgbImage {
  const data = new Uint8Array(3 * WIDTH * HEIGHT),
    side = STRIDE / SCALE;
  for (let y = ROW * side; y < (ROW + 1) * side; y++)
    for (let x = COLUMN * side; x < (COLUMN + 1) * side; x++) data[(y * WIDTH + x) * 3 + channel] = 255;
  return { width: WIDTH, height: HEIGHT, data };
}

describe.each(PACKS)('$id', ({ id, detector, embedder, first, mean, scale, dimensions, threshold, wrong, licence }) => {
  let folder: string, pipeline: FacePipeline;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-url-pack-'));
    await mkdir(path.join(folder, 'packs'));
    await mkdir(path.join(folder, 'weights'));
    const pack = await loadPack(models, id);
    let manifest = await readFile(path.join(models, 'packs', `${id}.json`), 'utf8');
    for (const [weights, graph] of [
      [pack.detector.weights, detector],
      [pack.embedders[0]?.weights ?? expect.unreachable(), embedder],
    ] as const) {
      await writeFile(path.join(folder, 'weights', weights.file), graph);
      manifest = manifest.replace(weights.sha256, createHash('sha256').update(graph).digest('hex'));
    }
    await writeFile(path.join(folder, 'packs', `${id}.json`), manifest);
    pipeline = await openPrepared({ modelsDir: folder, packId: id, threads: 1 });
  });
  afterAll(async () => {
    await pipeline.close();
    await rm(folder, { recursive: true });
  });
  const detect = async (channel: number) =>
    (await pipeline.detect(picture(channel), { minScore: 0.3, detectorSide: WIDTH * SCALE, cropAll: true })).faces;

  it('finds the face where it is, with its landmarks', async () => {
    const faces = await detect(first);
    expect(faces).toHaveLength(1);
    const [face = expect.unreachable()] = faces,
      corner = { x: COLUMN * STRIDE, y: ROW * STRIDE };
    /** From the detector's pixel to the picture's: centres of pixels are whole numbers in both. */
    const back = (at: number) => (at + 0.5) / SCALE - 0.5;
    expect(face.score).toBeGreaterThan(0.99);
    expect(face.box.x).toBeCloseTo(back(corner.x), 3);
    expect(face.box.y).toBeCloseTo(back(corner.y), 3);
    expect(face.box.w).toBeCloseTo((2 * STRIDE) / SCALE, 3);
    expect(face.box.h).toBeCloseTo((2 * STRIDE) / SCALE, 3);
    face.landmarks.forEach((point, k) => {
      expect(point.x).toBeCloseTo(back(corner.x + (POINTS[k]?.[0] ?? NaN) * STRIDE), 3);
      expect(point.y).toBeCloseTo(back(corner.y + (POINTS[k]?.[1] ?? NaN) * STRIDE), 3);
    });
  });

  it('gives the detector its colours in the right order', async () => {
    expect(await detect(RED + BLUE - first)).toEqual([]);
  });

  it('embeds as the publisher does, crops in batches', async () => {
    const [face = expect.unreachable()] = await detect(first),
      crop = face.crop ?? expect.unreachable('no crop');
    const plane = CROP_SIDE * CROP_SIDE;
    const input = Float32Array.from(
      { length: 3 * plane },
      (_, k) => ((crop[(k % plane) * 3 + Math.floor(k / plane)] ?? NaN) - mean) * scale,
    );
    const session = await openSession(freeInputShape(embedder, BATCH_AXIS), 1);
    const expected =
      Object.values(await session.run(input, [1, 3, CROP_SIDE, CROP_SIDE]))[0]?.data.slice() ?? expect.unreachable();
    await session.release();
    normalise(expected);
    const noise = crop.map((byte, k) => (byte + 31 * k) % 256);
    const [one, , two] = await pipeline.embed([crop, noise, crop]);
    for (const found of [one, two]) {
      expect(found?.vector).toHaveLength(dimensions);
      expect(dot(found?.vector ?? expect.unreachable(), expected)).toBeCloseTo(1, 5);
    }
    expect(pipeline.pack.dimensions).toBe(dimensions);
  });

  it('leaves the length of the embedding out of the quality', () => {
    for (const norm of [0.01, 1, 30]) expect(embeddedQuality(0.64, norm, pipeline.pack.norms)).toBeCloseTo(0.8, 9);
  });

  it('says that its thresholds are published ones, and how to measure', async () => {
    const pack = await loadPack(models, id),
      { points, set, impostorTail } = pack.calibration;
    expect(packDimensions(pack)).toBe(dimensions);
    expect(pack.licence).toMatch(licence);
    expect(set).toMatch(/^Not measured: /);
    expect(set).toContain(`npm run pack:build -- --pack ${id}`);
    expect(points.even).toEqual({ threshold, far: wrong, frr: wrong });
    for (const point of Object.values(points))
      expect(estimatedFar(pack.calibration, point.threshold) / point.far).toBeCloseTo(1, 1);
    for (const values of [
      [points.loose, points.balanced, points.strict].map((p) => p.threshold),
      impostorTail.map(([x]) => x),
    ])
      expect(values).toEqual(values.toSorted((a, b) => a - b));
  });
});

it('says how to get weights that are missing: by name in a checkout, or by hand', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-url-pack-'));
  await cp(path.join(models, 'packs'), path.join(folder, 'packs'), { recursive: true });
  const pipeline = await openPrepared({ modelsDir: folder, packId: 'yunet-sface', threads: 1 });
  await expect(pipeline.embed([new Uint8Array(CROP_SIDE * CROP_SIDE * 3)])).rejects.toMatchObject({
    code: 'missing_model',
    message: expect.stringContaining('face_detection_yunet_2023mar.onnx'),
    hint: expect.stringMatching(
      /rollcall-mcp models get PACK.*https:\/\/media\.githubusercontent\.com\/.*MIT.*weights as face_detection/,
    ),
  });
  await pipeline.close();
  await rm(folder, { recursive: true });
});
