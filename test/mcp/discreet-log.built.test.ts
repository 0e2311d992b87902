/** The log of the built server at its default level: no path, no name that was asked for. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), 'rollcall-log-'));
});
afterEach(() => rm(place, { recursive: true, force: true, maxRetries: 5 }));

it('holds neither paths nor names', async () => {
  const folder = path.join(place, 'zebulon');
  await mkdir(folder);
  await writeFile(path.join(folder, 'quince.mp4'), 'no video');
  await writeFile(path.join(folder, 'quince.jpg'), 'no picture');
  // A library that can't be read, so that there are unexpected errors too.
  const home = path.join(place, 'damaged');
  await mkdir(path.join(home, 'library.json'), { recursive: true });
  const said: string[] = [];
  for (const at of [path.join(place, 'home'), home]) {
    const { PATH = '' } = process.env;
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [inject('bin')],
      env: { PATH, ROLLCALL_HOME: at },
      stderr: 'pipe',
    });
    transport.stderr?.on('data', (chunk) => said.push(String(chunk)));
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    const [video, picture, absent] = ['quince.mp4', 'quince.jpg', 'quince.mov'].map((name) => path.join(folder, name));
    for (const [name, args] of [
      ['index_video', { source: video, wait_s: 10 }],
      ['index_video', { source: absent }],
      ['index_video', { source: folder, wait_s: 10 }],
      ['index_video', { source: 'https://zebulon.invalid/quince.mp4', wait_s: 10 }],
      ['find_person', { name: 'Zebulon Quince' }],
      ['find_person', { image: picture }],
      ['verify_faces', { a: picture, b: absent }],
      ['list_identities', { video_ids: ['video_zebulon'] }],
      ['edit_identities', { edits: [{ edit: 'name', identity_id: 'Zebulon', name: 'Quince' }] }],
      ['export', { format: 'csv', path: path.join(folder, 'quince.csv') }],
    ] as const)
      await client.callTool({ name, arguments: args });
    await client.readResource({ uri: 'rollcall://identities/zebulon' }).catch(() => undefined);
    await client.close();
  }
  const log = said.join('');
  expect(log.match(/"msg":"tool call failed"/g)?.length).toBeGreaterThan(8);
  expect(log).toContain('"msg":"job starts"');
  expect(log).toContain('"err":');
  expect(log).not.toMatch(/zebulon|quince/i);
  expect(log).not.toContain(place);
  expect(log).not.toContain(path.dirname(inject('bin')));
}, 60_000);
