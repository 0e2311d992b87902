/**
 * Which vectors are alike, out of many: a matrix product on the inference runtime, whose kernels do in a second what
 * JavaScript does in a minute; only pairs above a threshold come back.
 */
import * as ort from 'onnxruntime-node';
import {
  type NearestRows,
  rowsOf,
  type ScoredPairs,
  type VectorRows,
  type VectorSet,
} from '../../domain/grouping/scored-pairs.js';
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
  /**
   * Every pair (row of a, row of b) that scores at least `threshold`, by row of a. Of a set with itself, where `a` is
   * `b`, each pair once, with the row of b after that of a.
   */
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
  const session = await openSession(model, threads);
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
        const first = a === b ? from : 0;
        const columns = { excess: b.excess.subarray(first), vectors: b.vectors.subarray(first * dimensions) };
        const { at, score } = await session.run(feeds(rows, columns, threshold), ['at', 'score']);
        if (!(at?.data instanceof BigInt64Array) || !(score?.data instanceof Float32Array))
          throw new Error('the pair scorer gave other types than it declares');
        const part: ScoredPairs = {
          i: new Int32Array(score.data.length),
          j: new Int32Array(score.data.length),
          score: new Float32Array(score.data.length),
        };
        let kept = 0;
        for (let k = 0; k < score.data.length; k++) {
          const i = from + Number(at.data[2 * k]),
            j = first + Number(at.data[2 * k + 1]);
          if (a === b && j <= i) continue;
          part.i[kept] = i;
          part.j[kept] = j;
          part.score[kept++] = score.data[k] ?? 0;
        }
        parts.push({
          i: part.i.subarray(0, kept),
          j: part.j.subarray(0, kept),
          score: part.score.subarray(0, kept),
        });
      }
      return concatenate(parts);
    },
  };
}

/**
 * Compares sets of vectors by which rows are most alike. What scores the same to the bit elsewhere need not here.
 * @param model the network for it (see readNearestRows)
 * @returns asked once at a time: of each row of a the k rows of b that score most, or all of b where it has no more
 */
export async function createNearestFinder(
  model: Uint8Array,
  threads: number,
): Promise<(a: VectorRows, b: VectorRows, k: number, into?: NearestRows) => Promise<NearestRows>> {
  const session = await openSession(model, threads);
  const [roomOfA, roomOfB] = [new Room(), new Room()];
  return async (a, b, most, into) => {
    const [m, n] = [rowsOf(a), rowsOf(b)];
    const dimensions = b.vectors.length / b.excess.length,
      k = Math.min(most, n);
    const found: NearestRows = {
      k,
      at: into?.at.subarray(0, m * k) ?? new Int32Array(m * k),
      score: into?.score.subarray(0, m * k) ?? new Float32Array(m * k),
    };
    const others = roomOfB.take(b, 0, n);
    const columns = {
      b: new ort.Tensor('float32', others.vectors, [n, dimensions]),
      half_mean_b: new ort.Tensor('float32', half(others.excess), [1, n]),
      k: new ort.Tensor('int64', BigInt64Array.of(BigInt(k)), [1]),
    };
    for (let from = 0; from < m; from += BLOCK) {
      const rows = Math.min(BLOCK, m - from);
      const { vectors, excess } = roomOfA.take(a, from, rows);
      const { at, score } = await session.run({
        a: new ort.Tensor('float32', vectors, [rows, dimensions]),
        ...columns,
      });
      if (!(at?.data instanceof BigInt64Array) || !(score?.data instanceof Float32Array))
        throw new Error('the finder of nearest rows gave other types than it declares');
      // The lower halves: as many objects as numbers would be made otherwise.
      const numbers = new Int32Array(at.data.buffer, at.data.byteOffset, 2 * rows * k);
      for (let p = 0; p < rows * k; p++) {
        found.at[from * k + p] = numbers[2 * p] ?? 0;
        found.score[from * k + p] = (score.data[p] ?? 0) - (excess[Math.floor(p / k)] ?? 0) / 2;
      }
    }
    return found;
  };
}

/** Where rows that are picked lie one after the other; kept, since memory made anew each time is let go late. */
class Room {
  #held = new Float32Array(0);

  /** Some of what is compared: good until the next are taken. */
  take({ vectors, excess, rows }: VectorRows, from: number, count: number): VectorSet {
    const d = vectors.length / excess.length;
    if (!rows)
      return { vectors: vectors.subarray(from * d, (from + count) * d), excess: excess.subarray(from, from + count) };
    if (this.#held.length < count * d) this.#held = new Float32Array(count * d);
    const some = rows.subarray(from, from + count);
    for (const [k, row] of some.entries()) this.#held.set(vectors.subarray(row * d, (row + 1) * d), k * d);
    return { vectors: this.#held.subarray(0, count * d), excess: Float32Array.from(some, (row) => excess[row] ?? 0) };
  }
}

function openSession(model: Uint8Array, threads: number): Promise<ort.InferenceSession> {
  refuseTelemetry();
  return ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

function half(excess: Float32Array): Float32Array {
  return excess.map((e) => e / 2);
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
