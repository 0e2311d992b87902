/** Ids outlive indexing again and restarts; a library of another pack is refused. */
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Session } from './session.js';
import { clip, indexedSchema, listedSchema, still, workplace } from './workplace.js';

const at = workplace();
const PEOPLE = ['green-dress', 'burgundy-dress', 'black-blouse', 'purple-dress'];
const foundSchema = z.object({
  identity_id: z.string(),
  appearances: z.array(z.object({ track_ids: z.array(z.string()) })),
});

it('identities keep their ids when a clip is indexed again in another way, and after a restart', async () => {
  const home = path.join(await at.folder(), 'home');
  const who = async (server: Session) => {
    const found = new Map<string, string>();
    for (const person of PEOPLE)
      found.set(person, (await server.call('find_person', { image: still(person) }, foundSchema)).identity_id);
    return found;
  };
  const server = await at.stdio(home);
  const first = await server.index({ source: clip('window.mp4') }, indexedSchema);
  const before = await who(server);
  expect(new Set(before.values()).size).toBe(PEOPLE.length);

  const second = await server.index({ source: clip('window.mp4'), sample_fps: 3, force: true }, indexedSchema);
  expect(second).toMatchObject({ video_id: first.video_id, already_indexed: false, coverage: [{ sample_fps: 3 }] });
  expect(second.identities.map((i) => i.identity_id).sort()).toEqual(first.identities.map((i) => i.identity_id).sort());
  expect(await who(server)).toEqual(before);
  await server.close();

  const later = await at.stdio(home);
  expect(await who(later)).toEqual(before);
  const listed = await later.call('list_identities', {}, listedSchema);
  expect(listed.identities.map((i) => i.identity_id).sort()).toEqual([...before.values()].sort());
  expect(listed.coverage).toEqual(second.coverage);
  const { model_pack } = await later.call(
    'verify_faces',
    { image_a: still('green-dress'), identity_id: before.get('green-dress') },
    z.object({ model_pack: z.string() }),
  );
  await later.close();

  const foreign = await at.stdio(home, { ROLLCALL_PACK: 'other', ROLLCALL_MODELS_DIR: await otherPack(model_pack) });
  for (const [tool, args] of [
    ['list_identities', {}],
    ['find_person', { image: still('green-dress') }],
    ['index_video', { source: clip('lounge.mp4') }],
  ] as const) {
    const failure = await foreign.fails(tool, args);
    expect(failure).toMatchObject({
      code: 'incompatible_library',
      message: expect.stringContaining(model_pack),
      hint: expect.stringMatching(new RegExp(`pack "${model_pack}".*models use other`)),
    });
  }
  await foreign.close();
  expect(await (await at.stdio(home)).call('list_identities', {}, listedSchema)).toEqual(listed);
});

/**
 * The same models without mirror images: what matters is whose vectors a library holds.
 * @returns the folder of models
 */
async function otherPack(like: string): Promise<string> {
  const folder = await at.folder(),
    models = fileURLToPath(new URL('../../models', import.meta.url));
  await cp(path.join(models, 'packs'), path.join(folder, 'packs'), { recursive: true });
  await symlink(path.join(models, 'weights'), path.join(folder, 'weights'), 'junction');
  const manifest = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(await readFile(path.join(models, 'packs', `${like}.json`), 'utf8')));
  await writeFile(path.join(folder, 'packs', 'other.json'), JSON.stringify({ ...manifest, id: 'other', flip: false }));
  return folder;
}
