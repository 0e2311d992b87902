/** What runs the networks where something else than the CPU is wanted. */
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { packageInfo } from '../../src/config/package-info.js';
import { leastAgreement, type Model, openModels } from '../../src/vision/inference/choose-provider.js';
import { networkFolders, packNetworks, readNetwork } from '../../src/vision/packs/networks.js';
import { loadPack } from '../../src/vision/packs/pack.js';
import { openSession, type Session } from '../../src/vision/inference/sessions.js';
import { ensurePrepared } from '../../src/weights/ensure-prepared.js';

/** As onnxruntime tells them on Linux. */
const LINUX = [
  { name: 'cpu', bundled: true },
  { name: 'webgpu', bundled: true },
  { name: 'cuda', bundled: false },
];
const MODELS_DIR = path.join(packageInfo().root, 'models');

let models: Model[];
beforeAll(async () => {
  const networks = packNetworks(await loadPack(MODELS_DIR, 'open'));
  const folders = networkFolders(MODELS_DIR, []);
  await ensurePrepared(MODELS_DIR, folders, networks);
  models = await Promise.all(
    networks.map(async (n) => ({ role: n.role, bytes: await readNetwork(MODELS_DIR, folders, n) })),
  );
});

test('the CPU is not compared with anything', async () => {
  const { sessions, runsOn } = await openModels(models, 1, 'cpu', LINUX);
  expect(runsOn).toEqual({ provider: 'cpu', refused: [] });
  expect(sessions).toHaveLength(3);
});

test('one that this build does not have is refused by name, and the CPU answers', async () => {
  const { sessions, runsOn } = await openModels(models, 1, 'directml', LINUX);
  expect(runsOn).toEqual({
    provider: 'cpu',
    refused: [{ provider: 'directml', why: 'this build of onnxruntime does not have it' }],
  });
  expect(await leastAgreement(models, sessions, 1)).toBeGreaterThan(0.99999);
});

test('auto takes what works and agrees; whatever it takes, the answers are those of the CPU', async () => {
  const { sessions, runsOn } = await openModels(models, 1, 'auto');
  if (runsOn.provider === 'cpu') expect(runsOn.refused.every(({ why }) => why.length > 10)).toBe(true);
  expect(await leastAgreement(models, sessions, 1)).toBeGreaterThan(0.999);
});

test('a provider whose answers differ is told from one that rounds', async () => {
  const real = await Promise.all(models.map(({ bytes }) => openSession(bytes, 1)));
  const changed = (change: (x: number, i: number) => number): Session[] =>
    real.map((session) => ({
      ...session,
      async run(data, dims) {
        const outputs = await session.run(data, dims);
        return Object.fromEntries(
          Object.entries(outputs).map(([name, o]) => [name, { ...o, data: o.data.map(change) }]),
        );
      },
    }));
  expect(
    await leastAgreement(
      models,
      changed((x, i) => x * (1 + 0.001 * Math.sin(i))),
      1,
    ),
  ).toBeGreaterThan(0.9999);
  // As a driver that leaves out a channel, or mixes them up.
  expect(
    await leastAgreement(
      models,
      changed((x, i) => (i % 8 === 0 ? 0 : x)),
      1,
    ),
  ).toBeLessThan(0.99);
  expect(
    await leastAgreement(
      models,
      changed((x, i) => (i % 2 ? x : -x)),
      1,
    ),
  ).toBeLessThan(0.5);
});
