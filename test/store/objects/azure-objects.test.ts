// Blobs over a server of the test's own that keeps to the conditions of Azure's (Put Blob, REST API 2021-12-02); what
// speaks to Azure's emulator is test/store/places/azure-store.built.test.ts.
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { objectPlaceAt } from '../../../src/store/places/place-at.js';
import { hasOneWriterAtATime } from '../../support/servers/shared-place.js';

const KEY = Buffer.from('a key of nobody').toString('base64');

/** @param how whether it keeps to conditions, and how many answers of writes it loses at first */
async function serve(how: { ignores?: boolean; loses?: number } = {}) {
  const blobs = new Map<string, { body: Buffer; etag: string }>();
  let losing = how.loses ?? 0,
    written = 0;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://x'),
        q = url.searchParams;
      const end = (status: number, text: string | Buffer = '', etag?: string): void =>
        void response.writeHead(status, etag === undefined ? {} : { etag }).end(text);
      const signed = ['ada', q.get('sp'), q.get('ss'), q.get('srt'), '', q.get('se'), '', '', q.get('sv'), '', ''];
      const sig = createHmac('sha256', Buffer.from(KEY, 'base64')).update(signed.join('\n')).digest('base64');
      if (q.get('sig') !== sig) return end(403, '<Error><Code>AuthenticationFailed</Code></Error>');
      if (!url.pathname.startsWith('/films')) return end(404, '<Error><Code>ContainerNotFound</Code></Error>');
      const now = blobs.get(url.pathname);
      if (request.method === 'GET') {
        if (q.get('comp') !== 'list') return now ? end(200, now.body, now.etag) : end(404);
        const found = [...blobs].map(
          ([name, blob]) =>
            `<Blob><Name>${name.slice('/films/'.length)}</Name><Properties><Content-Length>${blob.body.length}</Content-Length></Properties></Blob>`,
        );
        return end(200, `<Blobs>${found.join('')}</Blobs><NextMarker />`);
      }
      if (request.method === 'DELETE') return end(blobs.delete(url.pathname) ? 202 : 404);
      const { 'if-match': match, 'if-none-match': none } = request.headers;
      if (!how.ignores && none === '*' && now) return end(409, '<Error><Code>BlobAlreadyExists</Code></Error>');
      if (!how.ignores && match !== undefined && match !== now?.etag)
        return end(412, '<Error><Code>ConditionNotMet</Code></Error>');
      const etag = `"${createHash('md5').update(`${written++}`).digest('hex')}"`;
      blobs.set(url.pathname, { body, etag });
      if (losing-- > 0) return void request.socket.destroy();
      end(201, '', etag);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const env = {
    AZURE_STORAGE_ACCOUNT_NAME: 'ada',
    AZURE_STORAGE_ACCOUNT_KEY: KEY,
    AZURE_STORAGE_ENDPOINT: `http://127.0.0.1:${address.port}`,
  };
  return { blobs, env, place: objectPlaceAt('az://films/a', env) };
}

it('replaces a head only as long as it is what was read, also when an answer is lost', async () => {
  const { place, blobs } = await serve({ loses: 1 });
  const first = await place.replaceHead('one', null);
  expect(first).not.toBeNull();
  expect(await place.replaceHead('two', null)).toBeNull();
  const second = await place.replaceHead('two', first);
  expect(await place.readHead()).toEqual({ text: 'two', version: second });
  expect(await place.replaceHead('three', first)).toBeNull();
  expect((await place.list()).map(({ key }) => key)).toEqual(['library.json']);
  expect([...blobs.keys()]).toEqual(['/films/a/library.json']);
  await place.remove('library.json');
  expect(await place.readHead()).toBeNull();
});

it('has one writer at a time', async () => {
  const { env } = await serve();
  await hasOneWriterAtATime('az://films/a', env);
});

it('refuses a store that does not keep to conditions, and tells of wrong keys and places', async () => {
  const { place } = await serve({ ignores: true });
  await expect(place.checkConditions()).rejects.toMatchObject({ code: 'bad_argument' });
  const { env } = await serve();
  const wrong = objectPlaceAt('az://films/a', { ...env, AZURE_STORAGE_ACCOUNT_KEY: 'bm9uZQ==' });
  await expect(wrong.list()).rejects.toMatchObject({ code: 'forbidden' });
  await expect(objectPlaceAt('az://none/a', env).list()).rejects.toMatchObject({ code: 'not_found' });
});
