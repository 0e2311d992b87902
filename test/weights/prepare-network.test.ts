/** Preparation gives the same bytes everywhere: what manifests and vision/networks record of it. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { packageInfo } from '../../src/config/package-info.js';
import { NEAREST_ROWS, preparedFile, SIMILAR_PAIRS } from '../../src/vision/packs/networks.js';
import { readWeights, sha256Of } from '../../src/vision/packs/pack.js';
import { networksToObtain, obtainWeights } from '../../src/weights/obtain-weights.js';
import { prepareNetwork } from '../../src/weights/prepare-network.js';
import { nearestGraph, similarityGraph } from '../../src/weights/similarity-graph.js';

const models = path.join(packageInfo().root, 'models');
const networks = await networksToObtain(models, []);

it.each(networks.map((source) => [preparedFile(source).name, source] as const))(
  '%s is what its manifest says',
  async (_, source) => {
    await obtainWeights(models, source.weights);
    const made = sha256Of(prepareNetwork(source.role, await readWeights(models, source.weights)));
    expect(preparedFile(source).sha256).toBe(made);
  },
  60_000,
);

it('the network that compares vectors is what the runtime expects', () => {
  expect(sha256Of(similarityGraph())).toBe(SIMILAR_PAIRS.sha256);
  expect(sha256Of(nearestGraph())).toBe(NEAREST_ROWS.sha256);
});
