// A library in Azure's emulator, where one runs: `npx azurite-blob --inMemoryPersistence --skipApiVersionCheck`, its
// endpoint (http://127.0.0.1:10000/devstoreaccount1) in ROLLCALL_TEST_AZURITE. It is too large to be a dependency.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { newId } from '../../src/domain/ids.js';
import { backUp, restore } from '../../src/store/backup.js';
import { openLibrary } from '../../src/store/library.js';
import { accessQuery, parseAzure } from '../../src/store/places/azure-address.js';
import { findInObjects } from '../../src/store/places/find-in-objects.js';
import { objectPlaceAt } from '../../src/store/places/place-at.js';
import { addVideo, DIMENSIONS, makeIdentity, PACK, temporaryHome } from './fixtures.js';

const endpoint = process.env['ROLLCALL_TEST_AZURITE'] ?? '';
/** The emulator's own, the same everywhere. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const ACCOUNT = 'devstoreaccount1';

const newAddress = (): string => `az://films/${newId('run')}`;
const opened = async (home: string) => {
  const library = await openLibrary({ home, localHome: await temporaryHome(), dimensions: DIMENSIONS, pack: PACK });
  onTestFinished(() => library.close());
  return library;
};

beforeAll(async () => {
  vi.stubEnv('AZURE_STORAGE_ACCOUNT_NAME', ACCOUNT);
  vi.stubEnv('AZURE_STORAGE_ACCOUNT_KEY', KEY);
  vi.stubEnv('AZURE_STORAGE_ENDPOINT', endpoint);
  const at = parseAzure('az://films/x', process.env);
  const made = await fetch(`${endpoint}/films?restype=container&${accessQuery(at)}`, { method: 'PUT' });
  if (made.status !== 201 && made.status !== 409) throw new Error(`no container: ${made.status}`);
});

test.each(['key', 'token'])('what one machine writes another reads, with a %s', async (how) => {
  const home = newAddress();
  if (how === 'token') {
    vi.stubEnv('AZURE_STORAGE_SAS_TOKEN', `?${accessQuery({ account: ACCOUNT, secret: { key: KEY } })}`);
    vi.stubEnv('AZURE_STORAGE_ACCOUNT_KEY', '');
    onTestFinished(() => void vi.stubEnv('AZURE_STORAGE_ACCOUNT_KEY', KEY));
  }
  const [here, there] = [await opened(home), await opened(home)];
  await Promise.all([addVideo(here, newId('video'), 2), addVideo(there, newId('video'), 3)]);
  expect(await here.tracks()).toHaveLength(5);
  expect(await there.tracks()).toEqual(await here.tracks());
});

test('what is forgotten is in no blob any more', async () => {
  const home = newAddress(),
    library = await opened(home),
    name = 'Wilhelmina Gone-Away';
  const person = makeIdentity({ name });
  await library.write((writer) => writer.putIdentities([person]));
  const trace = [Buffer.from(name)];
  expect((await findInObjects(home, trace)).found).not.toEqual([]);
  await library.write(async (writer) => {
    await writer.removeIdentities([person.identity_id]);
    writer.duePurge();
  });
  await library.purge();
  expect((await findInObjects(home, trace)).found).toEqual([]);
});

test('a large file goes in blocks, and is read in pieces', async () => {
  const place = objectPlaceAt(newAddress()),
    content = randomBytes(9 * 2 ** 20),
    file = path.join(await temporaryHome(), 'large');
  await writeFile(file, content);
  await place.putFile('a/large', file);
  const [object] = await place.list();
  expect(object).toEqual({ key: 'a/large', bytes: content.length });
  const pieces: Buffer[] = [];
  if (object) for await (const piece of place.pieces(object, 2 ** 22)) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(content)).toBe(true);
  await place.remove('a/large');
  expect(await place.list()).toEqual([]);
});

test('a backup with a large picture is put back below another prefix', async () => {
  const home = newAddress(),
    localHome = await temporaryHome(),
    file = path.join(await temporaryHome(), 'films.tar');
  const library = await opened(home);
  const thumbnail = randomBytes(9 * 2 ** 20);
  await addVideo(library, newId('video'), 1, { thumbnail });
  const { rows } = await backUp({ home, localHome, file });
  const other = newAddress();
  expect(await restore({ home: other, localHome, file, replace: false })).toMatchObject({ rows });
  const back = await opened(other);
  const [track] = await back.tracks();
  const { thumbnail: kept } = await back.pictures(track?.track_id ?? '');
  // Not by toEqual, which compares nine million numbers one by one, for minutes.
  expect(kept && thumbnail.equals(kept)).toBe(true);
});
