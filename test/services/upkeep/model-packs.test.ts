import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { getModelPack, modelPack, modelPacks } from '../../../src/services/upkeep/model-packs.js';
import { ownNetworkFolders } from '../../../src/services/resources.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { serve, TINY_FILES, TINY_PACK, tinyFiles, tinyModels } from '../../support/networks/tiny-packs.js';

async function workplace(): Promise<{ home: string; modelsDir: string; pack: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-models-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    home: path.join(folder, 'home'),
    modelsDir: await tinyModels(path.join(folder, 'package')),
    pack: TINY_PACK,
  };
}
const weightsIn = (home: string): Promise<string[]> => readdir(path.join(home, 'models', 'weights')).catch(() => []);

it('lists what there is, what it may be used for, and what is missing', async () => {
  const settings = await workplace();
  expect(await modelPacks(settings)).toEqual([
    {
      id: TINY_PACK,
      title: expect.stringContaining('SCRFD') as unknown,
      licence: expect.stringContaining('non-commercial research') as unknown,
      in_use: true,
      ready: false,
      dimensions: 512,
      missing: Object.keys(TINY_FILES).map((file) => ({
        file,
        licence: expect.stringContaining('non-commercial') as unknown,
        from: expect.stringMatching(/^https:/) as unknown,
      })),
    },
  ]);
});

it('gets what a pack lacks into a folder of the user alone, and then the pack opens', async () => {
  const settings = await workplace();
  const from = await serve(tinyFiles);
  const told: number[] = [];
  const done = await getModelPack(settings, TINY_PACK, { onProgress: (p) => told.push(p.fraction) }, { from });
  expect(done).toHaveLength(4);
  expect(told.length).toBeGreaterThan(1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
  expect(await modelPack(settings, TINY_PACK)).toMatchObject({ ready: true, missing: [] });
  expect(await getModelPack(settings, TINY_PACK, {}, { from: 'http://127.0.0.1:1/' })).toEqual([]);
  if (process.platform !== 'win32')
    for (const folder of ['', 'models', 'models/weights'])
      expect((await stat(path.join(settings.home, folder))).mode & 0o777, folder).toBe(0o700);

  const { modelsDir, pack } = settings;
  const ownFolders = ownNetworkFolders(settings);
  const pipeline = await openPrepared({ modelsDir, packId: pack, threads: 1, ownFolders });
  onTestFinished(() => pipeline.close());
  expect(await pipeline.embed([new Uint8Array(112 * 112 * 3)])).toHaveLength(1);

  // A newer version prepares networks in another way: from the weights that are here.
  for (const name of await weightsIn(settings.home))
    if (!(name in TINY_FILES)) await rm(path.join(settings.home, 'models', 'weights', name));
  const again = await openPrepared({ modelsDir, packId: pack, threads: 1, ownFolders });
  onTestFinished(() => again.close());
  expect(await again.embed([new Uint8Array(112 * 112 * 3)])).toHaveLength(1);
});

it.each([
  ['another file', (bytes: Uint8Array) => bytes.map((b, i) => (i === 9 ? b ^ 1 : b)), /has sha256/],
  ['half of it', (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2), /aborted|closed|reset/],
])('leaves nothing of a download that brings %s, and starts anew the next time', async (_, spoilt, message) => {
  const settings = await workplace();
  const weights = path.join(settings.home, 'models', 'weights');
  let broken = true;
  const from = await serve((request, response) => {
    const bytes = TINY_FILES[path.basename(request.url ?? '')];
    if (!bytes || !broken) return tinyFiles(request, response);
    response.writeHead(200, { 'content-length': bytes.length });
    const sent = spoilt(bytes);
    response.write(sent, () => (sent.length < bytes.length ? response.destroy() : response.end()));
  });
  await expect(getModelPack(settings, TINY_PACK, {}, { from })).rejects.toMatchObject({
    code: 'missing_model',
    message: expect.stringMatching(message) as unknown,
    hint: expect.stringContaining(weights) as unknown,
  });
  expect(await weightsIn(settings.home)).toEqual([]);
  broken = false;
  // What a process left that was killed long ago goes; what another one is writing now stays.
  await mkdir(weights, { recursive: true });
  await writeFile(path.join(weights, 'det_10g.onnx.1.part'), 'dead');
  await utimes(path.join(weights, 'det_10g.onnx.1.part'), new Date(0), new Date(0));
  await writeFile(path.join(weights, 'det_10g.onnx.2.part'), 'alive');
  await getModelPack(settings, TINY_PACK, {}, { from });
  expect((await weightsIn(settings.home)).filter((name) => name.endsWith('.part'))).toEqual(['det_10g.onnx.2.part']);
  expect(await modelPack(settings, TINY_PACK)).toMatchObject({ ready: true });
});

it('stops when asked to, and refuses what is no pack and no URL', async () => {
  const settings = await workplace();
  const stop = new AbortController();
  const from = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('x');
    stop.abort();
  });
  await expect(getModelPack(settings, TINY_PACK, { signal: stop.signal }, { from })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(await weightsIn(settings.home)).toEqual([]);
  await expect(getModelPack(settings, TINY_PACK, {}, { from: 'file:///etc' })).rejects.toMatchObject({
    code: 'bad_argument',
  });
  await expect(getModelPack(settings, 'none', {}, { from })).rejects.toMatchObject({ code: 'missing_model' });
});
