/** What commands leave in the log of who asked about whom, and how a person is looked for in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { expect, inject, onTestFinished, test } from 'vitest';
import { MADE_UP_PACK, addPeople, madeUpLibrary } from '../support/libraries/made-up-library.js';

test('the log names commands, has reports, and takes short names', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-audit-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const library = await madeUpLibrary(home);
  const { people } = await addPeople(library, '/films/a.mp4', ['Ada', 'Bob']);
  const run = async (...args: string[]): Promise<string> => {
    const env = { ROLLCALL_HOME: home, ROLLCALL_PACK: MADE_UP_PACK };
    return (await execa(process.execPath, [inject('bin'), ...args], { env, reject: false })).stdout;
  };
  const [ada] = people;
  const labels = await library.labels();
  const short = `P${labels.get(ada?.identity_id ?? '') ?? 0}`;
  await run('find', 'Ada');
  await run('report', '-o', path.join(home, 'in-the-home.html'));
  const log = await run('audit');
  expect(log).toMatch(/rollcall-mcp find find_person ok identity_/);
  expect(log).toMatch(/rollcall-mcp report report forbidden/);
  const hers = await run('audit', '--identity', short);
  expect(hers.split('\n')).toHaveLength(1);
  expect(hers).toContain(ada?.identity_id);
}, 60_000);
