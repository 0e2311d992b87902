/** A pack's networks, as sessions. */
import type { RunsOn } from '../../domain/machine/execution-providers.js';
import { type Model, openModels } from '../inference/choose-provider.js';
import { createDetector, type Detector } from '../inference/detector.js';
import type { Network } from '../inference/embedder.js';
import type { WorkerSettings } from './worker-messages.js';
import { packNetworks, readNetwork } from '../packs/networks.js';
import { loadPack, readMatrix, type Pack } from '../packs/pack.js';
import type { Session } from '../inference/sessions.js';

/** A pack whose networks are open. */
export interface LoadedPack {
  pack: Pack;
  detector: Detector;
  networks: Network[];
  runsOn: RunsOn;
}

/** Puts something between a network and its caller; `of` is `detector` or the embedder's id. */
export type WrapSession = (session: Session, of: string) => Session;

/**
 * Opens all networks of a pack on the calling thread, which their runs will block.
 * @throws RollcallError missing_model when the pack or its weights are missing or damaged
 */
export async function loadNetworks(
  settings: WorkerSettings,
  wrap: WrapSession = (session) => session,
): Promise<LoadedPack> {
  const { modelsDir, networkDirs, packId, threads, executionProvider = 'cpu' } = settings;
  const pack = await loadPack(modelsDir, packId);
  const models: Model[] = [];
  // In order: of several that are missing the first is told.
  for (const network of packNetworks(pack))
    models.push({ role: network.role, bytes: await readNetwork(modelsDir, networkDirs, network) });
  const { sessions, runsOn } = await openModels(models, threads, executionProvider);
  const [first, ...others] = sessions;
  if (!first || others.length !== pack.embedders.length) throw new Error('a network of the pack was not opened');
  const networks: Network[] = [];
  for (const [i, session] of others.entries()) {
    const manifest = pack.embedders[i];
    if (!manifest) continue;
    networks.push({
      manifest,
      session: wrap(session, manifest.id),
      projection: manifest.projection ? await readMatrix(modelsDir, manifest.projection) : null,
    });
  }
  return { pack, detector: createDetector(pack, wrap(first, 'detector')), networks, runsOn };
}
