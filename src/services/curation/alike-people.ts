/**
 * Which two people asking about may put most right: everybody's means are compared with each other's, block with block,
 * those first whose people have most tracks. No blocks are compared whose people have too few for a question that gains
 * enough.
 */
import { atStake, LEAST_CHANCE, leastToAsk, mostGain } from '../../domain/people/suggestions.js';
import { breathe } from '../people/breathing.js';
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

/**
 * @param least what a question must gain by now; asked again and again. @param done share of the work, 0..1
 * @param size people of a block
 * @returns some pairs at a time, those that may gain most first
 */
export async function* alikePeople(
  asking: Omit<Asking, 'best' | 'edits'>,
  least: () => number,
  done: (share: number) => void,
  size = PEOPLE,
): AsyncGenerator<AlikePair[]> {
  const { library, people, evidence, compare, signal } = asking;
  const blocks = new MeanBlocks(library, people, size, signal);
  const tiles = tilesOf(blocks, asking),
    step = Math.ceil(PART * size);
  for (const [n, { row, column, stake }] of tiles.entries()) {
    const chance = Math.max(LEAST_CHANCE, least() / stake);
    // Nor of those to come: less is at stake.
    if (chance >= 1) return;
    const rows = await blocks.at(row),
      columns = await blocks.at(column);
    const score = leastToAsk(people.size, evidence, chance) - ROUNDING;
    for (let from = 0; from < rows.size; from += step) {
      // Of a block with itself each pair once.
      const first = column === row ? from : 0;
      const end = columns.worth(rows.at(from)?.tracks ?? 0, least());
      if (end <= first) break;
      const found = await compare.similarPairs(rows.set(from, from + step), columns.set(first, end), score, signal);
      let pairs: Place[] = [];
      for (let k = 0; k < found.score.length; k++) {
        if (k % STRETCH === 0) await breathe(signal);
        const [i, j] = [from + (found.i[k] ?? 0), first + (found.j[k] ?? 0)];
        const [a, b] = [rows.at(i), columns.at(j)];
        if (!a || !b || (column === row && j <= i)) continue;
        const most = mostGain((found.score[k] ?? 0) + ROUNDING, a, b, people.size, evidence);
        if (most > 0 && most >= least()) pairs.push({ i, j, most });
        if (pairs.length > 2 * PAIRS) pairs = likeliest(pairs);
      }
      await breathe(signal);
      yield likeliest(pairs).flatMap(({ i, j, most }) => {
        const [a, b] = [meanAt(rows, i), meanAt(columns, j)];
        return a && b ? { a, b, most } : [];
      });
    }
    done((n + 1) / tiles.length);
  }
}

/** Pairs of blocks, those first of whose people most may be at stake. */
function tilesOf({ count, size }: MeanBlocks, { people }: Pick<Asking, 'people'>) {
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
