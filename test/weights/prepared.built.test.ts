/** The built program: what edits networks is in a part of it that loads when there is something to prepare. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { COMPARING, preparedFile } from '../../src/vision/packs/networks.js';
import { HAND_PACK, placeByHand } from '../support/networks/hand-placed.js';

const run = promisify(execFile);
const bin = inject('bin'),
  dist = path.join(path.dirname(bin), '..');
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-built-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Files of the bundle that a file loads, at once or later, but for what `skip` matches. */
async function loads(file: string, skip: RegExp, seen = new Map<string, string>()): Promise<Map<string, string>> {
  if (seen.has(file) || skip.test(file)) return seen;
  const text = await readFile(file, 'utf8');
  seen.set(file, text);
  for (const [, to = ''] of text.matchAll(/(?:\bfrom |\bimport |\bimport\()"(\.[^"]+\.js)"/g))
    await loads(path.resolve(path.dirname(file), to), skip, seen);
  return seen;
}

it('loads nothing that edits networks but to prepare them', async () => {
  const editor = /TensorShapeProto/,
    lazy = /(prepare-network|similarity-graph|tflite-to-onnx)-\w+\.js$/;
  const entries = [bin, path.join(dist, 'vision', 'workers', 'worker.js')];
  const all = new Map<string, string>(),
    others = new Map<string, string>();
  for (const entry of entries) {
    await loads(entry, /^$/, all);
    await loads(entry, lazy, others);
  }
  const found = (files: Map<string, string>) => [...files].filter(([, text]) => editor.test(text)).map(([f]) => f);
  expect(found(all).length).toBeGreaterThan(0);
  expect(found(others)).toEqual([]);
  expect([...others.keys()].some((file) => /open-prepared/.test(file))).toBe(true);
  expect([...(await loads(entries[1] ?? '', /^$/)).keys()].filter((file) => lazy.test(file))).toEqual([]);
});

it('prepares weights placed by hand at the first start', async () => {
  const models = path.join(folder, 'models'),
    networks = await placeByHand(models);
  const doctor = async () => {
    const args = ['doctor', '--json', '--models-dir', models, '--pack', HAND_PACK, '--home', path.join(folder, 'home')];
    const { stdout } = await run(process.execPath, [bin, ...args]).catch((error: unknown) =>
      z.object({ stdout: z.string() }).parse(error),
    );
    return z.looseObject({ findings: z.array(z.looseObject({ name: z.string() })) }).parse(JSON.parse(stdout)).findings;
  };
  const right = expect.arrayContaining([
    expect.objectContaining({ name: 'weights', ok: true, detail: `2 networks of pack ${HAND_PACK}, hashes right` }),
    expect.objectContaining({ name: 'inference', ok: true }),
  ]);
  expect(await doctor()).toEqual(right);
  expect(await readdir(path.join(models, 'weights'))).toEqual(
    expect.arrayContaining([...networks.map(preparedFile), ...COMPARING].map(({ name }) => name)),
  );
  for (const { weights } of networks) await rm(path.join(models, 'weights', weights.file));
  expect(await doctor()).toEqual(right);
}, 60_000);
