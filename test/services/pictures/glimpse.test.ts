/** Pictures without the mirror images of their faces, and what is made of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdsWithMirrors } from '../../../src/domain/scores/mirror-images.js';
import { dot } from '../../../src/domain/vectors.js';
import { loadSettings } from '../../../src/config/settings.js';
import { createPictureReader } from '../../../src/services/pictures/picture-reader.js';
import { createVerificationService } from '../../../src/services/questions/verify-faces.js';
import type { Resources } from '../../../src/services/resources.js';
import type { FacePipeline } from '../../../src/vision/pipeline.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { groupPhotoFile } from '../../support/pictures/group-photo.js';
import { pictureSource } from '../../support/pictures/sources.js';

let pipeline: FacePipeline;
/** Of each call of embed, how many crops, and whether mirrored. */
let embeddings: [crops: number, mirror: boolean | undefined][] = [];
let looks = 0;
beforeAll(async () => {
  const { modelsDir, pack } = loadSettings();
  pipeline = await openPrepared({ modelsDir, packId: pack, threads: 1 });
});
afterAll(() => pipeline.close());

async function reader() {
  [embeddings, looks] = [[], 0];
  const { urgent } = pipeline;
  const counted: FacePipeline = {
    ...pipeline,
    urgent: {
      detect: (...asked) => ((looks += 1), urgent.detect(...asked)),
      embed: (crops, signal, options) => (
        embeddings.push([crops.length, options?.mirror]), urgent.embed(crops, signal, options)
      ),
    },
  };
  return {
    pictures: createPictureReader(() => Promise.resolve(counted)),
    source: await pictureSource(await groupPhotoFile()),
  };
}

describe('a glimpse of a picture', () => {
  it('is its faces without mirror images, and as a whole the same as read', async () => {
    const { pictures, source } = await reader();
    const { picture, whole } = await pictures.glimpse(source);
    const read = await whole();
    expect(embeddings).toEqual([
      [3, false],
      [3, true],
    ]);
    expect(looks).toBe(1);
    expect(read.faces.map((f) => f.box)).toEqual(picture.faces.map((f) => f.box));
    const alike = dot(read.main.vector, picture.main.vector);
    expect(alike).toBeGreaterThan(0.95);
    expect(alike).toBeLessThan(0.9999);
    const other = await reader();
    expect((await other.pictures.read(other.source)).main).toEqual(read.main);
  });

  it('is remembered, and so is the whole', async () => {
    const { pictures, source } = await reader();
    await pictures.glimpse(source);
    const again = await pictures.glimpse(source);
    expect(embeddings).toHaveLength(1);
    const whole = await again.whole();
    expect(await pictures.read(source)).toBe(whole);
    expect((await pictures.glimpse(source)).picture).toBe(again.picture);
    expect(embeddings).toHaveLength(2);
  });
});

describe('a decision without mirror images', () => {
  it('stands where they can not change it, and is made again with them where they could', async () => {
    const { pictures, source } = await reader();
    const verify = (threshold: number) =>
      createVerificationService(
        {
          settings: loadSettings(),
          sources: { picture: () => Promise.resolve(source) },
          pipeline: () => Promise.resolve(pipeline),
          pack: () => Promise.resolve(pipeline.pack),
          calibration: () => Promise.resolve(pipeline.pack.calibration),
        } as unknown as Resources,
        pictures,
      ).verifyFaces({ image_a: 'one', image_b: 'the same', threshold });
    expect(await verify(0.9)).toMatchObject({ decision: 'match' });
    expect(embeddings.some(([, mirror]) => mirror)).toBe(false);
    expect(await verify(0.97)).toMatchObject({ decision: 'match' });
    expect(embeddings.some(([, mirror]) => mirror)).toBe(true);
  });

  it('holds further from the threshold than they move a score, and further yet for poor faces', () => {
    const at = (score: number, quality: number) => holdsWithMirrors({ score, threshold: 0.37, quality });
    expect([at(0.44, 0.6), at(0.42, 0.6), at(0.32, 0.6), at(0.3, 0.6)]).toEqual([true, false, false, true]);
    expect([at(0.5, 0.1), at(0.44, 0.1), at(0.3, 0.1), at(0.2, 0.1)]).toEqual([true, false, false, true]);
  });
});
