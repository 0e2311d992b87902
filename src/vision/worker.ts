/** The inference worker: loads a pack's networks once and answers requests in order. */
import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';
import { asRollcallError } from '../domain/errors.js';
import { createDetector, type Detector } from './detector.js';
import { embedCrops, type Network } from './embedder.js';
import type { Request, Response, WorkerSettings } from './messages.js';
import { BATCH_AXIS, freeInputShape } from './onnx-edit.js';
import { loadPack, readMatrix, readWeights, type Pack } from './pack.js';
import { splitPrelu } from './prelu-split.js';
import { openSession } from './sessions.js';

interface Loaded { pack: Pack; detector: Detector; networks: Network[] }

const port = parentPort;
if (!port) throw new Error('vision/worker runs as a worker thread only');
const settings = workerData as WorkerSettings;
const loaded = load();
// A failed load is reported to every request; nobody else waits for it.
loaded.catch(() => undefined);

let turn: Promise<void> = Promise.resolve();
port.on('message', (request: Request) => {
  // After what was asked before: ending a thread inside native code takes the process down.
  if (request.kind === 'close') return void turn.then(() => loaded.catch(() => undefined)).then(() => port.close());
  turn = turn.then(async () => {
    const response = await answer(request).catch((error: unknown): Response => {
      const { code, message, hint } = asRollcallError(error);
      return { id: request.id, kind: 'failed', error: { code, message, hint } };
    });
    port.postMessage(response, transferables(response));
  });
});

async function load(): Promise<Loaded> {
  const pack = await loadPack(settings.modelsDir, settings.packId);
  const detectorModel = freeInputShape(await readWeights(settings.modelsDir, pack.detector.weights));
  const detector = createDetector(pack, await openSession(detectorModel, settings.threads));
  const networks: Network[] = [];
  for (const manifest of pack.embedders) {
    networks.push({
      manifest,
      session: await openSession(splitPrelu(freeInputShape(await readWeights(settings.modelsDir, manifest.weights), BATCH_AXIS)), settings.threads),
      projection: manifest.projection ? await readMatrix(settings.modelsDir, manifest.projection) : null,
    });
  }
  return { pack, detector, networks };
}

async function answer(request: Exclude<Request, { kind: 'close' }>): Promise<Response> {
  const { pack, detector, networks } = await loaded;
  if (request.kind === 'embed') {
    return { id: request.id, kind: 'embedded', embeddings: await embedCrops(pack, networks, request.crops) };
  }
  const { width, height, data, options } = request;
  return { id: request.id, kind: 'detected', faces: await detector.detect({ width, height, data }, options), data };
}

/** Buffers that move back to the main thread instead of being copied. */
function transferables(response: Response): TransferListItem[] {
  if (response.kind === 'detected') {
    const crops = response.faces.flatMap((f) => (f.crop ? [f.crop.buffer as ArrayBuffer] : []));
    return [response.data.buffer as ArrayBuffer, ...crops];
  }
  return response.kind === 'embedded' ? response.embeddings.map((e) => e.vector.buffer as ArrayBuffer) : [];
}
