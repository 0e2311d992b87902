/** Photos beside videos in one library: real faces, real services. */
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it, vi } from 'vitest';
import { makePortraits } from '../../support/portraits.js';
import { servicesAt, temporaryFolder } from '../../support/index-footage.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let portraits: Map<string, string[]>;
beforeAll(async () => {
  portraits = await makePortraits(path.join('build', 'portraits'));
});

/** A portrait of somebody, one of several looks. */
function look(person: string, i: number): string {
  const file = portraits.get(person)?.[i];
  if (file === undefined) throw new Error(`no portrait of ${person}`);
  return file;
}

it('finds somebody in a photo that was indexed by itself, and says when it was taken', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'Grandmother.jpg');
  // As cameras store an upright picture: on its side, with a tag.
  await sharp(look('green-dress', 0))
    .rotate(-90)
    .withExif({ IFD2: { DateTimeOriginal: '2019:05:02 14:03:22', OffsetTimeOriginal: '+02:00' } })
    .withMetadata({ orientation: 6 })
    .toFile(file);
  const services = servicesAt(path.join(folder, 'home'));
  const photo = await services.indexing.indexVideo({ source: file });
  expect(photo).toMatchObject({
    duration_s: 0,
    already_indexed: false,
    identities_total: 1,
    coverage: { decoded: [], faces_seen: 1, faces_kept: 1, photo: { taken_at: '2019-05-02T14:03:22+02:00' } },
  });
  expect(await services.indexing.indexVideo({ source: file })).toMatchObject({ already_indexed: true });
  const found = await services.search.findPerson({ image: look('green-dress', 3), mode: 'any' });
  const [appearance, ...others] = found.appearances;
  expect(found).toMatchObject({ decision: 'match', seconds_on_screen: 0, photos: 1 });
  expect(others).toEqual([]);
  expect(appearance).toMatchObject({
    ...{ video_id: photo.video_id, start_s: 0, end_s: 0, photo: true, taken_at: '2019-05-02T14:03:22+02:00' },
  });
});
