import { request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import { hasToken, isLoopback, originRefusal } from '../../../src/mcp/http/http-guards.js';
import { clientConfig, serveHttp } from '../../../src/mcp/http/http.js';
import { createCatalogue } from '../../../src/mcp/catalogue.js';
import { allTools } from '../../../src/tools/all-tools.js';
import { fakeHost } from '../../support/servers/fake-host.js';

const TOKEN = 'a-token-of-some-length';
const catalogue = createCatalogue(() => Promise.resolve(allTools));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(token: string | null = null, host = fakeHost({ appearances: 3 })) {
  closers.push(() => host.close());
  const server = await serveHttp(host, catalogue, '1.2.3', { host: '127.0.0.1', port: 0, token });
  closers.push(() => server.close());
  return server.url;
}

async function connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  closers.push(() => client.close());
  return client;
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});

/** fetch would not let a test choose Host and Origin. */
function raw(
  url: string,
  {
    method = 'POST',
    headers = {},
    body = INITIALIZE,
    path,
  }: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array; path?: string } = {},
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const req = request(
      url,
      {
        method,
        ...(path ? { path } : {}),
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      },
      (res) => {
        let text = '';
        res.on('data', (chunk) => {
          text += String(chunk);
        });
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: text, headers: res.headers }));
      },
    );
    req.on('error', reject);
    req.end(method === 'GET' ? undefined : body);
  });
}

describe('the HTTP server', () => {
  it('serves several clients at once, and keeps nothing between requests', async () => {
    const url = await listen();
    const clients = await Promise.all([1, 2, 3].map(() => connect(url)));
    const answers = await Promise.all(
      clients.map((c) => c.callTool({ name: 'find_person', arguments: { identity_id: 'identity_1' } })),
    );
    for (const answer of answers) expect(answer.structuredContent).toMatchObject({ appearances_total: 3 });
    const alone = await raw(url, { body: JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/list' }) });
    expect(alone.status).toBe(200);
    expect(alone.headers['mcp-session-id']).toBeUndefined();
  });

  it('knows what a client called itself when it initialized, or the program that asks', async () => {
    const asking: (string | undefined)[] = [];
    const host = fakeHost({ appearances: 1 });
    const url = await listen(null, {
      ...host,
      audit: { record: async ({ client }) => void asking.push(client), entries: async () => [] },
    });
    const named = new Client({ name: 'Bü\u202erg\ners Archiv', version: '1' });
    await named.connect(new StreamableHTTPClientTransport(new URL(url)));
    closers.push(() => named.close());
    const question = { name: 'find_person', arguments: { identity_id: 'identity_1' } };
    await named.callTool(question);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: question });
    for (const headers of [{ 'user-agent': 'curl/8.5' }, {}, { 'mcp-session-id': 'of-another-server' }])
      expect((await raw(url, { body, headers })).status).toBe(200);
    expect(asking).toEqual(['Bürg ers Archiv', 'curl/8.5', undefined, undefined]);
  });

  it.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a foreign Host with our port', { host: 'evil.example:8642' }],
    ['a Host that only begins like ours', { host: '127.0.0.1.evil.example' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['a null Origin', { origin: 'null' }],
  ])('refuses %s', async (_, headers) => {
    expect((await raw(await listen(), { headers })).status).toBe(403);
  });

  it('takes local origins and none at all', async () => {
    const url = await listen();
    expect((await raw(url)).status).toBe(200);
    expect((await raw(url, { headers: { origin: 'http://localhost:6274' } })).status).toBe(200);
  });

  it('asks for the token', async () => {
    const url = await listen(TOKEN);
    for (const authorization of [undefined, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN, `Basic ${TOKEN}`]) {
      const refused = await raw(url, { headers: authorization === undefined ? {} : { authorization } });
      expect([refused.status, refused.headers['www-authenticate']], authorization).toEqual([401, 'Bearer']);
    }
    expect((await (await connect(url, { Authorization: `Bearer ${TOKEN}` })).listTools()).tools).toHaveLength(
      allTools.length,
    );
  });

  it('looks at few tokens a second of who sends many wrong ones, and lets the right one in', async () => {
    const url = await listen(TOKEN);
    const known = await connect(url, { Authorization: `Bearer ${TOKEN}` });
    const guess = (n: number) => raw(url, { headers: { authorization: `Bearer a-wrong-token-${n}` } });
    for (let n = 0; n < 10; n += 1) expect((await guess(n)).status).toBe(401);
    const began = performance.now();
    const guesses = Array.from({ length: 10 }, (_, n) => guess(n));
    const right = raw(url, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect((await known.listTools()).tools).toHaveLength(allTools.length);
    const refused = await Promise.all(guesses);
    expect(refused.map(({ status }) => status)).toEqual(guesses.map(() => 429));
    expect(refused[0]?.headers['retry-after']).toBe('60');
    expect(performance.now() - began).toBeGreaterThan(900);
    expect((await right).status).toBe(200);
  });

  it('says that it cannot answer, by a code, and that it closes', async () => {
    const host = fakeHost();
    const services = await host.services();
    const broken = {
      ...services.operations,
      ready: () => Promise.reject(new RollcallError('damaged_library', '', '')),
    };
    const url = await listen(TOKEN, { ...host, services: async () => ({ ...services, operations: broken }) });
    const ask = (path: string) => raw(url, { method: 'GET', path, headers: { host: 'balancer.example' }, body: '' });
    expect(await ask('/ready')).toMatchObject({ status: 503, body: 'damaged_library\n' });
    expect(await ask('/health')).toMatchObject({ status: 200, body: 'ok\n' });
    expect((await ask('/metrics')).status).toBe(403);
    expect((await ask('/readyish')).status).toBe(403);
  });

  it('is nothing but POST /mcp', async () => {
    const url = await listen();
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const answer = await raw(url, { method });
      expect([answer.status, answer.headers.allow], method).toEqual([405, 'POST']);
    }
    expect((await raw(url, { path: '/' })).status).toBe(404);
  });

  it('takes a large picture, refuses a larger one', async () => {
    const url = await listen();
    const client = await connect(url);
    const image = `data:image/jpeg;base64,${'A'.repeat(12_000_000)}`;
    expect((await client.callTool({ name: 'find_person', arguments: { image } })).isError).toBeFalsy();
    const body = 'A'.repeat(49 * 1024 * 1024);
    for (const [name, value] of [
      ['content-length', String(body.length)],
      ['transfer-encoding', 'chunked'],
    ] as const) {
      const refused = await raw(url, { headers: { [name]: value }, body });
      expect([refused.status, JSON.parse(refused.body)]).toEqual([
        413,
        { jsonrpc: '2.0', id: null, error: { code: -32600, message: expect.stringContaining('too long') as unknown } },
      ]);
    }
  });

  it.each([
    ['{', 400, -32700, null],
    [Buffer.from([0x22, 0xff, 0x22]), 400, -32700, null],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400, -32600, null],
    ['{"jsonrpc":"2.0"}', 400, -32600, null],
    ['{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"job","arguments":[]}}', 200, -32602, 4],
  ])('answers %s with an error', async (body, status, code, id) => {
    const answer = await raw(await listen(), { body });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      status,
      { jsonrpc: '2.0', id, error: { code, message: expect.stringMatching(/^.{10,90}\.$/) as unknown } },
    ]);
  });

  it('is not open to the network without a token', async () => {
    const host = fakeHost();
    closers.push(() => host.close());
    await expect(serveHttp(host, catalogue, '1', { host: '0.0.0.0', port: 0, token: null })).rejects.toMatchObject({
      code: 'bad_argument',
    });
  });

  it('says when the port is taken', async () => {
    const port = Number(new URL(await listen()).port);
    const host = fakeHost();
    closers.push(() => host.close());
    await expect(serveHttp(host, catalogue, '1', { host: '127.0.0.1', port, token: null })).rejects.toMatchObject({
      code: 'busy',
    });
  });

  it('hands params that are not right back to the client, in one sentence', async () => {
    const client = await connect(await listen());
    await expect(
      client.request({ method: 'tools/call', params: { name: 'job', arguments: [] } }, z.unknown()),
    ).rejects.toMatchObject({ code: -32602, message: expect.stringContaining('params.arguments to be an object') });
  });

  it('closes in time while a request waits', async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['slow'], passedOver: [] });
    closers.push(() => host.close());
    const server = await serveHttp(host, catalogue, '1', { host: '127.0.0.1', port: 0, token: null });
    const client = await connect(server.url);
    let answered: Promise<unknown> | undefined;
    const waiting = new Promise<void>((resolve) => {
      answered = client.callTool({ name: 'index_video', arguments: { source: 's' } }, undefined, {
        onprogress: () => resolve(),
      });
    });
    await waiting;
    const began = performance.now();
    await server.close();
    // Its connection, which the client would keep, goes with the answer.
    expect(performance.now() - began).toBeLessThan(1500);
    // Cut off without an answer, the client would wait on until its own patience ends.
    expect(await answered).toMatchObject({
      structuredContent: { job: { state: expect.stringMatching(/queued|running/) as string } },
    });
    // Nobody cancelled.
    const jobs = await host.jobs();
    const [kept] = await jobs.list();
    expect((await jobs.wait(kept?.job_id ?? '', { wait_s: 0.5 })).state).toBe('running');
  });

  it("cancels what a client cancels by a notification, and nobody else's request of the same id", async () => {
    const host = fakeHost();
    host.indexing.expandSource = async () => ({ files: ['slow'], passedOver: [] });
    closers.push(() => host.close());
    const server = await serveHttp(host, catalogue, '1', { host: '127.0.0.1', port: 0, token: null });
    closers.push(() => server.close());
    const [one, other] = [await connect(server.url), await connect(server.url)];
    const asking = new AbortController();
    const began = (client: typeof one, source: string, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        const options = { onprogress: () => resolve(), ...(signal ? { signal } : {}) };
        client.callTool({ name: 'index_video', arguments: { source } }, undefined, options).catch(() => undefined);
      });
    await began(one, 'a', asking.signal);
    await began(other, 'b');
    asking.abort();
    const jobs = await host.jobs();
    await expect
      .poll(async () => (await jobs.list()).map((job) => job.state).sort(), { timeout: 5000 })
      .toEqual(['cancelled', 'running']);
  });

  it('prints a configuration without the token', () => {
    expect(JSON.parse(clientConfig('http://127.0.0.1:1/mcp', null))).toEqual({
      mcpServers: { rollcall: { type: 'http', url: 'http://127.0.0.1:1/mcp' } },
    });
    expect(clientConfig('http://10.0.0.1:1/mcp', TOKEN)).not.toContain(TOKEN);
  });
});

describe('guards', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['127.evil.example', false],
    ['10.0.0.1', false],
  ])('isLoopback(%s) is %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  it('an open server takes its addresses as Host, but no domain it does not know', () => {
    const policy = { host: '0.0.0.0', token: TOKEN };
    expect(originRefusal({ host: '192.168.1.5:8642' }, policy)).toBeUndefined();
    expect(originRefusal({ host: 'evil.example' }, policy)?.status).toBe(403);
    expect(originRefusal({ host: '192.168.1.5' }, { host: '127.0.0.1', token: null })?.status).toBe(403);
    expect(originRefusal({}, policy)?.status).toBe(403);
    expect(hasToken({ authorization: `Bearer ${TOKEN}` }, policy)).toBe(true);
    expect(hasToken({}, policy)).toBe(false);
  });
});
