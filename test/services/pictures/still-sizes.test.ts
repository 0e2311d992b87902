/** At what size a still is looked at. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import type { RgbImage } from '../../../src/domain/types.js';
import { shrink } from '../../../src/media/pictures/images.js';
import { allFaces } from '../../../src/services/pictures/still-faces.js';
import { detectorSize } from '../../../src/vision/sampling/letterbox.js';
import type { FacePipeline, FaceReader } from '../../../src/vision/pipeline.js';
import { toTensor } from '../../../src/vision/sampling/triangle-filter.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { groupPhoto } from '../../support/pictures/group-photo.js';
import { planar } from '../../support/pictures/planes.js';
import { stillOf } from '../../support/pictures/still-of.js';

let pipeline: FacePipeline, photo: RgbImage;
beforeAll(async () => {
  const { modelsDir, pack } = loadSettings();
  pipeline = await openPrepared({ modelsDir, packId: pack, threads: 2 });
  photo = await groupPhoto();
});
afterAll(() => pipeline.close());

async function photoOf(long: number, height = long, fit: 'inside' | 'fill' = 'inside'): Promise<RgbImage> {
  const { data: scaled, info } = await sharp(photo.data, {
    raw: { width: photo.width, height: photo.height, channels: 3 },
  })
    .resize(long, height, { fit })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: scaled };
}

describe('a still of any size', () => {
  it.each([
    [500, 640, null],
    [640, 640, 640],
    [1000, 640, 640],
    [1100, 1100, 1100],
    [1280, 1280, 1280],
    [1500, 1280, 1280],
  ])('with a long side of %i is looked at with %i', async (long, side, made) => {
    const looks: (number | null)[] = [];
    const reader: FaceReader = {
      embed: (...asked) => pipeline.embed(...asked),
      async detect(picture, options, signal) {
        looks.push(options.detectorSide, picture.small?.width ?? null);
        return pipeline.detect(picture, options, signal);
      },
    };
    const image = await photoOf(long);
    const found = await allFaces(stillOf(image), reader);
    expect(looks).toEqual([side, made]);
    expect(found.filter((f) => f.score > 0.8)).toHaveLength(3);
  });

  it.each([640, 1100])('is made smaller to %i pixels as the detector itself would, in bytes', async (side) => {
    // Of a shape that scales to whole pixels.
    const image = await photoOf(1100, 550, 'fill');
    const box = detectorSize(image.width, image.height, side);
    const exact = new Float32Array(3 * box.width * box.height);
    toTensor(image, box, { order: 'bgr', mean: 0, scale: 1 }, exact);
    const width = side,
      height = Math.round(image.height * box.scale);
    const { data } = planar(await shrink(image, { width, height }));
    let most = 0,
      sum = 0;
    // Planes of blue, green, red there; of green, blue, red here.
    for (const [plane, theirs] of [1, 0, 2].entries())
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const here = data[(plane * height + y) * width + x] ?? NaN;
          const off = Math.abs(here - (exact[(theirs * box.height + y) * box.width + x] ?? NaN));
          most = Math.max(most, off);
          sum += off;
        }
    expect(most).toBeLessThan(2);
    expect(sum / data.length).toBeLessThan(side === image.width ? 1e-6 : 0.3);
  });
});
