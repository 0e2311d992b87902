// Stores that can't be reached, or never answer: said within seconds, and why.
import { once } from 'node:events';
import net from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { StoreRequests } from '../../../src/store/objects/object-store.js';
import { objectPlaceAt } from '../../../src/store/places/place-at.js';

/** A server that takes connections and says nothing. */
async function silent(): Promise<{ url: string; connections: () => number; close: () => void }> {
  const open = new Set<net.Socket>();
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const close = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { url: `http://127.0.0.1:${address.port}`, connections: () => connections, close };
}

it('gives a silent store up before a client gives up on it', async () => {
  const { url, connections, close } = await silent();
  onTestFinished(close);
  const words = { address: 's3://a/b', missing: { code: 'NoSuchBucket', what: 'a' }, keys: 'KEYS', endpoint: 'URL' };
  const requests = new StoreRequests(fetch, words, { answer: 100, all: 150 });
  await expect(requests.get(url)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('timeout') as unknown,
    hint: expect.stringContaining('URL') as unknown,
  });
  expect(connections()).toBeLessThanOrEqual(3);
  const write = () => requests.once('PUT', url, { body: 'x' });
  await expect(requests.putIf('x', { absent: true }, write, () => requests.get(url))).rejects.toMatchObject({
    code: 'unreachable',
  });
  expect(connections()).toBeLessThanOrEqual(6);
});

it.each([
  ['s3://films/a', 'AWS_ENDPOINT_URL', { AWS_ACCESS_KEY_ID: 'ada', AWS_SECRET_ACCESS_KEY: 'none' }],
  [
    'az://films/a',
    'AZURE_STORAGE_ENDPOINT',
    { AZURE_STORAGE_ACCOUNT_NAME: 'ada', AZURE_STORAGE_ACCOUNT_KEY: 'bm9uZQ==' },
  ],
  [
    'gs://films/a',
    'GOOGLE_BASE_URL',
    { GOOGLE_SERVICE_ACCOUNT_KEY: '{"disable_oauth":true,"client_email":"","private_key":"","private_key_id":""}' },
  ],
])('says of %s that nobody listens there', async (address, variable, keys) => {
  const { url, close } = await silent();
  close();
  await expect(objectPlaceAt(address, { ...keys, [variable]: url }).readHead()).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining(`ECONNREFUSED ${url.slice('http://'.length)}`) as unknown,
    hint: expect.stringContaining(variable) as unknown,
  });
});

it.each([
  ['s3://films/a', 'AWS_ACCESS_KEY_ID'],
  ['az://films/a', 'AZURE_STORAGE_ACCOUNT_NAME'],
  ['gs://films/a', 'GOOGLE_APPLICATION_CREDENTIALS'],
])('says of %s without keys which to set', (address, variable) => {
  expect(() => objectPlaceAt(address, {})).toThrow(
    expect.objectContaining({ code: 'forbidden', hint: expect.stringContaining(variable) as unknown }) as Error,
  );
});
