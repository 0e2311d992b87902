/** Ids of one kind by number: some 40 bytes each, where a text in a map takes three times as much. */
import type { IdKind } from '../../domain/ids.js';

const LETTERS = 26;
/** Letters that say where an id is looked for: ids are hashes, so some are as good as all. */
const HASHED = 8;
const LEAST = 1024;

/** Numbers are from 0 on, in the order in which ids are added. */
export class IdNumbers {
  readonly #prefix: string;
  /** Those of each id after its prefix, end to end. */
  #letters: Buffer;
  /** Numbers + 1, each at its hash or at the next free place after it; at most half of them are taken. */
  #places: Uint32Array;
  #size = 0;
  readonly #word = new Uint8Array(LETTERS);

  /** @param most there will be: it grows with more */
  constructor(kind: IdKind, most = LEAST) {
    this.#prefix = `${kind}_`;
    this.#letters = Buffer.alloc(LETTERS * most);
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(2 * most + 2)));
  }

  get size(): number {
    return this.#size;
  }

  /** Letters of a whole id, with its prefix. */
  get width(): number {
    return this.#prefix.length + LETTERS;
  }

  /** @returns -1 for one that is not there */
  numberOf(id: string): number {
    if (id.length !== this.width) return -1;
    for (let k = 0; k < LETTERS; k++) this.#word[k] = id.charCodeAt(this.#prefix.length + k);
    return (this.#places[this.#placeOf(this.#word, 0)] ?? 0) - 1;
  }

  idOf(number: number): string {
    return this.#prefix + this.#letters.toString('latin1', number * LETTERS, (number + 1) * LETTERS);
  }

  /** By number. */
  all(): string[] {
    const text = this.#letters.toString('latin1', 0, LETTERS * this.#size);
    return Array.from({ length: this.#size }, (_, n) => this.#prefix + text.slice(n * LETTERS, (n + 1) * LETTERS));
  }

  /** Of the whole id that lies at a place in ASCII. @returns -1 for one that is not there */
  numberAt(ascii: Uint8Array, from: number): number {
    return (this.#places[this.#placeOf(ascii, from + this.#prefix.length)] ?? 0) - 1;
  }

  /** The same, added where it is not there. */
  add(ascii: Uint8Array, from: number): number {
    const at = from + this.#prefix.length,
      place = this.#placeOf(ascii, at);
    const known = (this.#places[place] ?? 0) - 1;
    if (known >= 0) return known;
    if (LETTERS * (this.#size + 1) > this.#letters.length) {
      this.#grow();
      return this.add(ascii, from);
    }
    const number = this.#size++;
    this.#places[place] = number + 1;
    for (let k = 0; k < LETTERS; k++) this.#letters[number * LETTERS + k] = ascii[at + k] ?? 0;
    return number;
  }

  #grow(): void {
    const letters = Buffer.alloc(2 * this.#letters.length);
    letters.set(this.#letters);
    this.#letters = letters;
    this.#places = new Uint32Array(2 * this.#places.length);
    for (let n = 0; n < this.#size; n++) this.#places[this.#placeOf(letters, n * LETTERS)] = n + 1;
  }

  /** @returns where an id is, or where it is to be put. @param at where its letters begin, without the prefix */
  #placeOf(ascii: Uint8Array, at: number): number {
    const mask = this.#places.length - 1;
    let hash = 0;
    for (let k = at; k < at + HASHED; k++) hash = Math.imul(hash, 31) + (ascii[k] ?? 0);
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const number = (this.#places[place] ?? 0) - 1;
      if (number < 0 || this.#isAt(number, ascii, at)) return place;
    }
  }

  #isAt(number: number, ascii: Uint8Array, at: number): boolean {
    const from = number * LETTERS;
    for (let k = 0; k < LETTERS; k++) if (this.#letters[from + k] !== ascii[at + k]) return false;
    return true;
  }
}
