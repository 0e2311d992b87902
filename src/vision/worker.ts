/** The inference worker: loads a pack's networks once and answers requests, urgent ones first, else in order. */
import { setImmediate as breathe } from 'node:timers/promises';
import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';
import type { VectorSet } from '../domain/people/scored-pairs.js';
import { asRollcallError } from '../domain/errors.js';
import { embedCrops } from './embedder.js';
import { loadNetworks } from './load-networks.js';
import type { Request, Response, WorkerSettings } from './messages.js';
import { readSimilarPairs } from './networks.js';
import { createPairScorer, type PairScorer } from './similar-pairs.js';

const port = parentPort;
if (!port) throw new Error('vision/worker runs as a worker thread only');
const settings = workerData as WorkerSettings;
const loaded = loadNetworks(settings);
// A failed load is reported to every request; nobody else waits for it.
loaded.catch(() => undefined);

let scorer: Promise<PairScorer> | undefined;
type Work = Exclude<Request, { kind: 'close' }>;
const waiting: { urgent: Work[]; patient: Work[] } = { urgent: [], patient: [] };
let working = false,
  closing = false;

port.on('message', (request: Request) => {
  if (request.kind === 'close') closing = true;
  else waiting[request.urgent ? 'urgent' : 'patient'].push(request);
  if (!working) void work();
});

/**
 * Serves what waits, urgent first; closes the port, and so ends the thread, only between two runs: ending it inside
 * native code takes the process down.
 */
async function work(): Promise<void> {
  working = true;
  for (;;) {
    // Messages that came while a network ran are taken in now, so that an urgent one overtakes.
    await breathe();
    const request = waiting.urgent.shift() ?? (closing ? undefined : waiting.patient.shift());
    if (!request) break;
    const response = await answer(request).catch((error: unknown): Response => {
      const { code, message, hint } = asRollcallError(error);
      return { id: request.id, kind: 'failed', error: { code, message, hint } };
    });
    port?.postMessage(response, transferables(response));
  }
  working = false;
  if (!closing) return;
  await loaded.catch(() => undefined);
  port?.close();
}

async function answer(request: Work): Promise<Response> {
  if (request.kind === 'pairs')
    return {
      id: request.id,
      kind: 'paired',
      pairs: await (await scorerFor(request.a)).similar(request.a, request.b, request.threshold),
    };
  if (request.kind === 'scores')
    return { id: request.id, kind: 'scored', scores: await (await scorerFor(request.set)).all(request.set) };
  const { pack, detector, networks } = await loaded;
  if (request.kind === 'embed') {
    return {
      id: request.id,
      kind: 'embedded',
      embeddings: await embedCrops(networks, request.crops, pack.flip && request.mirror),
    };
  }
  const { width, height, data, options } = request;
  return { id: request.id, kind: 'detected', faces: await detector.detect({ width, height, data }, options), data };
}

function scorerFor(set: VectorSet): Promise<PairScorer> {
  return (scorer ??= readSimilarPairs(settings.networkDirs).then((model) =>
    createPairScorer(model, set.vectors.length / set.excess.length, settings.threads),
  ));
}

/** Buffers that move back to the main thread instead of being copied. */
function transferables(response: Response): TransferListItem[] {
  if (response.kind === 'detected') {
    const crops = response.faces.flatMap((f) => (f.crop ? [f.crop.buffer as ArrayBuffer] : []));
    return [response.data.buffer as ArrayBuffer, ...crops];
  }
  if (response.kind === 'paired')
    return [
      response.pairs.i.buffer as ArrayBuffer,
      response.pairs.j.buffer as ArrayBuffer,
      response.pairs.score.buffer as ArrayBuffer,
    ];
  if (response.kind === 'scored') return [response.scores.buffer as ArrayBuffer];
  return response.kind === 'embedded' ? response.embeddings.map((e) => e.vector.buffer as ArrayBuffer) : [];
}
