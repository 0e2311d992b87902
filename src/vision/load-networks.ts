/** A pack's networks, as sessions. */
import { createDetector, type Detector } from './detector.js';
import type { Network } from './embedder.js';
import type { WorkerSettings } from './messages.js';
import { readNetwork, type NetworkSource } from './networks.js';
import { loadPack, readMatrix, type Pack } from './pack.js';
import { openSession, type Session } from './sessions.js';

/** A pack whose networks are open. */
export interface LoadedPack {
  pack: Pack;
  detector: Detector;
  networks: Network[];
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
  const { modelsDir, networkDirs, packId, threads } = settings;
  const pack = await loadPack(modelsDir, packId);
  const open = async (source: NetworkSource) => openSession(await readNetwork(modelsDir, networkDirs, source), threads);
  const { weights } = pack.detector;
  const detector = createDetector(pack, wrap(await open({ role: 'detector', weights }), 'detector'));
  const networks: Network[] = [];
  for (const manifest of pack.embedders) {
    networks.push({
      manifest,
      session: wrap(await open({ role: 'embedder', weights: manifest.weights }), manifest.id),
      projection: manifest.projection ? await readMatrix(modelsDir, manifest.projection) : null,
    });
  }
  return { pack, detector, networks };
}
