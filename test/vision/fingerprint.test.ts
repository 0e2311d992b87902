import path from 'node:path';
import { expect, it } from 'vitest';
import { packFingerprint } from '../../src/vision/packs/fingerprint.js';
import { loadPack, type Pack } from '../../src/vision/packs/pack.js';

const models = path.join(import.meta.dirname, '..', '..', 'models');
const thorough = await loadPack(models, 'thorough');
const [first = expect.unreachable(), ...others] = thorough.embedders;
const changed = (embedder: Partial<typeof first>): Pack => ({
  ...thorough,
  embedders: [{ ...first, ...embedder }, ...others],
});
const own = packFingerprint(thorough);

it('is short, and stays what it is without a change of what counts', () => {
  for (const hex of Object.values(own)) expect(hex).toMatch(/^[0-9a-f]{16}$/);
  const source = { kind: 'url', url: 'https://elsewhere.example/file' } as const;
  const same: Pack = {
    ...changed({ weights: { ...first.weights, file: 'renamed.onnx', source, prepared: undefined } }),
    title: 'Another',
    licence: '',
    norms: { least: 0, ample: 1 },
    calibration: { ...thorough.calibration, set: 'ours' },
  };
  expect(packFingerprint(same)).toEqual(own);
});

it.each([
  ['balanced', 'c86e36ac6a9ea28e', '82151bebded83b42'],
  ['buffalo_l', 'e5eeab1bb472b0ef', '14b65bc7525ebe22'],
  ['buffalo_s', 'ca52ce6c0005d0a5', 'd9e2fb2e2567f8d8'],
  ['fast', '6f5c70bd0724790e', 'daa057caef81084d'],
  ['single', 'fec48bcfe853d53f', '6b043e770fc08db4'],
  ['thorough', 'dfa16bf64409679e', '7a1bcd8430e38f3b'],
  ['yunet-sface', '57699bf9eb4b90c7', '44eb82b85372e8c9'],
])('of %s is what libraries out there were made with', async (id, vectors, scores) => {
  expect(packFingerprint(await loadPack(models, id))).toMatchObject({ vectors, scores });
});

it('lets the packs open and thorough share a library: they differ in how faces are found', async () => {
  const { vectors, population, scores } = packFingerprint(await loadPack(models, 'open'));
  expect({ vectors, population }).toEqual({ vectors: own.vectors, population: own.population });
  expect(scores).not.toBe(own.scores);
});

it.each<[string, Pack]>([
  ['weights', changed({ weights: { ...first.weights, sha256: '0'.repeat(64) } })],
  ['pre-processing', changed({ input: { ...first.input, order: 'bgr' } })],
  ['a share of the fusion', changed({ weight: 0.75 })],
  ['a projection', changed({ projection: undefined })],
  ['mirroring', { ...thorough, flip: false }],
  ['the order of networks', { ...thorough, embedders: [...others, first] }],
])('tells other vectors, and so other scores, by %s', (_, pack) => {
  expect(packFingerprint(pack).vectors).not.toBe(own.vectors);
  expect(packFingerprint(pack).scores).not.toBe(own.scores);
});

const population = thorough.population ?? expect.unreachable();
it.each<[string, Pack]>([
  ['a population', { ...thorough, population: { ...population, sha256: '0'.repeat(64) } }],
  ['its floor', { ...thorough, population: { ...population, floor: 0.2 } }],
  ['how many are nearest', { ...thorough, population: { ...population, nearest: 7 } }],
  ['none', { ...thorough, population: undefined }],
  [
    'a detector',
    {
      ...thorough,
      detector: { ...thorough.detector, weights: { ...thorough.detector.weights, sha256: '0'.repeat(64) } },
    },
  ],
])('tells other scores of the same vectors by %s', (_, pack) => {
  expect(packFingerprint(pack).vectors).toBe(own.vectors);
  expect(packFingerprint(pack).scores).not.toBe(own.scores);
});
