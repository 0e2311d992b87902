/**
 * Everybody in the mean of their tracks, two bytes a number: so that whoever is most like somebody is found among all
 * of a hundred thousand people in a few milliseconds. Means are coded to some millionths, which no answer shows.
 */
import { type ComparedFace, normalisedScore } from '../scores/normalised-score.js';
import { dot } from '../vectors.js';
import { type Dots, dotsIn } from './coded-dots.js';

/** Numbers of 16 bits are loaded eight at a time. */
const LANES = 8;
const LARGEST = 32767;
const PAGE = 65_536;

/** Somebody by the place of their mean. */
export interface NearMean {
  place: number;
  score: number;
}

/** Places are from 0 on, in the order in which means are added. */
export class CodedMeans {
  readonly #memory: WebAssembly.Memory;
  readonly #dots: Dots;
  /** Bytes of a row. The query comes first, then the rows, then what is made of them. */
  readonly #bytes: number;
  /** What a code counts, and the population excess, of each. */
  readonly #unit: number[] = [];
  readonly #excess: number[] = [];
  /** Length of the longest row, in codes, and of the longest mean. */
  #longestRow = 0;
  #longest = 0;

  /** @param most there will be: memory grows with more */
  constructor(
    private readonly dimensions: number,
    most = 0,
  ) {
    this.#bytes = 2 * LANES * Math.ceil(dimensions / LANES);
    this.#memory = new WebAssembly.Memory({ initial: Math.max(1, pagesFor(this.#end(most))) });
    this.#dots = dotsIn(this.#memory);
  }

  get size(): number {
    return this.#unit.length;
  }

  add({ vector, population_excess }: ComparedFace): void {
    const place = this.#unit.length;
    this.#hold(place + 1);
    const unit = largestIn(vector) / LARGEST || 1;
    const squares = code(vector, unit, this.#row(place));
    this.#unit.push(unit);
    this.#excess.push(population_excess);
    this.#longestRow = Math.max(this.#longestRow, Math.sqrt(squares));
    this.#longest = Math.max(this.#longest, unit * Math.sqrt(squares));
  }

  /** As it is coded. */
  at(place: number): ComparedFace {
    const unit = this.#unit[place] ?? 0;
    const vector = Float32Array.from(this.#row(place).subarray(0, this.dimensions), (code) => code * unit);
    return { vector, population_excess: this.#excess[place] ?? 0 };
  }

  /** Those most like a face of those that are wanted, best first; of equal ones the first. */
  nearest(face: ComparedFace, most: number, isWanted: (place: number) => boolean): NearMean[] {
    if (this.size === 0 || most < 1) return [];
    const { scores, slack } = this.#roughly(face);
    const best: number[] = [];
    let least = -Infinity;
    for (let place = 0; place < scores.length; place++) {
      const score = scores[place] ?? 0;
      if (score <= least || !isWanted(place)) continue;
      best.splice(best.findLastIndex((b) => b >= score) + 1, 0, score);
      if (best.length > most) best.pop();
      if (best.length === most) least = best[most - 1] ?? 0;
    }
    // Whoever may be among them by what they score exactly.
    least -= slack;
    const found: NearMean[] = [];
    for (let place = 0; place < scores.length; place++)
      if ((scores[place] ?? 0) >= least && isWanted(place)) found.push({ place, score: this.#score(face, place) });
    return found.sort((a, b) => b.score - a.score || a.place - b.place).slice(0, most);
  }

  /** @returns what each scores, and by how much two scores may be the other way round */
  #roughly({ vector, population_excess }: ComparedFace): { scores: Float64Array; slack: number } {
    const rows = this.size,
      end = this.#end(rows);
    this.#hold(rows);
    // No sum may be more than 32 bits hold: none is more than the product of the lengths of both.
    const length = Math.sqrt(dot(vector, vector));
    const unit = Math.max(largestIn(vector) / LARGEST, (length * this.#longestRow) / 2 ** 30) || 1;
    code(vector, unit, new Int16Array(this.#memory.buffer, 0, this.#bytes / 2));
    // No code is off by more than half of what it counts, so no product by more than the length of that.
    const slack = unit * Math.sqrt(this.dimensions) * this.#longest;
    const out = end - 4 * rows;
    this.#dots(this.#bytes, rows, this.#bytes, 0, out);
    const products = new Int32Array(this.#memory.buffer, out, rows);
    return {
      scores: scoresOf(products, unit, population_excess, this.#unit, this.#excess),
      slack,
    };
  }

  #score({ vector, population_excess }: ComparedFace, place: number): number {
    const row = this.#row(place);
    let sum = 0;
    for (let k = 0; k < vector.length; k++) sum += (vector[k] ?? 0) * (row[k] ?? 0);
    return normalisedScore(sum * (this.#unit[place] ?? 0), population_excess, this.#excess[place] ?? 0);
  }

  #row(place: number): Int16Array {
    return new Int16Array(this.#memory.buffer, (1 + place) * this.#bytes, this.#bytes / 2);
  }

  /** Bytes for so many rows, with the query and what is made of them. */
  #end(rows: number): number {
    return (1 + rows) * this.#bytes + 4 * rows;
  }

  #hold(rows: number): void {
    const missing = pagesFor(this.#end(rows) - this.#memory.buffer.byteLength);
    // By a quarter at once: memory may have to be moved.
    if (missing > 0) this.#memory.grow(Math.max(missing, pagesFor(this.#memory.buffer.byteLength / 4)));
  }
}

/** Codes a vector. @returns the square of its length, in codes */
function code(vector: Float32Array, unit: number, into: Int16Array): number {
  let squares = 0;
  for (let k = 0; k < vector.length; k++) {
    // Math.round takes several times as long.
    const rounded = (((vector[k] ?? 0) / unit + LARGEST + 1.5) | 0) - LARGEST - 1;
    into[k] = rounded;
    squares += rounded * rounded;
  }
  return squares;
}

function largestIn(vector: Float32Array): number {
  let largest = 0;
  for (let k = 0; k < vector.length; k++) largest = Math.max(largest, Math.abs(vector[k] ?? 0));
  return largest;
}

/** By place. @param unit what a code of the query counts; @param units of each row */
function scoresOf(
  products: Int32Array,
  unit: number,
  population_excess: number,
  units: readonly number[],
  excess: readonly number[],
): Float64Array {
  const scores = new Float64Array(products.length);
  for (let at = 0; at < scores.length; at++)
    scores[at] = normalisedScore((products[at] ?? 0) * unit * (units[at] ?? 0), population_excess, excess[at] ?? 0);
  return scores;
}

function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE);
}
