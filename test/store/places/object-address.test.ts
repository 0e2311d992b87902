// Addresses of libraries, and what each scheme that can't be one is told.
import { expect, it } from 'vitest';
import { RollcallError } from '../../../src/domain/errors.js';
import { parseS3, storageOptions } from '../../../src/store/places/object-address.js';
import { folderOnly, placeAt } from '../../../src/store/places/place-at.js';

const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'not-to-be-told' };

function refusal(address: string, env: NodeJS.ProcessEnv = KEYS): RollcallError {
  try {
    parseS3(address, env);
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
  expect(storageOptions(at)).toMatchObject({ endpoint: 'http://127.0.0.1:9000', allowHttp: 'true' });
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
  for (const scheme of ['gs', 'az', 'db', 'abfss'])
    expect(refusal(`${scheme}://films/a`).message).toMatch(/not built yet\.$/);
  expect(refusal('ftp://films/a').message).toBe('ftp://films/a is no place for a library.');
  expect(JSON.stringify([refusal('s3://'), refusal('s3://').hint])).not.toContain('not-to-be-told');
});

it('leaves folders folders', () => {
  expect(placeAt('/home/ada/rollcall').folder).toBe('/home/ada/rollcall');
  expect(placeAt('s3://films/a', KEYS)).toMatchObject({ folder: null, name: 's3://films/a' });
  expect(folderOnly('/home', 'A backup')).toBe('/home');
  expect(() => folderOnly('s3://films/a', 'A backup')).toThrow('A backup works on a library in a folder');
});
