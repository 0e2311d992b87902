import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/settings.js';
import type { Face, RgbImage } from '../../src/domain/types.js';
import { dot } from '../../src/domain/vectors.js';
import { decodeJpeg, encodeJpeg } from '../../src/media/pictures/images.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import type { FacePipeline, FaceReader } from '../../src/vision/pipeline.js';
import { groupPhoto } from '../support/pictures/group-photo.js';

const OPTIONS = { minScore: 0.3, detectorSide: 640 };

describe('the pipeline on a real photograph', () => {
  let pipeline: FacePipeline, photo: RgbImage, faces: Face[];
  beforeAll(async () => {
    const { modelsDir, pack } = loadSettings();
    pipeline = await openPrepared({ modelsDir, packId: pack, threads: 2 });
    photo = await groupPhoto();
    faces = await detect(photo);
  });
  afterAll(() => pipeline.close());

  const detect = async (image: RgbImage) =>
    (await pipeline.detect({ ...image, data: image.data.slice() }, OPTIONS)).faces
      .filter((f) => f.score > 0.8)
      .sort((a, b) => a.box.x - b.box.x);
  const embed = async (f: Face) =>
    (await pipeline.embed([f.crop ?? expect.unreachable('gated')]))[0]?.vector ?? expect.unreachable('no vector');
  /** The face of `image` that lies where `f` should be. */
  const matching = async (image: RgbImage, x: number, y: number) => {
    const found = (await detect(image)).find(
      (g) => Math.abs(g.box.x + g.box.w / 2 - x) < g.box.w / 2 && Math.abs(g.box.y + g.box.h / 2 - y) < g.box.h / 2,
    );
    return embed(found ?? expect.unreachable('the face was not found again'));
  };

  it('finds the people, their eyes above their mouths, inside their boxes', () => {
    expect(faces).toHaveLength(3);
    for (const {
      box,
      landmarks: [le, re, nose, lm, rm],
    } of faces) {
      expect(le.x).toBeLessThan(re.x);
      expect((le.y + re.y) / 2).toBeLessThan((lm.y + rm.y) / 2);
      expect(nose.x > box.x && nose.x < box.x + box.w && nose.y > box.y && nose.y < box.y + box.h).toBe(true);
    }
  });

  it('finds them in a picture that was scaled for the detector before, and nowhere else', async () => {
    const half = halve(photo);
    const look = async (small?: RgbImage) => {
      const picture = { ...photo, data: photo.data.slice(), small: small && { ...small, data: small.data.slice() } };
      const { faces: found } = await pipeline.detect(picture, { ...OPTIONS, detectorSide: half.width });
      expect([picture.data.length, picture.small?.data.length ?? 0]).toEqual([0, 0]);
      return found.filter((f) => f.score > 0.8).sort((a, b) => a.box.x - b.box.x);
    };
    const [found, without] = [await look(half), await look()];
    expect(found).toHaveLength(without.length);
    for (const [i, f] of without.entries()) {
      expect(Math.abs((found[i]?.box.x ?? NaN) - f.box.x)).toBeLessThan(f.box.w / 20);
      expect(dot(await embed(found[i] ?? expect.unreachable()), await embed(f))).toBeGreaterThan(0.95);
    }
    expect(await look({ ...half, data: new Uint8Array(half.data.length) })).toEqual([]);
  });

  it('leaves shared memory where it is', async () => {
    const data = new Uint8Array(new SharedArrayBuffer(photo.data.length));
    data.set(photo.data);
    const { faces: found } = await pipeline.detect({ ...photo, data }, OPTIONS);
    expect(found.filter((f) => f.score > 0.8)).toHaveLength(faces.length);
    expect(Buffer.compare(data, photo.data)).toBe(0);
  });

  it('tells them apart: no two alike', async () => {
    const vectors = await Promise.all(faces.filter((f) => f.crop).map(embed));
    for (const [i, a] of vectors.entries()) {
      expect(dot(a, a)).toBeCloseTo(1, 5);
      expect(a).toHaveLength(pipeline.pack.dimensions);
      for (const b of vectors.slice(i + 1)) expect(dot(a, b)).toBeLessThan(0.6);
    }
  });

  it('gives the same face under a shift, another scale and compression at least 0.9 cosine', async () => {
    const f =
      faces.filter((g) => g.crop).sort((a, b) => b.quality - a.quality)[0] ?? expect.unreachable('no good face');
    const original = await embed(f),
      x = f.box.x + f.box.w / 2,
      y = f.box.y + f.box.h / 2;
    const shifted = crop(photo, 13, 7, photo.width - 13, photo.height - 7);
    expect(dot(original, await matching(shifted, x - 13, y - 7))).toBeGreaterThanOrEqual(0.9);
    const smaller = halve(photo);
    expect(dot(original, await matching(smaller, x / 2, y / 2))).toBeGreaterThanOrEqual(0.9);
    const compressed = await decodeJpeg(await encodeJpeg(photo, 50));
    expect(dot(original, await matching(compressed, x, y))).toBeGreaterThanOrEqual(0.9);
  });

  it('gives a batch the same vectors as single crops', async () => {
    const crops = faces.flatMap((f) => (f.crop ? [f.crop] : []));
    const together = await pipeline.embed([...crops, ...crops, ...crops]);
    for (const [i, c] of crops.entries()) {
      const alone = (await pipeline.embed([c]))[0]?.vector ?? expect.unreachable();
      expect(dot(alone, together[i + crops.length]?.vector ?? expect.unreachable())).toBeGreaterThan(0.99999);
    }
  });

  it('keeps the event loop free while it works', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const began = performance.now();
    await Promise.all(
      Array.from({ length: 8 }, () =>
        pipeline.detect({ ...photo, data: photo.data.slice() }, { ...OPTIONS, detectorSide: 1280 }),
      ),
    );
    clearInterval(timer);
    // A blocked loop ticks once or twice; a free one on a busy machine still gets a good share of its turns.
    expect(ticks).toBeGreaterThan((performance.now() - began) / 50);
  });

  it('serves an urgent question before the pictures that wait', async () => {
    const order: string[] = [];
    const ask = (reader: FaceReader, image: RgbImage, name: string) =>
      reader.detect(image, OPTIONS).then(() => order.push(name));
    const [urgent, ...patient] = Array.from({ length: 9 }, () => ({ ...photo, data: photo.data.slice() }));
    await Promise.all([
      ...patient.map((image, k) => ask(pipeline, image, `patient ${k}`)),
      ask(pipeline.urgent, urgent ?? expect.unreachable(), 'urgent'),
    ]);
    // On a busy machine the worker may have begun another picture before the question reaches it; in turn it would be
    // the last.
    expect(order.indexOf('urgent')).toBeLessThan(patient.length / 2);
  });

  it('obeys an abort at once and goes on working', async () => {
    const abort = new AbortController();
    const running = pipeline.detect(
      { ...photo, data: photo.data.slice() },
      { ...OPTIONS, detectorSide: 1920 },
      abort.signal,
    );
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await detect(photo)).toHaveLength(faces.length);
  });
});

describe("a pipeline that can't work", () => {
  it('says which model is missing and how to get it', async () => {
    const { modelsDir, pack } = loadSettings();
    await expect(openPrepared({ modelsDir, packId: 'nope', threads: 1 })).rejects.toMatchObject({
      code: 'missing_model',
    });
    const empty = await mkdtemp(path.join(os.tmpdir(), 'rollcall-models-'));
    const { cp } = await import('node:fs/promises');
    await cp(path.join(modelsDir, 'packs'), path.join(empty, 'packs'), { recursive: true });
    const pipeline = await openPrepared({ modelsDir: empty, packId: pack, threads: 1 });
    await expect(pipeline.embed([new Uint8Array(112 * 112 * 3)])).rejects.toMatchObject({
      code: 'missing_model',
      hint: expect.stringContaining('npm run weights'),
    });
    await pipeline.close();
    await rm(empty, { recursive: true });
  });
});

function crop(image: RgbImage, x: number, y: number, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++)
    data.set(
      image.data.subarray(((row + y) * image.width + x) * 3, ((row + y) * image.width + x + width) * 3),
      row * width * 3,
    );
  return { width, height, data };
}

function halve(image: RgbImage): RgbImage {
  const width = image.width >> 1,
    height = image.height >> 1,
    data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        const p = (2 * y * image.width + 2 * x) * 3 + c,
          q = p + image.width * 3;
        data[(y * width + x) * 3 + c] =
          ((image.data[p] ?? 0) + (image.data[p + 3] ?? 0) + (image.data[q] ?? 0) + (image.data[q + 3] ?? 0)) / 4;
      }
  return { width, height, data };
}
