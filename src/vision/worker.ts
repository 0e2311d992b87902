/** The inference worker: loads a pack's networks once and answers requests in order. */
import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';
import { asRollcallError } from '../domain/errors.js';
import { embedCrops } from './embedder.js';
import { loadNetworks } from './load-networks.js';
import type { Request, Response, WorkerSettings } from './messages.js';

const port = parentPort;
if (!port) throw new Error('vision/worker runs as a worker thread only');
const settings = workerData as WorkerSettings;
const loaded = loadNetworks(settings);
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
