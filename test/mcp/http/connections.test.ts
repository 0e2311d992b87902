/** Clients that keep the server waiting make room for others; those it works for keep their places. */
import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../src/mcp/catalogue.js';
import { serveHttp } from '../../../src/mcp/http/http.js';
import { allTools } from '../../../src/tools/all-tools.js';
import { type FakeHost, fakeHost } from '../../support/servers/fake-host.js';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(host: FakeHost): Promise<URL> {
  closers.push(() => host.close());
  const catalogue = createCatalogue(() => Promise.resolve(allTools));
  const server = await serveHttp(host, catalogue, '1', { host: '127.0.0.1', port: 0, token: null });
  closers.push(() => server.close());
  return new URL(server.url);
}

/** Connections on which only this is ever sent. */
async function stuck(url: URL, count: number, text: string): Promise<Socket[]> {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(url.port), url.hostname);
      socket.on('error', () => undefined);
      closers.push(() => void socket.destroy());
      await once(socket, 'connect');
      socket.write(text);
      return socket;
    }),
  );
  return sockets;
}

const post = (url: URL, method: string, params: object = {}, signal: AbortSignal | null = null) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal,
  });

const HALF_HEADERS = 'POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ';
const HALF_BODY = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{`;

describe('eighty clients that never finish', () => {
  it.each([
    ['their headers', HALF_HEADERS],
    ['their bodies', HALF_BODY],
    ['even a byte', ''],
  ])('%s keep nobody out', async (_, text) => {
    const url = await listen(fakeHost());
    const sockets = await stuck(url, 80, text);
    const began = performance.now();
    expect((await post(url, 'tools/list')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(3000);
    await expect.poll(() => sockets.filter((socket) => socket.destroyed || socket.closed).length).toBeGreaterThan(10);
  });

  it('cut off nobody who is being answered', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['slow'], passedOver: [] });
    const url = await listen(host);
    const asked = post(url, 'tools/call', { name: 'index_video', arguments: { source: 's', wait_s: 3 } });
    await expect.poll(async () => (await (await host.jobs()).list())[0]?.state).toBe('running');
    await stuck(url, 160, HALF_HEADERS);
    expect(await (await asked).text()).toContain('"state":"running"');
  });
});

describe('closing the connection of a request', () => {
  const index = { name: 'index_video', arguments: { source: 's', wait_s: 20 } };
  const stateOf = (host: FakeHost) => async () => (await (await host.jobs()).list())[0]?.state;
  const slow = (): FakeHost => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['slow'], passedOver: [] });
    return host;
  };

  it('cancels the job it made', async () => {
    const host = slow();
    const url = await listen(host);
    const leaving = new AbortController();
    const asked = post(url, 'tools/call', index, leaving.signal).then((answer) => answer.text());
    await expect.poll(stateOf(host)).toBe('running');
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(stateOf(host), { timeout: 5000 }).toBe('cancelled');
  });

  it('leaves a job that another request made, and one that was answered with', async () => {
    const host = slow();
    const url = await listen(host);
    const first = await post(url, 'tools/call', { ...index, arguments: { source: 's', wait_s: 0.2 } });
    expect(await first.text()).toContain('"state":"running"');
    const leaving = new AbortController();
    const jobs = await host.jobs();
    const waits = new Promise<void>((resolve) => {
      const { wait } = jobs;
      jobs.wait = (...args) => {
        resolve();
        return wait(...args);
      };
    });
    const joined = post(url, 'tools/call', index, leaving.signal).then((answer) => answer.text());
    await waits;
    leaving.abort();
    await expect(joined).rejects.toThrow();
    expect((await post(url, 'ping')).status).toBe(200);
    const [job, ...more] = await jobs.list();
    expect(more).toEqual([]);
    expect((await jobs.wait(job?.job_id ?? '', { wait_s: 0.5 })).state).toBe('running');
  });
});

it('are let go at once when the server closes, by clients that sent nothing or had their answers', async () => {
  const host = fakeHost();
  closers.push(() => host.close());
  const catalogue = createCatalogue(() => Promise.resolve(allTools));
  const server = await serveHttp(host, catalogue, '1', { host: '127.0.0.1', port: 0, token: null });
  const url = new URL(server.url);
  const sockets = await stuck(url, 3, '');
  expect((await post(url, 'tools/list')).status).toBe(200);
  const began = performance.now();
  await server.close();
  // Who is in the middle of a request gets two seconds.
  expect(performance.now() - began).toBeLessThan(1500);
  await expect.poll(() => sockets.every((socket) => socket.closed)).toBe(true);
});

it('are kept when the server closes by who is in the middle of a request', async () => {
  const host = fakeHost();
  closers.push(() => host.close());
  const catalogue = createCatalogue(() => Promise.resolve(allTools));
  const server = await serveHttp(host, catalogue, '1', { host: '127.0.0.1', port: 0, token: null });
  const url = new URL(server.url);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const headers = `POST /mcp HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n`;
  const [socket = expect.unreachable()] = await stuck(url, 1, headers + body.slice(0, 9));
  let said = '';
  socket.on('data', (chunk) => {
    said += String(chunk);
  });
  // The server has those bytes once it answers a later connection.
  expect((await post(url, 'tools/list')).status).toBe(200);
  const closed = server.close();
  socket.write(body.slice(9));
  await closed;
  await expect.poll(() => said).toContain('index_video');
});
