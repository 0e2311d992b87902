import { createDetector, type Detector } from './detector.js';
import type { Network } from './embedder.js';
import type { WorkerSettings } from './messages.js';
import { BATCH_AXIS, freeInputShape } from './onnx-edit.js';
import { loadPack, readMatrix, readWeights, type Pack } from './pack.js';
import { splitPrelu } from './prelu-split.js';
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
  const { modelsDir, packId, threads } = settings;
  const pack = await loadPack(modelsDir, packId);
  const detectorModel = freeInputShape(await readWeights(modelsDir, pack.detector.weights));
  const detector = createDetector(pack, wrap(await openSession(detectorModel, threads), 'detector'));
  const networks: Network[] = [];
  for (const manifest of pack.embedders) {
    const model = splitPrelu(freeInputShape(await readWeights(modelsDir, manifest.weights), BATCH_AXIS));
    networks.push({
      manifest,
      session: wrap(await openSession(model, threads), manifest.id),
      projection: manifest.projection ? await readMatrix(modelsDir, manifest.projection) : null,
    });
  }
  return { pack, detector, networks };
}
