/** Networks as they are run: prepared once from a pack's weights (src/weights), found by name, checked by hash. */
import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { RollcallError } from '../../domain/errors/errors.js';
import { readWeights, sha256Of, type Pack, type Weights } from './pack.js';

/** What a pack uses a network for. */
export type NetworkRole = 'detector' | 'embedder';

/** Weights with what they are for, which says how they are prepared. */
export interface NetworkSource {
  role: NetworkRole;
  weights: Weights;
}

/** What src/weights/prepare-network does to weights, by name; with another number once it does something else. */
export const PREPARATION = { detector: 'detector-1', embedder: 'embedder-1' } as const satisfies Record<
  NetworkRole,
  string
>;

/** A prepared network's file; its hash where it is known beforehand, else it stands in a file beside it. */
export interface PreparedFile {
  name: string;
  sha256: string | undefined;
}

/** The networks that compare sets of vectors (see similar-pairs); they belong to no pack. */
export const SIMILAR_PAIRS: PreparedFile = {
  name: 'similar-pairs.2.onnx',
  sha256: 'ad9bd85d3d0227229125846aad8c97e47fd15350c3bd6fdb00c1c962f2ff5507',
};
export const NEAREST_ROWS: PreparedFile = {
  name: 'nearest-rows.1.onnx',
  sha256: '51882993b87bee15e24cc4adecaefc8f76e6f49ccd6488bf7b79c7880f71d9f6',
};

export const COMPARING = [SIMILAR_PAIRS, NEAREST_ROWS] as const;

/** All networks of a pack, the detector first. */
export function packNetworks({ detector, embedders }: Pack): NetworkSource[] {
  return [
    { role: 'detector', weights: detector.weights },
    ...embedders.map(({ weights }): NetworkSource => ({ role: 'embedder', weights })),
  ];
}

/** The file a network is prepared as. Its name says from which weights and how, so that a stale one is never used. */
export function preparedFile({ role, weights }: NetworkSource): PreparedFile {
  const { file, sha256, prepared } = weights;
  const how = PREPARATION[role];
  return {
    name: `${path.parse(file).name}.${sha256.slice(0, 16)}.${how}.onnx`,
    // A manifest that a user copied from an older version records what that version made.
    sha256: prepared?.by === how ? prepared.sha256 : undefined,
  };
}

/** Where a pack's prepared networks are looked for, in order: beside its weights, then in folders that are ours. */
export function networkFolders(modelsDir: string, own: readonly string[] = []): string[] {
  return [path.join(modelsDir, 'weights'), ...own];
}

/** Name of the file that holds a prepared network's hash, in the form of `sha256sum`. */
export function hashFile(name: string): string {
  return `${name}.sha256`;
}

/** Whether a prepared network that may be read lies in one of the folders. Its content is checked when it is read. */
export async function isPrepared(folders: readonly string[], { name, sha256 }: PreparedFile): Promise<boolean> {
  for (const folder of folders) {
    const files = sha256 === undefined ? [name, hashFile(name)] : [name];
    if ((await Promise.all(files.map((file) => exists(path.join(folder, file))))).every(Boolean)) return true;
  }
  return false;
}

/**
 * Reads a prepared network out of the first folder that has it whole.
 * @returns its bytes; null when no folder has it
 * @throws RollcallError missing_model when it is damaged wherever it lies
 */
export async function readPrepared(
  folders: readonly string[],
  { name, sha256 }: PreparedFile,
): Promise<Uint8Array | null> {
  const damaged: string[] = [];
  for (const folder of folders) {
    const file = path.join(folder, name);
    const bytes = await readFile(file).catch(() => null);
    const expected = sha256 ?? (await readFile(path.join(folder, hashFile(name)), 'utf8').catch(() => '')).slice(0, 64);
    // Without its hash it is as good as not there: it is prepared anew.
    if (bytes === null || expected === '') continue;
    if (sha256Of(bytes) === expected) return bytes;
    damaged.push(file);
  }
  if (damaged.length === 0) return null;
  throw new RollcallError(
    'missing_model',
    `The prepared network ${damaged.join(' and ')} is damaged.`,
    'Delete it and start again: it is prepared anew where its weights are there; otherwise install the package again.',
  );
}

/**
 * Reads a network of a pack.
 * @throws RollcallError missing_model when it or its weights are missing or damaged
 */
export async function readNetwork(
  modelsDir: string,
  folders: readonly string[],
  source: NetworkSource,
): Promise<Uint8Array> {
  const prepared = await readPrepared(folders, preparedFile(source));
  if (prepared !== null) return prepared;
  // What is wrong with the weights comes first.
  await readWeights(modelsDir, source.weights, folders);
  throw unprepared(source.weights.file);
}

/** Reads a network that compares vectors. @throws RollcallError missing_model when it is missing or damaged */
export async function readComparing(folders: readonly string[], file: PreparedFile): Promise<Uint8Array> {
  const prepared = await readPrepared(folders, file);
  if (prepared === null) throw unprepared(file.name);
  return prepared;
}

function unprepared(file: string): RollcallError {
  return new RollcallError(
    'missing_model',
    `The model file ${file} is not prepared for use.`,
    "Run `rollcall-mcp doctor`: it prepares it, or says why it can't.",
  );
}

function exists(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
