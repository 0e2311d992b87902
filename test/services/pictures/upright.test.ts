/** Pictures that are not upright, and say so nowhere: real faces, real networks. */
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { iou } from '../../../src/domain/faces/geometry.js';
import { TURNS, turnedBack } from '../../../src/domain/faces/turned.js';
import { dot } from '../../../src/domain/vectors.js';
import { createPictureReader } from '../../../src/services/pictures/picture-reader.js';
import { createVerificationService } from '../../../src/services/questions/verify-faces.js';
import { createPhotoReader } from '../../../src/services/pictures/reference-photo.js';
import type { Resources } from '../../../src/services/resources.js';
import type { FacePipeline } from '../../../src/vision/pipeline.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { groupPhotoFile } from '../../support/pictures/group-photo.js';
import { servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';
import { pictureSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let pipeline: FacePipeline;
let looks = 0,
  sides: number[] = [];
beforeAll(async () => {
  const { modelsDir, pack } = loadSettings();
  const opened = await openPrepared({ modelsDir, packId: pack, threads: 1 });
  const { urgent } = opened;
  const counted = {
    ...urgent,
    detect: (...asked: Parameters<typeof urgent.detect>) => {
      looks += 1;
      sides.push(Math.max(asked[0].width, asked[0].height));
      return urgent.detect(...asked);
    },
  };
  pipeline = { ...opened, urgent: counted };
});
afterAll(() => pipeline.close());

const resources = (): Pick<Resources, 'sources' | 'pipeline' | 'pack' | 'calibration' | 'settings'> => ({
  settings: loadSettings({}),
  sources: { picture: pictureSource } as unknown as Resources['sources'],
  pipeline: () => Promise.resolve(pipeline),
  pack: () => Promise.resolve(pipeline.pack),
  calibration: () => Promise.resolve({ ...pipeline.pack.calibration, calibration_id: null, decides: null }),
});

/** The group photo turned clockwise, without a tag, not large. @returns its file and size */
async function turned(turn: number) {
  const small = await sharp(await groupPhotoFile())
    .resize(1280, 1280, { fit: 'inside' })
    .toBuffer();
  const file = path.join(await temporaryFolder(), `${turn}.png`);
  const { width, height } = await sharp(small).rotate(turn).png({ compressionLevel: 1 }).toFile(file);
  return { file, width, height };
}

it('reads them as they were taken, tells places as given, and looks at upright ones once', async () => {
  const pictures = createPictureReader(() => Promise.resolve(pipeline));
  looks = 0;
  const upright = await pictures.read(await pictureSource((await turned(0)).file));
  expect(upright.turn).toBe(0);
  expect(looks).toBe(1);
  for (const back of TURNS) {
    const { file, width, height } = await turned(360 - back);
    const read = await pictures.read(await pictureSource(file));
    expect(read.turn).toBe(back);
    expect(read.faces).toHaveLength(upright.faces.length);
    expect(dot(read.main.vector, upright.main.vector)).toBeGreaterThan(0.98);
    // The upright picture is this file turned, so its places turned back are places here.
    const p = { x: 0, y: 0 };
    const there = turnedBack({ box: upright.main.box, landmarks: [p, p, p, p, p] }, back, { width, height });
    expect(iou(read.main.box, there.box)).toBeGreaterThan(0.8);
    expect(read.faces.map((f) => f.box.x)).toEqual(read.faces.map((f) => f.box.x).toSorted((a, b) => a - b));
  }
});

it('looks at no more than what is around the face of a poor picture that is upright', async () => {
  const file = path.join(await temporaryFolder(), 'blurred.png');
  await sharp(await groupPhotoFile())
    .resize(1280, 1280, { fit: 'inside' })
    .blur(6)
    .png({ compressionLevel: 1 })
    .toFile(file);
  sides = [];
  const { main, turn } = await createPictureReader(() => Promise.resolve(pipeline)).read(await pictureSource(file));
  expect(main.quality).toBeLessThan(0.3);
  expect(turn).toBe(0);
  expect(sides[0]).toBe(1280);
  expect(sides.slice(1)).toHaveLength(3);
  expect(Math.max(...sides.slice(1))).toBeLessThan(450);
});

it('says so in what is compared, enrolled and indexed', async () => {
  const { file } = await turned(180);
  const verification = createVerificationService(resources() as Resources, createPictureReader(resources().pipeline));
  const same = await verification.verifyFaces({ image_a: await groupPhotoFile(), image_b: file });
  expect(same).toMatchObject({ decision: 'match' });
  expect(same.reasons).toEqual([expect.stringMatching(/^image_b was turned by 180°.*upside down$/)]);
  const photos = createPhotoReader({ ...resources(), ffmpeg: systemTools });
  const [[photo] = []] = await photos([{ images: [file], failed: (error) => error }]);
  expect(photo).toMatchObject({ faces: 3 });
  expect(photo?.row.quality).toBeGreaterThan(0.3);

  const services = servicesAt(path.join(path.dirname(file), 'home'));
  const { coverage } = await services.indexing.indexVideo({ source: file });
  expect(coverage.faces_kept).toBe(3);
  const found = await services.search.findPerson({ image: file, mode: 'any' });
  expect(found).toMatchObject({ decision: 'match', photos: 1 });
  expect(found.people[0]?.query).toMatch(/^face 1 of 3, from the left; the picture was turned by 180°/);
});
