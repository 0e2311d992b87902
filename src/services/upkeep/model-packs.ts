/** Model packs: which there are, what they may be used for, and getting their weights. */
import path from 'node:path';
import type { Settings } from '../../config/settings.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { makePrivateFolder, openHome } from '../../store/files/private-folder.js';
import {
  isPrepared,
  networkFolders,
  packNetworks,
  preparedFile,
  type NetworkSource,
} from '../../vision/packs/networks.js';
import { loadPack, originOf, packDimensions, packIds, weightsFolder, type Pack } from '../../vision/packs/pack.js';
import type { ObtainOptions } from '../../weights/obtain-weights.js';
import type { WorkContext } from '../progress.js';
import { ownModelsDir, ownNetworkFolders } from '../resources.js';

export interface ModelPack {
  id: string;
  title: string;
  /** What it may be used for, in plain words. */
  licence: string;
  in_use: boolean;
  /** Whether all of its networks are here. */
  ready: boolean;
  /** Length of its vectors. */
  dimensions: number;
  /** What is still to be had, and from where. */
  missing: { file: string; licence: string; from: string }[];
}

type Where = Pick<Settings, 'home' | 'modelsDir' | 'pack'>;

/** All packs of the models folder, by id. @throws RollcallError missing_model for a manifest that is not valid */
export async function modelPacks(settings: Where): Promise<ModelPack[]> {
  const ids = await packIds(settings.modelsDir).catch(() => []);
  return Promise.all(ids.map(async (id) => describe(await loadPack(settings.modelsDir, id), settings)));
}

/** One of them. @throws RollcallError missing_model when there is none */
export async function modelPack(settings: Where, id: string): Promise<ModelPack> {
  return describe(await loadPack(settings.modelsDir, id), settings);
}

/**
 * Gets what a pack lacks into the user's own models folder, and prepares it. A file appears when it is complete and its
 * hash is right; what was interrupted starts anew.
 * @returns what was done, in words, a line each; none when everything was there
 * @throws RollcallError missing_model, bad_argument, cancelled
 */
export async function getModelPack(
  settings: Where,
  id: string,
  { onProgress, signal }: WorkContext,
  options: ObtainOptions = {},
): Promise<string[]> {
  const pack = await loadPack(settings.modelsDir, id);
  const lacking = await missingNetworks(pack, settings);
  if (lacking.length === 0) return [];
  const { obtainNetwork } = await import('../../weights/obtain-weights.js');
  await openHome(settings.home);
  await makePrivateFolder(path.join(ownModelsDir(settings), 'weights'));
  const done: string[] = [];
  for (const [i, network] of lacking.entries()) {
    const onBytes: ObtainOptions['onBytes'] = (file, bytes, of) =>
      onProgress?.({
        fraction: (i + (of === null ? 0 : bytes / of)) / lacking.length,
        stage: `${file}: ${megabytes(bytes)}${of === null ? '' : ` of ${megabytes(of)}`} MB`,
        eta_s: null,
      });
    done.push(...(await obtainNetwork(ownModelsDir(settings), network, { ...options, onBytes }, signal)));
  }
  const still = await missingNetworks(pack, settings);
  if (still.length > 0)
    throw new RollcallError('internal', `Pack ${id} still lacks networks.`, 'Run `rollcall-mcp doctor`.');
  return done;
}

async function describe(pack: Pack, settings: Where): Promise<ModelPack> {
  const missing = await missingNetworks(pack, settings);
  return {
    id: pack.id,
    title: pack.title,
    licence: pack.licence,
    in_use: pack.id === settings.pack,
    ready: missing.length === 0,
    dimensions: packDimensions(pack),
    missing: missing.map(({ weights }) => ({
      file: weights.file,
      licence: weights.licence,
      from: originOf(weights),
    })),
  };
}

/** Those that neither lie prepared anywhere nor can be prepared from weights that are here. */
async function missingNetworks(pack: Pack, settings: Where): Promise<NetworkSource[]> {
  const folders = networkFolders(settings.modelsDir, ownNetworkFolders(settings));
  const missing = [];
  for (const network of packNetworks(pack))
    if (!(await isPrepared(folders, preparedFile(network))) && (await weightsFolder(folders, network.weights)) === null)
      missing.push(network);
  return missing;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
