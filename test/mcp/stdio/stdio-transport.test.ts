/** The protocol on a pair of streams: whatever comes is answered, in time, and the next message is served. */
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { createCatalogue } from '../../../src/mcp/catalogue.js';
import { createMcpServer } from '../../../src/mcp/server.js';
import { createStdioTransport } from '../../../src/mcp/stdio/stdio-transport.js';
import { allTools } from '../../../src/tools/all-tools.js';
import { fakeHost } from '../../support/servers/fake-host.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve() {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const host = fakeHost({ appearances: 1 });
  const mcp = createMcpServer(
    host,
    createCatalogue(() => Promise.resolve(allTools)),
    '1.2.3',
  );
  closers.push(
    () => host.close(),
    () => mcp.close(),
  );
  await mcp.connect(createStdioTransport(stdin, stdout));
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    send(bytes: string | Uint8Array) {
      stdin.write(bytes);
      stdin.write('\n');
    },
    async next(): Promise<unknown> {
      return JSON.parse(String((await lines.next()).value));
    },
  };
}

const error = (code: number, id: number | string | null = null) => ({
  jsonrpc: '2.0',
  id,
  error: { code, message: expect.any(String) as unknown },
});
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const PONG = { jsonrpc: '2.0', id: 1, result: {} };
/** As the SDK's client writes it: the id comes last. */
const question = (id: number, size: number) =>
  JSON.stringify({
    method: 'tools/call',
    params: { name: 'find_person', arguments: { image: `data:image/jpeg;base64,${'A'.repeat(size)}` } },
    jsonrpc: '2.0',
    id,
  });

it.each([
  ['what is not JSON', 'hello', -32700],
  ['what is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), -32700],
  ['what is no message', '{"jsonrpc":"2.0"}', -32600],
  ['a batch', `[${PING}]`, -32600],
])('answers %s, and goes on', async (_, sent, code) => {
  const server = await serve();
  server.send(sent);
  expect(await server.next()).toEqual(error(code));
  server.send(PING);
  expect(await server.next()).toEqual(PONG);
});

it('takes lines that end as on Windows, blank ones, and several at once', async () => {
  const server = await serve();
  server.send(`\r\n \t\r\n\n${PING}\r\n${PING}\r`);
  expect([await server.next(), await server.next()]).toEqual([PONG, PONG]);
});

it('takes 10 and 33 MB in like time a byte, refuses 60 MB by its id, and goes on', async () => {
  const server = await serve();
  const timed = async (id: number, size: number): Promise<number> => {
    const message = question(id, size);
    const began = performance.now();
    server.send(message);
    expect(await server.next()).toMatchObject({ id, result: { structuredContent: { appearances_total: 1 } } });
    return performance.now() - began;
  };
  await timed(2, 1_000_000);
  const small = Math.min(await timed(3, 10_000_000), await timed(4, 10_000_000));
  expect(Math.min(await timed(5, 33_000_000), await timed(6, 33_000_000))).toBeLessThan(7 * small + 100);
  server.send(question(9, 60_000_000));
  expect(await server.next()).toEqual(error(-32600, 9));
  server.send(PING);
  expect(await server.next()).toEqual(PONG);
});
