/** `models` of the built program. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { expect, inject, it, onTestFinished } from 'vitest';
import { serve, TINY_PACK, tinyFiles, tinyModels } from '../support/networks/tiny-packs.js';

it('lists packs with what they may be used for, shows the licence first, and gets one', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-models-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const home = path.join(folder, 'home');
  const env = { ROLLCALL_HOME: home, ROLLCALL_MODELS_DIR: await tinyModels(path.join(folder, 'package')) };
  const run = (...args: string[]) =>
    execa(process.execPath, [inject('bin'), 'models', ...args], { env, reject: false, stdin: 'ignore' });
  const from = await serve(tinyFiles);

  const listed = await run();
  expect(listed.stdout).toContain(`${TINY_PACK}: to get: \`rollcall-mcp models get ${TINY_PACK}\``);
  expect(listed.stdout).toContain('non-commercial research');

  const unasked = await run('get', TINY_PACK, '--from', from);
  expect(unasked).toMatchObject({ exitCode: 2, stdout: '' });
  expect(unasked.stderr).toMatch(/non-commercial research[^]*licence of these weights[^]*--accept-licence/);
  await expect(readdir(home)).rejects.toThrow();

  expect((await run('use', TINY_PACK)).stderr).toContain(`rollcall-mcp models get ${TINY_PACK}`);

  const got = await run('get', TINY_PACK, '--accept-licence', '--from', from);
  expect(got, got.stderr).toMatchObject({ exitCode: 0 });
  expect(got.stderr).toContain('non-commercial research');
  expect(got.stdout).toContain(`ROLLCALL_PACK=${TINY_PACK}`);
  const weights = path.join(home, 'models', 'weights');
  const files = await readdir(weights);
  expect(files).toContain('w600k_r50.onnx');
  if (process.platform !== 'win32')
    for (const file of files) expect((await stat(path.join(weights, file))).mode & 0o777, file).toBe(0o600);
  expect(await run('use', TINY_PACK)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('There is no library yet') as unknown,
  });
  expect(JSON.parse((await run('--json')).stdout)).toMatchObject({
    packs: [{ id: TINY_PACK, ready: true, missing: [] }],
  });
  expect(JSON.parse((await run('get', TINY_PACK, '--json')).stdout)).toMatchObject({ done: [], pack: { ready: true } });
});
