// A library in Azure's emulator, where one runs: `npx azurite-blob --inMemoryPersistence --skipApiVersionCheck`, its
// endpoint (http://127.0.0.1:10000/devstoreaccount1) in ROLLCALL_TEST_AZURITE. It is too large to be a dependency.
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { accessQuery, parseAzure } from '../../../src/store/objects/azure-address.js';
import { objectPlaceAt } from '../../../src/store/places/place-at.js';
import {
  forgetsEverywhere,
  movesByBackup,
  openedAt,
  takesLargeFile,
  twoWriteAtOnce,
} from '../../support/servers/shared-place.js';

const endpoint = process.env['ROLLCALL_TEST_AZURITE'] ?? '';
/** The emulator's own, the same everywhere. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const ACCOUNT = 'devstoreaccount1';

const newAddress = (): string => `az://films/${newId('run')}`;

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
  await twoWriteAtOnce(home);
});

test('what is forgotten is in no blob any more', async () => {
  const home = newAddress(),
    library = await openedAt(home);
  await forgetsEverywhere(home, library, library);
});

test('a large file goes in blocks, and is read in pieces', async () => {
  const place = objectPlaceAt(newAddress());
  await takesLargeFile(place, 'a/large');
  await place.remove('a/large');
  expect(await place.list()).toEqual([]);
});

test('a backup with a large picture is put back below another prefix', async () => {
  await movesByBackup(newAddress(), newAddress());
});
