/** A pack's pipeline over the inference workers. */
import { rowsOf, type VectorRows } from '../domain/grouping/scored-pairs.js';
import { packFingerprint } from './packs/fingerprint.js';
import { buffersOfPicture, movable, type WorkerSettings } from './workers/worker-messages.js';
import { loadPack, packDimensions, readMatrix, type Pack } from './packs/pack.js';
import type { FacePipeline, FaceReader, PackInfo } from './pipeline.js';
import { refuseTelemetry } from './inference/refuse-telemetry.js';
import { openPool, type WorkerPool } from './workers/worker-pool.js';

/**
 * Starts an inference worker for a pack, and others when there is more to do (see worker-pool). The manifest is read
 * here; networks load in the workers.
 * @param settings `threads` of all workers together
 * @throws RollcallError missing_model when the pack or its side files are missing; missing weights show at the first
 * request.
 */
export async function openPipeline(settings: WorkerSettings): Promise<FacePipeline> {
  const pack = await loadPack(settings.modelsDir, settings.packId);
  const info = await describePack(settings.modelsDir, pack);
  refuseTelemetry();
  const pool = openPool(settings);
  const ask: WorkerPool['ask'] = (...asked) => pool.ask(...asked);
  const reader = (urgent: boolean): FaceReader => ({
    async detect(picture, options, signal) {
      const r = await ask({ kind: 'detect', urgent, picture, options }, buffersOfPicture(picture), signal);
      if (r.kind !== 'detected') throw new Error('the worker answered something else');
      return { faces: r.faces };
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
    workers: pool.workers,
    async runsOn() {
      const r = await ask({ kind: 'what-runs', urgent: true }, []);
      if (r.kind !== 'runs-on') throw new Error('the worker answered something else');
      return r.runsOn;
    },
    ...reader(false),
    urgent: reader(true),
    async similarPairs(a, b, threshold, signal) {
      if (a.excess.length === 0 || b.excess.length === 0)
        return { i: new Int32Array(0), j: new Int32Array(0), score: new Float32Array(0) };
      const r = await ask({ kind: 'pairs', a, b, threshold }, buffersOf(a, b), signal);
      if (r.kind !== 'paired') throw new Error('the worker answered something else');
      return r.pairs;
    },
    async nearest(a, b, k, signal, into) {
      if (rowsOf(a) === 0 || rowsOf(b) === 0) return { k: 0, at: new Int32Array(0), score: new Float32Array(0) };
      const r = await ask({ kind: 'nearest', a, b, k, into }, buffersOf(a, b), signal);
      if (r.kind !== 'nearest') throw new Error('the worker answered something else');
      return r.rows;
    },
    async scores(set, signal) {
      const r = await ask({ kind: 'scores', set }, buffersOf(set), signal);
      if (r.kind !== 'scored') throw new Error('the worker answered something else');
      return r.scores;
    },
    isLost: () => pool.isLost(),
    close: () => pool.close(),
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
function buffersOf(...sets: readonly VectorRows[]): ArrayBuffer[] {
  return movable(...sets.flatMap(({ vectors, excess, rows }) => (rows ? [vectors, excess, rows] : [vectors, excess])));
}
