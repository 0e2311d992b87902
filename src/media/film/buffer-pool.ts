/** Memory that frames lie in. */

/**
 * Buffers of a length that wait to be used again: where source frames are seconds apart, as many samples as
 * MOST_UNSETTLED of frame-sink come and go at once.
 */
const KEPT_BUFFERS = 48;
/** Lengths of which buffers wait: of two films in two sizes each. */
const KEPT_LENGTHS = 4;

/**
 * Frame buffers, used again and again. Workers see the same memory: what moves to them and back counts as new each
 * time, and makes the collector run.
 */
export class BufferPool {
  /** Buffers made so far; stays flat however long the video is. */
  allocated = 0;
  /** By their length, the one that was used last at the end. */
  readonly #free = new Map<number, Uint8Array[]>();

  take(bytes: number): Uint8Array {
    const buffer = this.#used(bytes).pop();
    if (buffer) return buffer;
    this.allocated += 1;
    return new Uint8Array(new SharedArrayBuffer(bytes));
  }

  give(buffer: Uint8Array): void {
    const alike = this.#used(buffer.byteLength);
    if (alike.length < KEPT_BUFFERS) alike.push(buffer);
  }

  /** Those of a length; of the length that was not used for longest none wait any more where there are too many. */
  #used(bytes: number): Uint8Array[] {
    const alike = this.#free.get(bytes) ?? [];
    this.#free.delete(bytes);
    this.#free.set(bytes, alike);
    const [oldest] = this.#free.keys();
    if (this.#free.size > KEPT_LENGTHS && oldest !== undefined) this.#free.delete(oldest);
    return alike;
  }
}

/**
 * One pool for films read one after another or side by side. The collector comes so seldom that each film's buffers
 * would still lie there when the next film's are made. Between films it may have them.
 */
export function sharedPool(): () => BufferPool {
  let kept: WeakRef<BufferPool> | null = null;
  return () => {
    const pool = kept?.deref() ?? new BufferPool();
    kept = new WeakRef(pool);
    return pool;
  };
}
