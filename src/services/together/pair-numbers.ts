/** Numbers of pairs of whole numbers: a map of one key made of both takes several times as long. */

const LEAST = 1024;

/** Pairs get numbers from 0 on, as they are first asked for. */
export class PairNumbers {
  /** Each pair's number + 1, at its hash or at the next free place after it; at most half of them are taken. */
  #places = new Uint32Array(2 * LEAST);
  /** First and second of each, by number. */
  #pairs = new Uint32Array(2 * LEAST);
  #size = 0;

  /** @param a below 2³², as is `b` */
  of(a: number, b: number): number {
    const place = this.#placeOf(a, b);
    const known = (this.#places[place] ?? 0) - 1;
    if (known >= 0) return known;
    if (2 * this.#size === this.#pairs.length) {
      this.#grow();
      return this.of(a, b);
    }
    const number = this.#size++;
    this.#places[place] = number + 1;
    this.#pairs[2 * number] = a;
    this.#pairs[2 * number + 1] = b;
    return number;
  }

  #grow(): void {
    const pairs = new Uint32Array(2 * this.#pairs.length);
    pairs.set(this.#pairs);
    this.#pairs = pairs;
    this.#places = new Uint32Array(2 * this.#places.length);
    for (let n = 0; n < this.#size; n++) this.#places[this.#placeOf(pairs[2 * n] ?? 0, pairs[2 * n + 1] ?? 0)] = n + 1;
  }

  /** @returns where a pair is, or where it is to be put */
  #placeOf(a: number, b: number): number {
    const mask = this.#places.length - 1;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const number = (this.#places[place] ?? 0) - 1;
      if (number < 0 || (this.#pairs[2 * number] === a && this.#pairs[2 * number + 1] === b)) return place;
    }
  }
}
