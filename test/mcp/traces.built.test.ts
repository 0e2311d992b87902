/** What a start of the built server leaves outside its home, when it ran networks and opened the library: nothing. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), 'rollcall-traces-'));
});
afterEach(() => rm(place, { recursive: true, force: true, maxRetries: 5 }));

/**
 * A server that has looked into its library and has run networks, and has ended; in an environment that says nothing of
 * telemetry, nor of being a test, which would silence it too.
 */
async function serveOnce(temporary: string, user: string): Promise<void> {
  const { PATH = '' } = process.env;
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [inject('bin')],
      env: {
        PATH,
        ROLLCALL_HOME: path.join(place, 'library'),
        ROLLCALL_LOG_LEVEL: 'error',
        HOME: user,
        TMPDIR: temporary,
        TEMP: temporary,
        TMP: temporary,
      },
      stderr: 'inherit',
    }),
  );
  const grey = await (await import('sharp'))
    .default({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
    .png()
    .toBuffer();
  const image = `data:image/png;base64,${grey.toString('base64')}`;
  // No face: only that the networks are made and run counts.
  const asked = await client.callTool({ name: 'find_person', arguments: { image } });
  expect(JSON.stringify(asked.content)).toContain('no_face');
  expect((await client.callTool({ name: 'list_identities' })).isError).not.toBe(true);
  await client.close();
}

it('leaves nothing in the temporary folder nor in that of the user', async () => {
  const [temporary, user] = [path.join(place, 'temporary'), path.join(place, 'user')];
  await Promise.all([mkdir(temporary), mkdir(user)]);
  // What a server that was killed left goes with the next one; that of a living one stays.
  const [dead, alive] = ['rollcall-of-999999999-abcdef', `rollcall-of-${process.pid}-abcdef`];
  for (const left of [dead, alive]) await mkdir(path.join(temporary, left, '.tmpx'), { recursive: true });
  await serveOnce(temporary, user);
  expect(await readdir(temporary)).toEqual([alive]);
  expect(await readdir(user, { recursive: true })).toEqual([]);
}, 60_000);
