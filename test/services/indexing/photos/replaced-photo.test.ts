/** Another picture in the place of a photo, and photos that are given each other's names. */
import { copyFile, rename } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it, vi } from 'vitest';
import type { Services } from '../../../../src/services/create-services.js';
import { servicesAt, temporaryFolder } from '../../../support/libraries/index-footage.js';
import { makePortraits } from '../../../support/pictures/portraits.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let portraits: Map<string, string[]>;
beforeAll(async () => {
  portraits = await makePortraits(path.join('build', 'portraits'));
});

/** A portrait of somebody: their faces are all in one place of the picture. */
function look(person: string, i = 0): string {
  const file = portraits.get(person)?.[i];
  if (file === undefined) throw new Error(`no portrait of ${person}`);
  return file;
}

/** Who is in each photo: its title to names. */
async function whoIsWhere(services: Services): Promise<Record<string, (string | null)[]>> {
  const { identities } = await services.identities.list({});
  const { videos } = await services.library.videos();
  const inOne = (video_id: string) =>
    identities.filter((p) => p.appearances.some((a) => a.video_id === video_id)).map((p) => p.name);
  return Object.fromEntries(videos.map(({ title, video_id }) => [title, inOne(video_id)]));
}

/** Names whoever is in a photo that shows one person. */
async function nameIn(services: Services, video_id: string, name: string): Promise<string> {
  const { identities } = await services.identities.list({ video_ids: [video_id] });
  const [identity_id = ''] = identities.map((p) => p.identity_id);
  await services.curation.edit({ edits: [{ action: 'name', identity_id, name }], dry_run: false }, 'test');
  return identity_id;
}

it('takes nobody for whom the picture showed that lay there before, whatever was said of them', async () => {
  const folder = await temporaryFolder(),
    at = (name: string) => path.join(folder, name);
  const services = servicesAt(at('home'));
  await copyFile(look('green-dress'), at('a.jpg'));
  await copyFile(look('navy-dress'), at('b.jpg'));
  const a = await services.indexing.indexVideo({ source: at('a.jpg') });
  const b = await services.indexing.indexVideo({ source: at('b.jpg') });
  const ada = await nameIn(services, a.video_id, 'Ada'),
    bea = await nameIn(services, b.video_id, 'Bea');
  const edits = [{ action: 'merge' as const, identity_ids: [ada, bea] }];
  await services.curation.edit({ edits, dry_run: false }, 'test');
  await copyFile(look('red-top'), at('a.jpg'));
  const replaced = await services.indexing.indexVideo({ source: at('a.jpg') });
  expect(replaced.video_id).toBe(a.video_id);
  expect(await whoIsWhere(services)).toEqual({ 'a.jpg': [null], 'b.jpg': ['Ada'] });
  // The same picture again, of which nothing but the file is another: she is known by her face.
  await sharp(look('navy-dress')).greyscale().toFile(at('b2.jpg'));
  await rename(at('b2.jpg'), at('b.jpg'));
  await services.indexing.indexVideo({ source: at('b.jpg') });
  expect(await whoIsWhere(services)).toEqual({ 'a.jpg': [null], 'b.jpg': ['Ada'] });
});

it('knows photos that were renumbered for what they are, with one more before them', async () => {
  const folder = await temporaryFolder(),
    at = (name: string) => path.join(folder, name);
  const services = servicesAt(at('home'));
  // One after the other, as the hundreds of a large folder come.
  const index = async (...names: string[]) => {
    const files = names.map(at);
    for (const file of files) await services.indexing.indexPhotos([file], { source: folder }, {}, files);
  };
  await copyFile(look('green-dress'), at('1.jpg'));
  await copyFile(look('navy-dress'), at('2.jpg'));
  await index('1.jpg', '2.jpg');
  const { videos } = await services.library.videos();
  for (const { video_id, title } of videos) await nameIn(services, video_id, title === '1.jpg' ? 'Ada' : 'Bea');
  await rename(at('2.jpg'), at('3.jpg'));
  await rename(at('1.jpg'), at('2.jpg'));
  await copyFile(look('red-top'), at('1.jpg'));
  await index('1.jpg', '2.jpg', '3.jpg');
  expect(await whoIsWhere(services)).toEqual({ '1.jpg': [null], '2.jpg': ['Ada'], '3.jpg': ['Bea'] });
  const idOf = new Map((await services.library.videos()).videos.map((v) => [v.title, v.video_id]));
  const before = new Map(videos.map((v) => [v.title, v.video_id]));
  expect([idOf.get('2.jpg'), idOf.get('3.jpg')]).toEqual([before.get('1.jpg'), before.get('2.jpg')]);
});
