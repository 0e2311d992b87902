/** A picture of more faces than are compared says so, and how many there are. */
import path from 'node:path';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { groupPhotoFile } from '../../support/pictures/group-photo.js';
import { servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';

vi.setConfig({ testTimeout: 60_000 });

/** The photo of three, eight times over. */
async function crowd(): Promise<string> {
  const photo = await groupPhotoFile(),
    { width, height } = await sharp(photo).metadata();
  const places = Array.from({ length: 8 }, (_, i) => ({ left: (i % 4) * width, top: Math.floor(i / 4) * height }));
  const file = path.join(await temporaryFolder(), 'crowd.jpg');
  await sharp({ create: { width: 4 * width, height: 2 * height, channels: 3, background: 'gray' } })
    .composite(places.map((place) => ({ input: photo, ...place })))
    .toFile(file);
  return file;
}

it('looks for the largest faces of a crowd, and says how many it left out', async () => {
  const image = await crowd();
  const services = servicesAt(path.join(await temporaryFolder(), 'home'));
  const { people, hint } = await services.search.findPerson({ image, mode: 'any' });
  expect(people).toHaveLength(20);
  expect(people[0]?.query).toBe('face 1 of the 20 largest, from the left');
  expect(hint).toMatch(/^The picture holds 24 faces, and only the 20 largest were looked for: crop it to the others\./);
  const verified = await services.verification.verifyFaces({ image_a: image, image_b: await groupPhotoFile() });
  expect(verified.image_a).toMatchObject({ faces: 24 });
});
