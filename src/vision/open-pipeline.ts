/** Starts the inference worker and speaks to it. */
import { once } from 'node:events';
import { Worker, type TransferListItem } from 'node:worker_threads';
import type { VectorSet } from '../domain/people/scored-pairs.js';
import { cancelled, RollcallError, toErrorCode } from '../domain/errors.js';
import { packFingerprint } from './fingerprint.js';
import { buffersOfPicture, type Request, type Response, type WorkerSettings } from './messages.js';
import { loadPack, packDimensions, readMatrix, type Pack } from './pack.js';
import type { FacePipeline, FaceReader, PackInfo } from './pipeline.js';
import { refuseTelemetry } from './refuse-telemetry.js';

/** Whoever asks again has another one opened (services/open-once). */
const AGAIN = 'Call again: a new one is started. If it happens again, run `rollcall-mcp doctor`.';

type Unnumbered<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/**
 * Starts the inference worker for a pack. The manifest is read here; networks load in the worker, at once.
 * @throws RollcallError missing_model when the pack or its side files are missing; missing weights show at the first
 * request.
 */
export async function openPipeline(settings: WorkerSettings): Promise<FacePipeline> {
  const pack = await loadPack(settings.modelsDir, settings.packId);
  const info = await describePack(settings.modelsDir, pack);
  refuseTelemetry();
  const worker = startWorker(settings);
  const waiting = new Map<number, { resolve(r: Response): void; reject(e: Error): void }>();
  let next = 0;
  let ended: RollcallError | null = null;
  let exited = false;

  const end = (error: RollcallError) => {
    ended = error;
    for (const w of waiting.values()) w.reject(error);
    waiting.clear();
  };
  worker.on('message', (response: Response) => {
    const w = waiting.get(response.id);
    waiting.delete(response.id);
    if (response.kind === 'failed')
      w?.reject(new RollcallError(toErrorCode(response.error.code), response.error.message, response.error.hint));
    else w?.resolve(response);
  });
  worker.on('error', (cause) =>
    end(
      new RollcallError(
        'internal',
        `The inference worker failed: ${cause instanceof Error ? cause.message : String(cause)}`,
        AGAIN,
        { cause },
      ),
    ),
  );
  worker.on('exit', () => {
    exited = true;
    end(ended ?? new RollcallError('internal', 'The inference worker ended.', AGAIN));
  });
  worker.unref();

  const ask = (request: Unnumbered<Request>, transfer: TransferListItem[], signal?: AbortSignal): Promise<Response> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled(signal.reason));
      if (ended) return reject(ended);
      const id = next++;
      // Referenced only while something is asked, so that an idle pipeline never keeps a process alive.
      if (waiting.size === 0) worker.ref();
      const settle = () => {
        signal?.removeEventListener('abort', abort);
        if (waiting.size === 0) worker.unref();
      };
      const abort = () => {
        waiting.delete(id);
        settle();
        reject(cancelled(signal?.reason));
      };
      signal?.addEventListener('abort', abort, { once: true });
      waiting.set(id, {
        resolve: (r) => {
          settle();
          resolve(r);
        },
        reject: (e) => {
          settle();
          reject(e);
        },
      });
      worker.postMessage({ ...request, id }, transfer);
    });

  const reader = (urgent: boolean): FaceReader => ({
    async detect(picture, options, signal) {
      const r = await ask({ kind: 'detect', urgent, picture, options }, buffersOfPicture(picture), signal);
      if (r.kind !== 'detected') throw new Error('the worker answered something else');
      return { faces: r.faces, picture: r.picture };
    },
    async embed(crops, signal, { mirror = true } = {}) {
      if (crops.length === 0) return [];
      const r = await ask({ kind: 'embed', urgent, crops, mirror }, [], signal);
      if (r.kind !== 'embedded') throw new Error('the worker answered something else');
      return r.embeddings;
    },
  });
  return {
    pack: info,
    ...reader(false),
    urgent: reader(true),
    async similarPairs(a, b, threshold, signal) {
      if (a.excess.length === 0 || b.excess.length === 0)
        return { i: new Int32Array(0), j: new Int32Array(0), score: new Float32Array(0) };
      const r = await ask({ kind: 'pairs', a, b, threshold }, buffersOf(a, b), signal);
      if (r.kind !== 'paired') throw new Error('the worker answered something else');
      return r.pairs;
    },
    async scores(set, signal) {
      const r = await ask({ kind: 'scores', set }, buffersOf(set), signal);
      if (r.kind !== 'scored') throw new Error('the worker answered something else');
      return r.scores;
    },
    isLost: () => ended !== null && ended.code !== 'cancelled',
    async close() {
      end(cancelled());
      if (exited) return;
      worker.ref();
      worker.postMessage({ id: -1, kind: 'close' } satisfies Request);
      await once(worker, 'exit');
    },
  };
}

/** What the rest of the system needs to know of a pack. */
export async function describePack(modelsDir: string, pack: Pack): Promise<PackInfo> {
  let at = 0;
  const blocks = pack.embedders.map((e) => {
    const from = at;
    at += e.projection?.rows ?? e.dimensions;
    return { id: e.id, from, to: at, weight: e.weight };
  });
  return {
    id: pack.id,
    title: pack.title,
    licence: pack.licence,
    fingerprint: packFingerprint(pack),
    dimensions: packDimensions(pack),
    blocks,
    norms: pack.norms,
    calibration: pack.calibration,
    population: pack.population
      ? {
          centroids: await readMatrix(modelsDir, pack.population),
          rows: pack.population.rows,
          nearest: pack.population.nearest,
          floor: pack.population.floor,
        }
      : null,
  };
}

/** What moves to the worker with sets of vectors; one set may come twice. */
function buffersOf(...sets: readonly VectorSet[]): ArrayBuffer[] {
  return [...new Set(sets.flatMap((s) => [s.vectors.buffer as ArrayBuffer, s.excess.buffer as ArrayBuffer]))];
}

function startWorker(workerData: WorkerSettings): Worker {
  // From source (tests, scripts) the worker is TypeScript and needs tsx; built, it lies at dist/vision/worker.js.
  if (import.meta.url.endsWith('.ts')) {
    const entry = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
    return new Worker(`import('tsx/esm/api').then(({ register }) => { register(); return import(${entry}); })`, {
      workerData,
      eval: true,
    });
  }
  return new Worker(
    new URL(import.meta.url.includes('/vision/') ? './worker.js' : './vision/worker.js', import.meta.url),
    { workerData },
  );
}
