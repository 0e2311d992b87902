/** The built server under a umask that closes nothing: what it and its native libraries write is its user's alone. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), 'rollcall-private-'));
});
afterEach(() => rm(place, { recursive: true, force: true, maxRetries: 5 }));

/** A folder and all below it; what is gone before it is read counts as empty, since the server works on. */
async function below(home: string, name: string): Promise<string[]> {
  const entries = await readdir(path.join(home, name), { withFileTypes: true }).catch(() => []);
  const names = [name];
  for (const entry of entries) {
    const inside = path.join(name, entry.name);
    names.push(...(entry.isDirectory() ? await below(home, inside) : [inside]));
  }
  return names;
}

/** All of a home that anybody but its owner may use, and how much there is of it. */
async function look(home: string): Promise<{ open: string[]; seen: number }> {
  const names = await below(home, '');
  const open: string[] = [];
  for (const name of names) {
    const found = await stat(path.join(home, name)).catch(() => null); // gone meanwhile
    if (found && (found.mode & 0o077) !== 0) open.push(`${(found.mode & 0o777).toString(8)} ${name}`);
  }
  return { open, seen: names.length };
}

it('keeps everything in its home to its user, also while it works (modes are not looked at on Windows)', async () => {
  const source = path.join(place, 'clip.mp4');
  const lavfi = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=20'];
  await promisify(execFile)('ffmpeg', ['-v', 'error', ...lavfi, '-c:v', 'libx264', '-preset', 'ultrafast', source]);
  const home = path.join(place, 'library');
  await mkdir(home);
  await chmod(home, 0o777);
  const client = new Client({ name: 'test', version: '1' });
  const posix = process.platform !== 'win32';
  await client.connect(
    new StdioClientTransport({
      ...(posix
        ? { command: 'sh', args: ['-c', 'umask 0; exec "$0" "$1"', process.execPath, inject('bin')] }
        : { command: process.execPath, args: [inject('bin')] }),
      env: { PATH: process.env['PATH'] ?? '', ROLLCALL_HOME: home, ROLLCALL_LOG_LEVEL: 'error' },
      stderr: 'inherit',
    }),
  );
  let done = false;
  const indexed = client
    .callTool({ name: 'index_video', arguments: { source, wait_s: 25 } }, undefined, { timeout: 60_000 })
    .finally(() => {
      done = true;
    });
  // The folder was open before the server came to it.
  const during = new Set<string>();
  while (!done) for (const name of (await look(home)).open) if (!name.endsWith(' ')) during.add(name);
  const { isError, structuredContent } = await indexed;
  expect(isError, JSON.stringify(structuredContent)).not.toBe(true);
  await client.close();
  const { open, seen } = await look(home);
  expect(seen).toBeGreaterThan(20);
  if (posix) expect([...during, ...open]).toEqual([]);
}, 90_000);
