/**
 * Which two people asking about may put most right: everybody's means are compared with each other's, block with block,
 * those first whose people have most tracks. No blocks are compared whose people have too few for a question that gains
 * enough.
 */
import { atStake, LEAST_CHANCE, leastToAsk, mostGain } from '../../domain/people/suggestions.js';
import { breathe } from '../breathing.js';
import type { Asking } from './asking.js';
import { type Mean, type MeanBlock, MeanBlocks } from './mean-blocks.js';

/** People of a block, and the part of them that are compared with another block at once: bounds memory. */
const PEOPLE = 8192,
  PART = 1 / 8;
/** Pairs of those that are looked at closer: the others are less likely to put anything right. */
const PAIRS = 10_000;
/** Pairs weighed between two breaks. */
const STRETCH = 1 << 14;
/** By how much a score may come out lower here than from the same means elsewhere. */
const ROUNDING = 1e-5;

export interface AlikePair {
  a: Mean;
  b: Mean;
  /** What asking about them gains at most. */
  most: number;
}

/** Places in two blocks. */
interface Place {
  i: number;
  j: number;
  most: number;
}

/** Two blocks. */
interface Tile {
  row: number;
  column: number;
  /** What a question about two of them gains at most. */
  stake: number;
}

export class AlikePeople {
  readonly #blocks: MeanBlocks;
  readonly #tiles: readonly Tile[];
  /** The next to be compared: which, and from where in its rows on. */
  #tile = 0;
  #from = 0;

  /** @param size people of a block */
  constructor(
    private readonly asking: Pick<Asking, 'library' | 'people' | 'evidence' | 'compare' | 'best'>,
    private readonly size = PEOPLE,
  ) {
    this.#blocks = new MeanBlocks(asking.library, asking.people, size);
    this.#tiles = tilesOf(this.#blocks, asking.people);
  }

  /** What a question about those to come gains at most; 0 when all that matter were compared. */
  get most(): number {
    const { stake = 0 } = this.#tiles[this.#tile] ?? {};
    return this.#chance(stake) < 1 ? stake : 0;
  }

  /** Share of the pairs that could gain enough that were compared, 0..1: never falls. */
  get share(): number {
    if (this.most === 0) return 1;
    const worth = this.#tiles.findLastIndex(({ stake }) => this.#chance(stake) < 1) + 1;
    return (this.#tile + this.#from / this.size) / worth;
  }

  /** Compares the next. @returns those that may gain enough, who may gain most first */
  async next(): Promise<AlikePair[]> {
    const { evidence, compare, people, best } = this.asking;
    const { row, column, stake } = this.#tiles[this.#tile] ?? { row: 0, column: 0, stake: 0 };
    const [rows, columns] = [await this.#blocks.at(row), await this.#blocks.at(column)];
    const from = this.#from,
      to = Math.min(rows.size, from + Math.ceil(PART * this.size));
    // Of a block with itself each pair once.
    const first = column === row ? from : 0;
    const end = columns.worth(rows.at(from)?.tracks ?? 0, best.least);
    if (end <= first) {
      this.#go(Infinity, rows.size);
      return [];
    }
    const score = leastToAsk(people.size, evidence, this.#chance(stake)) - ROUNDING;
    const found = await compare.similarPairs(rows.set(from, to), columns.set(first, end), score);
    let pairs: Place[] = [];
    for (let k = 0; k < found.score.length; k++) {
      if (k % STRETCH === 0) await breathe();
      const [i, j] = [from + (found.i[k] ?? 0), first + (found.j[k] ?? 0)];
      const [a, b] = [rows.at(i), columns.at(j)];
      if (!a || !b || (column === row && j <= i)) continue;
      const most = mostGain((found.score[k] ?? 0) + ROUNDING, a, b, people.size, evidence);
      if (most > 0 && most >= best.least) pairs.push({ i, j, most });
      if (pairs.length > 2 * PAIRS) pairs = likeliest(pairs);
    }
    await breathe();
    this.#go(to, rows.size);
    return likeliest(pairs).flatMap(({ i, j, most }) => {
      const [a, b] = [meanAt(rows, i), meanAt(columns, j)];
      return a && b ? { a, b, most } : [];
    });
  }

  /** Lets go of what is read again when it is needed. */
  rest(): void {
    this.#blocks.forget();
  }

  /** The least chance that makes a question worth it where so much is at stake; 1 and more: none does. */
  #chance(stake: number): number {
    return Math.max(LEAST_CHANCE, this.asking.best.least / stake);
  }

  #go(to: number, size: number): void {
    this.#from = to < size ? to : 0;
    if (to >= size) this.#tile++;
  }
}

/** Pairs of blocks, those first of whose people most may be at stake. */
function tilesOf({ count, size }: MeanBlocks, people: Asking['people']): Tile[] {
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: row + 1 }, (_, column) => {
      const stake = atStake(people.tracks(row * size), people.tracks(column * size));
      return { row, column, stake };
    }),
  )
    .flat()
    .sort((a, b) => b.stake - a.stake);
}

function meanAt(block: MeanBlock, k: number): Mean | undefined {
  const mean = block.at(k);
  return mean && { ...mean, vector: block.vector(k) };
}

function likeliest(pairs: readonly Place[]): Place[] {
  return pairs.toSorted((p, q) => q.most - p.most).slice(0, PAIRS);
}
