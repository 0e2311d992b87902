// Addresses of libraries, and what each scheme that can't be one is told.
import { expect, it } from 'vitest';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import { accessQuery, azureOptions, parseAzure } from '../../../src/store/objects/azure-address.js';
import { gcsOptions, parseGcs } from '../../../src/store/objects/gcs-address.js';
import { parseS3, s3Options } from '../../../src/store/objects/s3-address.js';
import { placeAt } from '../../../src/store/places/place-at.js';

const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'not-to-be-told' };

function refusal(address: string, env: NodeJS.ProcessEnv = KEYS): RollcallError {
  try {
    placeAt(address, env);
  } catch (error) {
    if (error instanceof RollcallError) return error;
  }
  throw new Error('no RollcallError');
}

it('reads bucket, prefix, endpoint and region', () => {
  expect(parseS3('s3://films/a/b/', KEYS)).toMatchObject({
    address: 's3://films/a/b',
    bucket: 'films',
    prefix: 'a/b/',
    endpoint: null,
    region: 'us-east-1',
  });
  const env = { ...KEYS, AWS_ENDPOINT_URL: 'http://127.0.0.1:9000/', AWS_REGION: 'eu-central-1' };
  const at = parseS3('s3://films', env);
  expect(at).toMatchObject({ prefix: '', endpoint: 'http://127.0.0.1:9000', region: 'eu-central-1' });
  expect(s3Options(at)).toMatchObject({ endpoint: 'http://127.0.0.1:9000', allowHttp: 'true' });
  expect(parseS3('s3://films', { ...env, AWS_ENDPOINT_URL_S3: 'https://s3' })).toMatchObject({
    endpoint: 'https://s3',
  });
});

it('says what is missing, and never a key', () => {
  expect(refusal('s3://films/a', {})).toMatchObject({ code: 'forbidden' });
  expect(refusal('s3://films/a', {}).hint).toContain('AWS_ACCESS_KEY_ID');
  for (const address of [
    's3://',
    's3://F_S/a',
    's3://films/a b',
    's3://films/../x',
    's3://films/a//b',
    's3://films/a?b',
  ])
    expect(refusal(address)).toMatchObject({ code: 'bad_argument' });
  for (const scheme of ['db', 'abfss']) expect(refusal(`${scheme}://films/a`).message).toMatch(/not built yet\.$/);
  expect(refusal('ftp://films/a').message).toBe('ftp://films/a is no place for a library.');
  expect(JSON.stringify([refusal('s3://'), refusal('s3://').hint])).not.toContain('not-to-be-told');
});

it('leaves folders folders', () => {
  expect(placeAt('/home/ada/rollcall').folder).toBe('/home/ada/rollcall');
  expect(placeAt('s3://films/a', KEYS)).toMatchObject({ folder: null, name: 's3://films/a' });
});

const AZURE = { AZURE_STORAGE_ACCOUNT_NAME: 'ada', AZURE_STORAGE_ACCOUNT_KEY: 'bm90LXRvLWJlLXRvbGQ=' };

it('reads what an address in Azure and the environment say', () => {
  const at = parseAzure('az://films/a/b/', AZURE);
  expect(at).toMatchObject({ address: 'az://films/a/b', bucket: 'films', prefix: 'a/b/' });
  expect(at.endpoint).toBe('https://ada.blob.core.windows.net');
  expect(azureOptions(at)).toMatchObject({ azureStorageAccountName: 'ada', allowHttp: 'false' });
  expect(Object.fromEntries(new URLSearchParams(accessQuery(at)))).toMatchObject({
    sp: 'rwdlc',
    sig: expect.stringMatching(/=$/),
  });
  const token = { ...AZURE, AZURE_STORAGE_ACCOUNT_KEY: '', AZURE_STORAGE_SAS_TOKEN: '?sv=1&sig=x' };
  expect(accessQuery(parseAzure('az://films', token))).toBe('sv=1&sig=x');
  expect(placeAt('az://films/a', AZURE)).toMatchObject({ folder: null, name: 'az://films/a' });
  for (const [address, env] of [
    ['az://films/a', {}],
    ['az://films/a', { ...AZURE, AZURE_STORAGE_ACCOUNT_KEY: '' }],
    ['az://films/../x', AZURE],
    ['az://f_s/x', AZURE],
  ] as const)
    expect(() => parseAzure(address, env)).toThrow(RollcallError);
});

it("reads what an address in Google's store and the environment say", () => {
  const byFile = { GOOGLE_APPLICATION_CREDENTIALS: '/keys/a.json' };
  const at = parseGcs('gs://my_films/a/b/', byFile);
  expect(at).toMatchObject({ address: 'gs://my_films/a/b', bucket: 'my_films', prefix: 'a/b/' });
  expect(gcsOptions(at)).toEqual({
    googleServiceAccount: '/keys/a.json',
    googleBaseUrl: 'https://storage.googleapis.com',
    allowHttp: 'false',
  });
  const byKey = { ...byFile, GOOGLE_SERVICE_ACCOUNT_KEY: '{}', GOOGLE_BASE_URL: 'http://127.0.0.1:4443/' };
  expect(gcsOptions(parseGcs('gs://films', byKey))).toEqual({
    googleServiceAccountKey: '{}',
    googleBaseUrl: 'http://127.0.0.1:4443',
    allowHttp: 'true',
  });
  expect(placeAt('gs://films/a', byFile)).toMatchObject({ folder: null, name: 'gs://films/a' });
  for (const [address, env, code] of [
    ['gs://films/a', {}, 'forbidden'],
    ['gs://films/a', { GOOGLE_SERVICE_ACCOUNT: 'a.json', GOOGLE_SERVICE_ACCOUNT_KEY: '{}' }, 'bad_argument'],
    ['gs://films/../x', byFile, 'bad_argument'],
    ['gs://films/a b', byFile, 'bad_argument'],
  ] as const)
    expect(() => parseGcs(address, env)).toThrow(expect.objectContaining({ code }) as Error);
});
