/** A models folder as a user makes one: a pack's manifest, and weights put into place by hand. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageInfo } from '../../../src/config/package-info.js';
import { packNetworks, type NetworkSource } from '../../../src/vision/packs/networks.js';
import { loadPack, sha256Of, type Pack } from '../../../src/vision/packs/pack.js';
import { sfaceGraph, yunetGraph } from './tiny-graphs.js';

export const HAND_PACK = 'yunet-sface';

/** Small networks with the signatures of the pack's own. */
export const HAND_WEIGHTS = {
  detector: yunetGraph({ stride: 8, box: [0, 0, 0, 0], points: Array<number>(10).fill(0) }),
  embedder: sfaceGraph(),
};

/** Makes the folder. @returns the networks of the pack, detector and embedder */
export async function placeByHand(models: string): Promise<[NetworkSource, NetworkSource]> {
  const pack = await loadPack(path.join(packageInfo().root, 'models'), HAND_PACK);
  const [first] = pack.embedders;
  if (first === undefined) throw new Error('a pack without embedder');
  const changed: Pack = {
    ...pack,
    detector: { ...pack.detector, weights: { ...pack.detector.weights, sha256: sha256Of(HAND_WEIGHTS.detector) } },
    embedders: [{ ...first, weights: { ...first.weights, sha256: sha256Of(HAND_WEIGHTS.embedder) } }],
  };
  for (const inside of ['packs', 'weights']) await mkdir(path.join(models, inside), { recursive: true });
  await writeFile(path.join(models, 'packs', `${HAND_PACK}.json`), JSON.stringify(changed));
  const [detector, embedder] = packNetworks(changed);
  if (detector === undefined || embedder === undefined) throw new Error('a pack without two networks');
  for (const { role, weights } of [detector, embedder])
    await writeFile(path.join(models, 'weights', weights.file), HAND_WEIGHTS[role]);
  return [detector, embedder];
}
