/** Lines that are no proper requests, each with the errors it may be answered with; none: it is no request. */

/** JSON-RPC's errors of messages that can't be read, aren't requests, name no method, or have wrong params. */
const PARSE = -32700,
  REQUEST = -32600,
  METHOD = -32601,
  PARAMS = -32602,
  /** The MCP's for a resource that there is not. */
  RESOURCE = -32002;

export interface BadMessage {
  bytes: Buffer;
  codes: readonly number[];
}

const text = (said: string, ...codes: number[]): BadMessage => ({ bytes: Buffer.from(said), codes });
const ask = (method: string, params: unknown, ...codes: number[]): BadMessage =>
  text(JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }), ...codes);
const called = (args: string): string =>
  `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list_identities","arguments":${args}}}`;

/** `codes` that hold nothing: an answer without error is right as well as a tool's error. */
export const BAD_MESSAGES: readonly BadMessage[] = [
  text('{', PARSE),
  text('NaN', PARSE),
  text('{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":NaN}}', PARSE),
  text('"only a string"', REQUEST),
  text('0', REQUEST),
  text('null', REQUEST),
  text('[]', REQUEST),
  text('[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]', REQUEST),
  text('{"jsonrpc":"1.0","id":7,"method":"ping"}', REQUEST),
  text('{"jsonrpc":"2.0","id":{},"method":"ping"}', REQUEST),
  text('{"jsonrpc":"2.0","id":[7],"method":"ping"}', REQUEST),
  text('{"jsonrpc":"2.0","id":7,"method":["ping"]}', REQUEST),
  text('{"jsonrpc":"2.0","id":7,"method":"ping","params":"all"}', REQUEST, PARAMS),
  text('{"jsonrpc":"2.0","id":7,"method":"ping","params":[1]}', REQUEST, PARAMS),
  { bytes: Buffer.from('7b226a736f6e727063ff223a22322e30227d', 'hex'), codes: [PARSE] },
  { bytes: Buffer.from('7b22c3283a22322e30227d', 'hex'), codes: [PARSE] },
  text(`${'['.repeat(200_000)}${']'.repeat(200_000)}`, PARSE, REQUEST),
  text('{"a":'.repeat(100_000), PARSE),
  text(called(`{"cursor":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), REQUEST),
  text(called(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`), REQUEST),
  text(called('{"limit":1e999}')),
  text(called('{"__proto__":{"limit":1},"constructor":1}')),
  text(called('{"cursor":"\\ud800"}')),
  ask('tools/call', { name: 'x'.repeat(1e6) }, PARAMS),
  ask('tools/call', { name: '__proto__' }, PARAMS),
  ask('tools/call', {}, PARAMS),
  ask('tools/call', { name: 7 }, PARAMS),
  ask('no/such/method', {}, METHOD),
  ask('__proto__', {}, METHOD),
  ask('constructor', {}, METHOD),
  ask('m'.repeat(1e5), {}, METHOD),
  ask('initialize', { protocolVersion: 7 }, PARAMS),
  ask('resources/read', { uri: 'file:///etc/passwd' }, PARAMS, RESOURCE),
  ask('resources/read', { uri: `rollcall://identity/${'%2e%2e%2f'.repeat(1000)}` }, PARAMS, RESOURCE),
  ask('resources/read', { uri: 'rollcall://track/%ff/face.jpg' }, PARAMS, RESOURCE),
  ask('resources/read', { uri: 'u'.repeat(1e6) }, PARAMS, RESOURCE),
  ask('resources/read', { uri: null }, PARAMS),
  ask('resources/list', { cursor: 'no cursor' }, PARAMS),
  ask('prompts/get', { name: 'toString', arguments: {} }, PARAMS),
  ask('prompts/get', { name: 'constructor', arguments: { a: 1 } }, PARAMS),
  ask('completion/complete', { ref: { type: 'ref/prompt', name: '__proto__' }, argument: { name: 'a', value: '' } }),
  ask('completion/complete', { ref: { type: 'ref/none' }, argument: {} }, PARAMS),
  ask('logging/setLevel', { level: 'debug' }, METHOD),
  ask('sampling/createMessage', {}, METHOD),
];
