import { type IncomingMessage, createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Bodies } from '../../../src/mcp/http/bodies.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

it('refuses large bodies while others hold what there is, and still reads small ones', async () => {
  const bodies = new Bodies(1e6);
  const read: Promise<unknown>[] = [];
  const server = createServer((req: IncomingMessage, res) => {
    const body = bodies.read(req);
    read.push(body);
    void body.then(
      (got) => {
        req.resume();
        res.end(typeof got === 'string' ? got : String(got.length));
      },
      () => res.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const send = (bytes: number, end: boolean) => {
    const req = request({ port, host: '127.0.0.1', method: 'POST' });
    req.on('error', () => undefined);
    req.write(Buffer.alloc(bytes));
    if (end) req.end();
    return req;
  };
  const answer = async (bytes: number): Promise<string> => {
    const [res] = (await once(send(bytes, true), 'response')) as [IncomingMessage];
    return Buffer.concat(await res.toArray()).toString();
  };
  expect(await answer(1_200_000)).toBe('1200000');
  const slow = send(1_000_000, false);
  while (read.length < 2) await once(server, 'request');
  // What it has sent is read when a later small message is.
  await expect.poll(() => answer(1_000_000)).toBe('too many');
  expect(await answer(200_000)).toBe('200000');
  slow.destroy();
  await expect(read[1]).rejects.toThrow();
  expect(await answer(1_000_000)).toBe('1000000');
}, 20_000);
