/** Networks are prepared once: by `npm run weights`, or here for weights that a user put into place by hand. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cancelled, RollcallError } from '../domain/errors/errors.js';
import { saidBy } from '../domain/errors/thrown.js';
import {
  COMPARING,
  hashFile,
  isPrepared,
  NEAREST_ROWS,
  preparedFile,
  type NetworkSource,
  type PreparedFile,
} from '../vision/packs/networks.js';
import { readWeights, sha256Of, weightsFolder } from '../vision/packs/pack.js';

/**
 * Prepares networks that are in none of the folders yet, and those that compare vectors. What has no weights to be
 * prepared from is left out: reading it says how to get them. Where all is prepared, which is a few looks at the disk,
 * nothing else is loaded.
 *
 * @param modelsDir its `weights` folder holds the weights; so may the folders
 * @param folders where prepared networks are looked for (see networkFolders); the first that can be written gets them
 * @returns paths of what was made
 * @throws RollcallError `missing_model` when weights are damaged or no folder can be written; `cancelled`
 */
export async function ensurePrepared(
  modelsDir: string,
  folders: readonly string[],
  networks: readonly NetworkSource[],
  signal?: AbortSignal,
): Promise<string[]> {
  const made: string[] = [];
  for (const source of networks) {
    if (signal?.aborted) throw cancelled(signal.reason);
    if (await isPrepared(folders, preparedFile(source))) continue;
    if ((await weightsFolder([path.join(modelsDir, 'weights'), ...folders], source.weights)) !== null)
      made.push(await makePrepared(modelsDir, folders, source));
  }
  for (const file of COMPARING) if (!(await isPrepared(folders, file))) made.push(await makeComparing(folders, file));
  return made;
}

/**
 * Prepares a network from its weights, whether or not it is there already.
 * @returns path of the prepared network
 * @throws RollcallError `missing_model` when the weights are missing or damaged or no folder can be written
 */
export async function makePrepared(
  modelsDir: string,
  folders: readonly string[],
  source: NetworkSource,
): Promise<string> {
  const weights = await readWeights(modelsDir, source.weights, folders);
  const { prepareNetwork } = await import('./prepare-network.js');
  return writeToFirst(folders, preparedFile(source), prepareNetwork(source.role, weights));
}

/** Makes a network that compares vectors. @throws RollcallError `missing_model` when no folder can be written */
async function makeComparing(folders: readonly string[], file: PreparedFile): Promise<string> {
  const { nearestGraph, similarityGraph } = await import('./similarity-graph.js');
  return writeToFirst(folders, file, file === NEAREST_ROWS ? nearestGraph() : similarityGraph());
}

async function writeToFirst(folders: readonly string[], file: PreparedFile, network: Uint8Array): Promise<string> {
  const sha256 = sha256Of(network);
  if (file.sha256 !== undefined && sha256 !== file.sha256)
    throw new RollcallError(
      'internal',
      `${file.name} was prepared with sha256 ${sha256}, not ${file.sha256}.`,
      'The manifest of the pack is not of this version: install the package again.',
    );
  const failures: unknown[] = [];
  for (const folder of folders) {
    const target = path.join(folder, file.name);
    try {
      // Closed to others, as the home is, which this may be the first to make.
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // The hash first: a network without one counts as not there.
      if (file.sha256 === undefined)
        await writeWhole(path.join(folder, hashFile(file.name)), `${sha256}  ${file.name}\n`);
      await writeWhole(target, network);
      return target;
    } catch (error) {
      failures.push(error);
    }
  }
  throw new RollcallError(
    'missing_model',
    `The network ${file.name} is prepared once, but can be written into none of ${folders.join(', ')}: ${failures.map((error) => saidBy(error)).join('; ')}.`,
    'Make one of these folders writable.',
    { cause: failures[0] },
  );
}

/** Appears under its name when it is complete and on the disk. Others may be writing the same at the same time. */
async function writeWhole(target: string, content: Uint8Array | string): Promise<void> {
  const partial = `${target}.${randomUUID()}.part`;
  try {
    const file = await open(partial, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}
