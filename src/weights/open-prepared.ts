/** A pack's pipeline, its networks prepared before if they are not yet. */
import path from 'node:path';
import type { ExecutionProvider } from '../domain/machine/execution-providers.js';
import { asRollcallError } from '../domain/errors/errors.js';
import { networkFolders, packNetworks } from '../vision/packs/networks.js';
import { openPipeline } from '../vision/open-pipeline.js';
import { loadPack } from '../vision/packs/pack.js';
import type { FacePipeline } from '../vision/pipeline.js';
import { ensurePrepared } from './ensure-prepared.js';

export interface PreparedSettings {
  modelsDir: string;
  packId: string;
  threads: number;
  executionProvider?: ExecutionProvider;
  /** Folders of the user's: the first gets prepared networks when the models folder can't be written. */
  ownFolders?: readonly string[];
}

/** Hears of what happens once. */
export interface PreparationLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * Opens a pack's pipeline. Networks that can't be prepared are logged, and show at the first request that needs one:
 * a library can be read without any.
 * @throws RollcallError missing_model when there is no such pack; `cancelled`
 */
export async function openPrepared(
  { modelsDir, packId, threads, executionProvider = 'cpu', ownFolders = [] }: PreparedSettings,
  logger?: PreparationLogger,
  signal?: AbortSignal,
): Promise<FacePipeline> {
  const networkDirs = networkFolders(modelsDir, ownFolders);
  const networks = packNetworks(await loadPack(modelsDir, packId));
  try {
    for (const file of await ensurePrepared(modelsDir, networkDirs, networks, signal))
      logger?.info({ file: path.basename(file) }, 'network prepared, once');
  } catch (error) {
    if (signal?.aborted) throw error;
    logger?.warn({ code: asRollcallError(error).code, err: error }, 'could not prepare the networks of the pack');
  }
  const pipeline = await openPipeline({ modelsDir, networkDirs, packId, threads, executionProvider });
  if (executionProvider !== 'cpu')
    pipeline.runsOn().then(
      ({ provider, refused }) => {
        for (const { provider: no, why } of refused) logger?.warn({ provider: no, why }, 'cannot run the networks');
        logger?.info({ provider }, 'what the networks run on');
      },
      () => undefined, // whoever asks for something is told
    );
  return pipeline;
}
