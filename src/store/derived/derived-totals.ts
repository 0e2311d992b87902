/** What is seen of everybody, summed up, as a write makes or moves it (see derived.ts). */
import { isDeepStrictEqual } from 'node:util';
import { chunks } from '../../domain/chunks.js';
import type { SeenMoved } from './derived.js';
import type { SeenTotal } from '../rows.js';
import { totalsMoved } from './seen-totals.js';

/** Rows written at once. */
const ROWS = 50_000;

/** Where totals go. */
export interface TotalsTable {
  /** In the place of those there are of these people. */
  put: (rows: readonly SeenTotal[]) => Promise<void>;
  /** Of people who are seen nowhere any more. */
  remove: (identity_ids: readonly string[]) => Promise<void>;
}

/** Some at a time. */
export async function addTotals(totals: readonly SeenTotal[], add: TotalsTable['put']): Promise<void> {
  for (const some of chunks(totals, ROWS)) await add(some);
}

/** @param held as they were before the write */
export async function moveTotals(
  { were, are }: Pick<SeenMoved, 'were' | 'are'>,
  held: (identity_ids: readonly string[]) => Promise<readonly SeenTotal[]>,
  { put, remove }: TotalsTable,
): Promise<void> {
  const ids = [...new Set([...were, ...are].map((row) => row.identity_id))];
  const before = new Map((await held(ids)).map((total) => [total.identity_id, total]));
  const now = totalsMoved(before, were, are);
  await remove(ids.filter((id) => before.has(id) && !now.has(id)));
  const others = [...now.values()].filter((total) => !isDeepStrictEqual(total, before.get(total.identity_id)));
  await addTotals(others, put);
}
