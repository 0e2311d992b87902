/**
 * The built server under calls and messages made to break it, over stdio and HTTP: a clean error for each, and others
 * are answered meanwhile. `ROLLCALL_HOSTILE_CALLS=200` for so many calls of every tool.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Names, hostileArguments } from '../../lab/hostile/calls.js';
import { BAD_MESSAGES } from '../../lab/hostile/messages.js';
import { makePictures } from '../../lab/hostile/pictures.js';
import { eachOf } from '../../lab/hostile/each-of.js';
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { MADE_UP_PACK, addPeople, madeUpLibrary } from '../support/libraries/made-up-library.js';

const EACH = Number(process.env['ROLLCALL_HOSTILE_CALLS'] ?? 12);
const TOKEN = 'a-token-of-some-length';
/** An answer to what was refused is a sentence or two, whatever was sent. */
const LONGEST_ERROR = 3000;

const answerSchema = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
  result: z
    .looseObject({
      isError: z.boolean().optional(),
      _meta: z
        .looseObject({ 'rollcall/error': z.object({ code: z.string(), hint: z.string() }).optional() })
        .optional(),
    })
    .optional(),
});
type Answer = z.infer<typeof answerSchema>;

interface Place {
  folder: string;
  names: Names;
}

async function makePlace(): Promise<Place> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'rollcall-hostile-'));
  onTestFinished(() => rm(place, { recursive: true, force: true, maxRetries: 5 }));
  await mkdir(path.join(place, 'footage'));
  const [picture] = await makePictures();
  const file = path.join(place, 'footage', 'picture.jpg');
  await writeFile(file, picture?.bytes ?? '');
  const library = await madeUpLibrary(path.join(place, 'home'));
  const { video_id, people, tracks } = await addPeople(library, '/films/a.mp4', ['Ada', 'Bob', null]);
  await library.close();
  const ids = people.map((one) => one.identity_id);
  const names: Names = {
    any: ['a word', ...ids, video_id, file],
    identity_id: ids,
    identity_ids: ids,
    into: ids,
    video_id: [video_id],
    video_ids: [video_id],
    track_ids: tracks.map((track) => track.track_id),
    source: [file, path.dirname(file)],
    image: [file],
    name: ['Ada', 'Bob'],
    path: [path.join(place, 'footage', 'out.csv')],
  };
  return { folder: place, names };
}

function start(place: string, ...flags: string[]): ChildProcess {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [inject('bin'), ...flags], {
    env: {
      PATH,
      ROLLCALL_HOME: path.join(place, 'home'),
      ROLLCALL_PACK: MADE_UP_PACK,
      ROLLCALL_ALLOW_DIRS: path.join(place, 'footage'),
      ROLLCALL_HTTP_TOKEN: TOKEN,
      ROLLCALL_LOG_LEVEL: 'silent',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  return child;
}

type Ask = (message: Buffer) => Promise<Answer>;

/** One message at a time, answered in its turn. */
function overStdio(child: ChildProcess): Ask {
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async (message) => {
    stdin.write(Buffer.concat([message, Buffer.from('\n')]));
    for (;;) {
      const line: unknown = JSON.parse(String((await lines.next()).value));
      if (!z.object({ method: z.string() }).safeParse(line).success) return answerSchema.parse(line);
    }
  };
}

async function overHttp(child: ChildProcess): Promise<{ ask: Ask; url: URL }> {
  let said = '';
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    if (/http:\S+\/mcp/.test(said)) break;
  }
  const url = new URL(/http:\S+\/mcp/.exec(said)?.[0] ?? '');
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const ask: Ask = async (message) => {
    const body = await (await fetch(url, { method: 'POST', headers, body: new Uint8Array(message) })).text();
    return answerSchema.parse(JSON.parse(/^data: (.*)$/m.exec(body)?.[1] ?? body));
  };
  return { ask, url };
}

const line = (message: object): Buffer => Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
const LEAKS = /node_modules|\.[jt]s:\d+|\bat \S+ \(|ZodError|"code": ?"(invalid|too_big|unrecog)/;

/** What is wrong with how something hostile was answered; null when nothing is. */
function wrongWith(answer: Answer, codes: readonly number[]): string | null {
  const { error, result } = answer;
  if (!error && !result) return 'neither answer nor error';
  if (codes.length > 0 && !codes.includes(error?.code ?? 0)) return `code ${error?.code ?? 'none'}`;
  if (error?.code === -32603) return error.message.slice(0, 300);
  const refused = result?._meta?.['rollcall/error'];
  if (result?.isError && (!refused || refused.code === 'internal' || refused.hint === ''))
    return JSON.stringify(result);
  if (!error && !result?.isError) return null;
  const said = JSON.stringify(answer);
  return said.length > LONGEST_ERROR ? `${said.length} characters: ${said.slice(0, 200)}` : LEAKS.exec(said) && said;
}

async function peakBytes(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

async function attack(ask: Ask, names: Names, seed: number): Promise<{ wrong: string[]; calls: number }> {
  const wrong: string[] = [];
  for (const { bytes, codes } of BAD_MESSAGES) {
    const trouble = wrongWith(await ask(bytes), codes);
    if (trouble !== null) wrong.push(`${bytes.toString('latin1').slice(0, 150)} → ${trouble}`);
  }
  const { result } = await ask(line({ id: 1, method: 'tools/list' }));
  const { tools } = z
    .object({ tools: z.array(z.object({ name: z.string(), inputSchema: z.unknown() })) })
    .parse(result);
  const random = seededRandom(seed);
  for (const { name, inputSchema } of tools)
    for (let n = 0; n < EACH; n += 1) {
      const args = hostileArguments(inputSchema, random, names);
      const message = line({ id: n, method: 'tools/call', params: { name, arguments: args } });
      const trouble = wrongWith(await ask(message), []);
      if (trouble !== null) wrong.push(`${message.toString().slice(0, 300)} → ${trouble}`);
    }
  return { wrong, calls: tools.length * EACH };
}

test('over stdio', async () => {
  const { folder, names } = await makePlace();
  const child = start(folder);
  const ask = overStdio(child);
  const { wrong, calls } = await attack(ask, names, 1);
  expect(wrong).toEqual([]);
  expect(await ask(line({ id: 99, method: 'ping' }))).toMatchObject({ id: 99, result: {} });
  const peak = await peakBytes(child);
  process.stderr.write(`${BAD_MESSAGES.length} messages, ${calls} calls: ${(peak / 2 ** 20).toFixed(0)} MB at most\n`);
  expect(peak).toBeLessThan(2 ** 30);
}, 3_600_000);

test('over HTTP, while others are answered', async () => {
  const { folder, names } = await makePlace();
  const child = start(folder, '--http', '0');
  const { ask, url } = await overHttp(child);
  // Those who never finish, and those who say what HTTP is not.
  const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n`;
  const raw: string[] = [];
  for (const sent of [
    'POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ',
    `${head}Content-Length: 100000\r\n\r\n{"jsonrpc"`,
    `${head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n`,
    `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `${head}Content-Length: -1\r\n\r\n`,
    `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    `${head}X-Large: ${'x'.repeat(100_000)}\r\n\r\n`,
    `${head}${'X-Many: x\r\n'.repeat(5000)}\r\n`,
    'GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    '\r\n\r\n\0\0\0\0',
  ]) {
    const socket = net.connect(Number(url.port), url.hostname);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => raw.push(chunk.toString('latin1')));
    socket.write(sent, 'latin1');
  }
  let over = false,
    answered = 0;
  const bystander = (async () => {
    for (; !over; answered += 1)
      expect(await ask(line({ id: 'b', method: 'ping' }))).toMatchObject({ id: 'b', result: {} });
  })();
  const found: string[] = [];
  await eachOf([2, 3], async (seed) => {
    found.push(...(await attack(ask, names, seed)).wrong);
  });
  over = true;
  await bystander;
  expect(found).toEqual([]);
  expect(answered).toBeGreaterThan(10);
  expect(raw.filter((said) => LEAKS.test(said) || !/^HTTP\/1\.1 4\d\d /.test(said))).toEqual([]);
  const peak = await peakBytes(child);
  process.stderr.write(`${answered} pings answered meanwhile, ${(peak / 2 ** 20).toFixed(0)} MB at most\n`);
  expect(peak).toBeLessThan(2 ** 30);
}, 3_600_000);
