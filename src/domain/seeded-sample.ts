/** The same random numbers, and the same sample of a stream that is too long to keep, each time. */

/**
 * Repeatable pseudo-random numbers in [0, 1): Mulberry32 (Tommy Ettinger, public domain). Good enough to choose by; not
 * for secrets.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Keeps at most `limit` of what it is given, each with the same chance (reservoir sampling; Vitter 1985). */
export class Sample<T> {
  readonly kept: T[] = [];
  /** How many it was given. */
  seen = 0;
  readonly #random: () => number;

  constructor(
    private readonly limit: number,
    seed = 1,
  ) {
    this.#random = seededRandom(seed);
  }

  add(item: T): void {
    this.seen++;
    const at = this.kept.length < this.limit ? this.kept.length : Math.floor(this.#random() * this.seen);
    if (at < this.limit) this.kept[at] = item;
  }
}
