/**
 * Which vectors are alike, out of many: a matrix product on the inference runtime, whose kernels do in a second what
 * JavaScript does in a minute; only pairs above a threshold come back.
 */
import * as ort from 'onnxruntime-node';
import type { ScoredPairs, VectorSet } from '../../domain/people/scored-pairs.js';
import { refuseTelemetry } from './refuse-telemetry.js';

/** Rows compared with all columns in one run: bounds memory to this many × columns floats, a few times over. */
const BLOCK = 512;

/**
 * Fewest rows and columns of a product. The runtime's kernels add up a vector's products in blocks whose length follows
 * from how many columns a thread has (MLAS, sgemm.cpp), and take another way for one row; from this size on they do the
 * same for every pair, so that its score is the same to the bit in whatever set and at whatever place of it.
 */
const LEAST_ROWS = 2;
const LEAST_COLUMNS_PER_THREAD = 128;

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
  const feeds = (a: VectorSet, b: VectorSet, threshold: number) => {
    const rows = atLeast(a, LEAST_ROWS, dimensions),
      columns = atLeast(b, LEAST_COLUMNS_PER_THREAD * threads, dimensions);
    return {
      a: new ort.Tensor('float32', rows.vectors, [rows.excess.length, dimensions]),
      half_mean_a: new ort.Tensor('float32', half(rows.excess), [rows.excess.length, 1]),
      b: new ort.Tensor('float32', columns.vectors, [columns.excess.length, dimensions]),
      half_mean_b: new ort.Tensor('float32', half(columns.excess), [1, columns.excess.length]),
      threshold: new ort.Tensor('float32', Float32Array.of(threshold), [1]),
    };
  };
  return {
    async all(set) {
      const { scores } = await session.run(feeds(set, set, Infinity), ['scores']);
      if (!(scores?.data instanceof Float32Array)) throw new Error('the pair scorer gave other types than it declares');
      return firstColumns(scores.data, scores.dims[1] ?? 0, set.excess.length);
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

/** A set of at least `least` vectors: those that are added score −Infinity with all, so they are in no pair. */
function atLeast(set: VectorSet, least: number, dimensions: number): VectorSet {
  if (set.excess.length >= least) return set;
  const vectors = new Float32Array(least * dimensions),
    excess = new Float32Array(least).fill(Infinity);
  vectors.set(set.vectors);
  excess.set(set.excess);
  return { vectors, excess };
}

/** The first n columns of the first n rows of a row-major matrix. */
function firstColumns(matrix: Float32Array, columns: number, n: number): Float32Array {
  if (columns === n) return matrix.slice(0, n * n);
  const cut = new Float32Array(n * n);
  for (let row = 0; row < n; row++) cut.set(matrix.subarray(row * columns, row * columns + n), row * n);
  return cut;
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
