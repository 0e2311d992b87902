/** The inference worker: loads a pack's networks once and answers requests, urgent ones first, else in order. */
import { setImmediate as breathe } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData, type TransferListItem } from 'node:worker_threads';
import type { VectorSet } from '../../domain/grouping/scored-pairs.js';
import { asRollcallError } from '../../domain/errors/errors.js';
import { NICENESS } from '../../domain/machine/niceness.js';
import { embedCrops } from '../inference/embedder.js';
import { type LoadedPack, loadNetworks } from './load-networks.js';
import { movable, type Request, type Response, type WorkerSettings } from './worker-messages.js';
import { NEAREST_ROWS, readComparing, SIMILAR_PAIRS } from '../packs/networks.js';
import { createNearestFinder, createPairScorer, type PairScorer } from '../inference/similar-pairs.js';
import { lowerPriority } from './thread-priority.js';

type Work = Exclude<Request, { kind: 'close' }>;

if (!parentPort) throw new Error('vision/workers/worker runs as a worker thread only');
lowerPriority(NICENESS.inference);
// What the thread is started with comes from openPipeline of the same version.
serve(parentPort, workerData as WorkerSettings);

/**
 * Serves what comes in, urgent first; closes the port, and so ends the thread, only between two runs: ending it inside
 * native code takes the process down.
 */
function serve(port: MessagePort, settings: WorkerSettings): void {
  const answer = answerer(settings);
  const waiting: { urgent: Work[]; patient: Work[] } = { urgent: [], patient: [] };
  let working = false,
    closing = false;
  const work = async (): Promise<void> => {
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
      port.postMessage(response, transferables(response));
    }
    working = false;
    if (!closing) return;
    await answer.loaded.catch(() => undefined);
    port.close();
  };
  const ready = (): void => port.postMessage({ id: -1, kind: 'ready' } satisfies Response);
  // One that could not load says so to whoever asks it, and is never the first to be free.
  answer.loaded.then(ready, () => undefined);
  port.on('message', (request: Request) => {
    if (request.kind === 'close') closing = true;
    else waiting[request.urgent ? 'urgent' : 'patient'].push(request);
    if (!working) void work();
  });
}

/** Answers requests by networks that are loaded once: a pack's at once, the comparer of pairs when first needed. */
function answerer(settings: WorkerSettings): ((request: Work) => Promise<Response>) & { loaded: Promise<LoadedPack> } {
  const loaded = loadNetworks(settings);
  // A failed load is reported to every request; nobody else waits for it.
  loaded.catch(() => undefined);
  let scorer: Promise<PairScorer> | undefined;
  const scorerFor = (set: VectorSet): Promise<PairScorer> =>
    (scorer ??= readComparing(settings.networkDirs, SIMILAR_PAIRS).then((model) =>
      createPairScorer(model, set.vectors.length / set.excess.length, settings.threads),
    ));
  let finder: ReturnType<typeof createNearestFinder> | undefined;
  const findNearest = () =>
    (finder ??= readComparing(settings.networkDirs, NEAREST_ROWS).then((model) =>
      createNearestFinder(model, settings.threads),
    ));
  const answer = async (request: Work): Promise<Response> => {
    const { id } = request;
    if (request.kind === 'pairs') {
      const { a, b, threshold } = request;
      return { id, kind: 'paired', pairs: await (await scorerFor(a)).similar(a, b, threshold) };
    }
    if (request.kind === 'nearest') {
      const { a, b, k, into } = request;
      return { id, kind: 'nearest', rows: await (await findNearest())(a, b, k, into) };
    }
    if (request.kind === 'scores')
      return { id, kind: 'scored', scores: await (await scorerFor(request.set)).all(request.set) };
    const { pack, detector, networks, runsOn } = await loaded;
    if (request.kind === 'what-runs') return { id, kind: 'runs-on', runsOn };
    if (request.kind === 'embed') {
      const embeddings = await embedCrops(networks, request.crops, pack.flip && request.mirror);
      return { id, kind: 'embedded', embeddings };
    }
    const { picture, options } = request;
    return { id, kind: 'detected', faces: await detector.detect(picture, options) };
  };
  return Object.assign(answer, { loaded });
}

/** Buffers that move back to the main thread instead of being copied. */
function transferables(response: Response): TransferListItem[] {
  switch (response.kind) {
    case 'detected':
      return movable(...response.faces.flatMap((f) => f.crop ?? f.profile?.crop ?? []));
    case 'paired':
      return movable(response.pairs.i, response.pairs.j, response.pairs.score);
    case 'nearest':
      return movable(response.rows.at, response.rows.score);
    case 'scored':
      return movable(response.scores);
    case 'embedded':
      return movable(...response.embeddings.map((e) => e.vector));
    default:
      return [];
  }
}
