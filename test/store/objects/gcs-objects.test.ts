// Libraries in Google Cloud Storage: the protocol, and a whole library by LanceDB's own client, over a server of the
// test's own that keeps to what Google says of its XML API.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { objectPlaceAt } from '../../../src/store/places/place-at.js';
import { type GcsBehaviour, startGcs } from '../../support/servers/gcs-server.js';
import {
  forgetsEverywhere,
  hasOneWriterAtATime,
  movesByBackup,
  openedAt,
  takesLargeFile,
  twoWriteAtOnce,
} from '../../support/servers/shared-place.js';
import { addVideo, makeIdentity, temporaryHome } from '../fixtures.js';

async function serve(how: GcsBehaviour = {}) {
  const store = await startGcs(how);
  onTestFinished(() => store.stop());
  const home = `gs://${store.bucket}/${newId('run')}`;
  return { ...store, home, place: objectPlaceAt(home, store.env) };
}

/** Likewise, for what looks at the environment by itself. */
async function serveAll(how: GcsBehaviour = {}) {
  const served = await serve(how);
  for (const [name, value] of Object.entries(served.env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return served;
}

it('replaces a head only as long as it is what was read, also when an answer is lost or one too many', async () => {
  let losing = 1;
  const { place, home, objects } = await serve({ loses: () => losing-- > 0, refusesEvery: 3 });
  const first = await place.replaceHead('one', null);
  expect(first).toMatch(/^\d+$/);
  expect(await place.replaceHead('two', null)).toBeNull();
  const second = await place.replaceHead('two', first);
  expect(await place.readHead()).toEqual({ text: 'two', version: second });
  expect(await place.replaceHead('three', first)).toBeNull();
  expect([...objects.keys()]).toEqual([`${home.slice('gs://films/'.length)}/library.json`]);
  await place.remove('library.json');
  expect(await place.readHead()).toBeNull();
});

it('has one writer at a time', async () => {
  const { env, home } = await serve();
  await hasOneWriterAtATime(home, env);
});

it('refuses a store that does not keep to conditions, and tells of wrong keys and places', async () => {
  const { place } = await serve({ ignores: true });
  await expect(place.checkConditions()).rejects.toMatchObject({ code: 'bad_argument' });
  const { env, home } = await serve();
  const other = await serve();
  await expect(
    objectPlaceAt(home, { ...other.env, GOOGLE_BASE_URL: env.GOOGLE_BASE_URL }).list(),
  ).rejects.toMatchObject({
    code: 'forbidden',
    hint: expect.stringContaining('GOOGLE_APPLICATION_CREDENTIALS') as unknown,
  });
  await expect(objectPlaceAt('gs://none/a', env).list()).rejects.toMatchObject({ code: 'not_found' });
  const file = path.join(await temporaryHome(), 'key.json');
  const byFile = { GOOGLE_APPLICATION_CREDENTIALS: file, GOOGLE_BASE_URL: env.GOOGLE_BASE_URL };
  await expect(objectPlaceAt(home, byFile).list()).rejects.toMatchObject({ code: 'forbidden' });
  await writeFile(file, env.GOOGLE_SERVICE_ACCOUNT_KEY ?? '');
  expect(await objectPlaceAt(home, byFile).list()).toEqual([]);
});

it('puts a large file in parts, lists by pages and reads in pieces', async () => {
  const { place } = await serve({ page: 2 });
  const file = path.join(await temporaryHome(), 'small');
  await writeFile(file, 'small');
  for (const key of ['a', 'c', 'd', 'e']) await place.putFile(key, file);
  await takesLargeFile(place, 'b/large');
  expect((await place.list()).map(({ key }) => key)).toEqual(['a', 'b/large', 'c', 'd', 'e']);
});

it('holds a library that two write to at once, and of what is forgotten nothing', async () => {
  const { home } = await serveAll({ page: 50 });
  await forgetsEverywhere(home, ...(await twoWriteAtOnce(home)));
});

it('has nothing twice where the answer to a commit of LanceDB gets lost', async () => {
  let losing = '';
  const { home } = await serveAll({
    loses: (key) => {
      const lost = losing !== '' && key.includes(losing);
      if (lost) losing = '';
      return lost;
    },
  });
  const library = await openedAt(home);
  for (const [i, table] of ['tracks', 'videos'].entries()) {
    losing = `${table}.lance/_versions/`;
    await addVideo(library, newId('video'), 2);
    expect(losing, `no commit of ${table}`).toBe('');
    expect(await library.videos()).toHaveLength(i + 1);
    expect(await library.tracks()).toHaveLength(2 * (i + 1));
  }
  losing = 'identities.lance/_versions/';
  await library.write((writer) => writer.putIdentities([makeIdentity()]));
  expect(await library.identities()).toHaveLength(1);
});

it('puts a backup with a large picture back below another prefix', async () => {
  const { home, bucket } = await serveAll();
  await movesByBackup(home, `gs://${bucket}/${newId('run')}`);
});
