/**
 * Comparing very many vectors in requests, in shared memory that is used again: memory that each request makes anew is
 * let go by collecting all there is, which takes seconds where a million tracks lie in memory.
 */
import type { NearestRows, VectorRows, VectorSet } from '../../domain/grouping/scored-pairs.js';
import { rowsOf } from '../../domain/grouping/scored-pairs.js';
import type { FacePipeline } from '../../vision/pipeline.js';

/** What finds the rows of vectors most alike. */
export type Nearest = Pick<FacePipeline, 'nearest'>;

/** Asks for the rows most alike. */
export class Comparing {
  /** What no request answers into. */
  readonly #free: NearestRows[] = [];

  constructor(
    private readonly compare: Nearest,
    readonly signal?: AbortSignal,
  ) {}

  /** @param use is given the answer, which is another's once it returns */
  async nearest(a: VectorRows, b: VectorRows, k: number, use: (found: NearestRows) => void): Promise<void> {
    const length = rowsOf(a) * Math.min(k, rowsOf(b));
    const free = this.#free.pop();
    const into = free && free.at.length >= length ? free : sharedAnswer(length);
    use(await this.compare.nearest(a, b, k, this.signal, into));
    this.#free.push(into);
  }
}

function sharedAnswer(length: number): NearestRows {
  const at = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * length));
  return { k: 0, at, score: shared(length) };
}

/** Some rows, whose numbers the caller keeps. */
export function rowsIn(all: VectorSet, rows: ArrayLike<number>): VectorRows {
  return { ...all, rows: Int32Array.from(rows) };
}

/** What is compared: one by one. */
export interface ComparedRow {
  centroid: Float32Array;
  excess: number;
}

/** Shared memory for groups to be compared in, each time anew: many requests speak of each. */
export class SharedRoom {
  #vectors = shared(0);
  #excess = shared(0);

  /** These groups. Those before are gone. */
  hold(groups: readonly ComparedRow[]): VectorSet {
    const n = groups.length,
      d = groups[0]?.centroid.length ?? 0;
    if (this.#vectors.length < n * d) this.#vectors = shared(n * d);
    if (this.#excess.length < n) this.#excess = shared(n);
    for (const [i, { centroid, excess }] of groups.entries()) {
      this.#vectors.set(centroid, i * d);
      this.#excess[i] = excess;
    }
    return { vectors: this.#vectors.subarray(0, n * d), excess: this.#excess.subarray(0, n) };
  }
}

function shared(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(Float32Array.BYTES_PER_ELEMENT * length));
}
