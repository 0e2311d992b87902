/**
 * Which vectors are alike, out of many: a matrix product on the inference runtime, whose kernels do in a second what
 * JavaScript does in a minute; only pairs above a threshold come back.
 */
import * as ort from 'onnxruntime-node';
import type { ScoredPairs, VectorSet } from '../domain/people/scored-pairs.js';
import { refuseTelemetry } from './refuse-telemetry.js';

/** Rows compared with all columns in one run: bounds memory to this many × columns floats, a few times over. */
const BLOCK = 512;

/** Compares sets of vectors; made once, used often. */
export interface PairScorer {
  /** Every pair (row of a, row of b) that scores at least `threshold`, by row of a. */
  similar(a: VectorSet, b: VectorSet, threshold: number): Promise<ScoredPairs>;
  /** Scores of all rows with each other, n × n row-major. */
  all(set: VectorSet): Promise<Float32Array>;
}

/**
 * Makes a scorer.
 * @param model the network for it (see readSimilarPairs)
 * @param dimensions length of a vector
 */
export async function createPairScorer(model: Uint8Array, dimensions: number, threads: number): Promise<PairScorer> {
  refuseTelemetry();
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const half = (excess: Float32Array) => excess.map((e) => e / 2);
  const feeds = (a: VectorSet, b: VectorSet, threshold: number) => ({
    a: new ort.Tensor('float32', a.vectors, [a.excess.length, dimensions]),
    half_mean_a: new ort.Tensor('float32', half(a.excess), [a.excess.length, 1]),
    b: new ort.Tensor('float32', b.vectors, [b.excess.length, dimensions]),
    half_mean_b: new ort.Tensor('float32', half(b.excess), [1, b.excess.length]),
    threshold: new ort.Tensor('float32', Float32Array.of(threshold), [1]),
  });
  return {
    async all(set) {
      const { scores } = await session.run(feeds(set, set, Infinity), ['scores']);
      if (!(scores?.data instanceof Float32Array)) throw new Error('the pair scorer gave other types than it declares');
      return scores.data.slice();
    },
    async similar(a, b, threshold) {
      const parts: ScoredPairs[] = [];
      for (let from = 0; from < a.excess.length && b.excess.length > 0; from += BLOCK) {
        const rows = {
          excess: a.excess.subarray(from, from + BLOCK),
          vectors: a.vectors.subarray(from * dimensions, (from + BLOCK) * dimensions),
        };
        const { at, score } = await session.run(feeds(rows, b, threshold), ['at', 'score']);
        if (!(at?.data instanceof BigInt64Array) || !(score?.data instanceof Float32Array))
          throw new Error('the pair scorer gave other types than it declares');
        const part: ScoredPairs = {
          i: new Int32Array(score.data.length),
          j: new Int32Array(score.data.length),
          score: score.data.slice(),
        };
        for (let k = 0; k < score.data.length; k++) {
          part.i[k] = from + Number(at.data[2 * k]);
          part.j[k] = Number(at.data[2 * k + 1]);
        }
        parts.push(part);
      }
      return concatenate(parts);
    },
  };
}

function concatenate(parts: readonly ScoredPairs[]): ScoredPairs {
  const length = parts.reduce((n, p) => n + p.score.length, 0);
  const all: ScoredPairs = { i: new Int32Array(length), j: new Int32Array(length), score: new Float32Array(length) };
  let at = 0;
  for (const p of parts) {
    all.i.set(p.i, at);
    all.j.set(p.j, at);
    all.score.set(p.score, at);
    at += p.score.length;
  }
  return all;
}
