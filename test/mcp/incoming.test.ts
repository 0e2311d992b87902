/** Whatever comes is a message or an error in one plain sentence. */
import { describe, expect, it } from 'vitest';
import { readIncoming } from '../../src/mcp/incoming.js';

const read = (sent: unknown) => readIncoming(Buffer.from(typeof sent === 'string' ? sent : JSON.stringify(sent)));
const request = (method: unknown, params?: unknown, id: unknown = 7) => ({ jsonrpc: '2.0', id, method, params });
const call = (params?: unknown) => request('tools/call', params);

describe('what is a message', () => {
  it.each([
    request('ping'),
    request('no/such/method', { x: [1] }, 'a'),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 3, result: {} },
    { jsonrpc: '2.0', id: 3, error: { code: 1, message: 'm' } },
    call({ name: 'job', arguments: { job_id: 'job_1' }, _meta: { progressToken: 0 } }),
  ])('is handed on: %j', (sent) => {
    expect(read(sent)).toEqual({ message: JSON.parse(JSON.stringify(sent)) as unknown });
  });

  it.each([{}, { ttl: 60_000 }, { ttl: 'soon', made: 'up' }])(
    'loses the metadata of a task, which this server does not have: %j',
    (task) => {
      expect(read(call({ name: 'job', task, _meta: {} }))).toEqual({ message: call({ name: 'job', _meta: {} }) });
    },
  );
});

describe('what is none', () => {
  it.each([
    ['{', -32700, null, 'The message is not valid JSON.'],
    ['', -32700, null, 'The message is not valid JSON.'],
    ['[]', -32600, null, 'Batches are not taken: send each message on its own.'],
    [[request('ping')], -32600, null, 'Batches are not taken: send each message on its own.'],
    [`{"id":7,"method":"ping","a":${'['.repeat(70)}${']'.repeat(70)}}`, -32600, 7, /nested too deeply/],
    ['null', -32600, null, /JSON-RPC 2\.0\.$/],
    ['"ping"', -32600, null, /JSON-RPC 2\.0\.$/],
    [{}, -32600, null, /JSON-RPC 2\.0\.$/],
    [{ jsonrpc: '2.0' }, -32600, null, /JSON-RPC 2\.0\.$/],
    [{ jsonrpc: '2.0', id: 7 }, -32600, null, /JSON-RPC 2\.0\.$/],
    [{ jsonrpc: '1.0', id: 7, method: 'ping' }, -32600, 7, /JSON-RPC 2\.0\.$/],
    [request('ping', undefined, null), -32600, null, /JSON-RPC 2\.0\.$/],
    [request('ping', undefined, 1.5), -32600, null, /JSON-RPC 2\.0\.$/],
    [request(4), -32600, 7, /JSON-RPC 2\.0\.$/],
    [{ ...request('ping'), extra: 1 }, -32600, 7, /JSON-RPC 2\.0\.$/],
    [request('ping', []), -32602, 7, 'ping needs params to be an object.'],
    [request('constructor', []), -32602, 7, 'constructor needs params to be an object.'],
    [request('tools/list', { cursor: 4 }), -32602, 7, 'tools/list needs params.cursor to be a string.'],
    [request('initialize', {}), -32602, 7, /^initialize needs params\.\w+ to be a string\.$/],
    [call(), -32602, 7, 'tools/call needs params to be an object.'],
    [call({}), -32602, 7, 'tools/call needs params.name to be a string.'],
    [call({ name: ['job'] }), -32602, 7, 'tools/call needs params.name to be a string.'],
    [call({ name: 'job', arguments: [] }), -32602, 7, 'tools/call needs params.arguments to be an object.'],
    [call({ name: 'job', arguments: 'x' }), -32602, 7, 'tools/call needs params.arguments to be an object.'],
    [call({ name: 'job', arguments: null }), -32602, 7, 'tools/call needs params.arguments to be an object.'],
    [call({ name: 'job', task: 'x' }), -32602, 7, 'tools/call needs params.task to be an object.'],
    [call({ name: 'job', _meta: 4 }), -32602, 7, 'tools/call needs params._meta to be an object.'],
    [
      call({ name: 'job', _meta: { progressToken: {} } }),
      -32602,
      7,
      'tools/call needs params._meta.progressToken to be what the protocol says.',
    ],
  ])('is answered: %j', (sent, code, id, message) => {
    expect(read(sent)).toEqual({
      refusal: {
        jsonrpc: '2.0',
        id,
        error: { code, message: message instanceof RegExp ? (expect.stringMatching(message) as unknown) : message },
      },
    });
  });

  it('is answered where it is not UTF-8, also inside a string', () => {
    const broken = Buffer.from(JSON.stringify(call({ name: 'jo\0b' })));
    broken[broken.indexOf('jo') + 1] = 0xff;
    expect(readIncoming(broken)).toMatchObject({ refusal: { id: null, error: { code: -32700 } } });
  });
});
