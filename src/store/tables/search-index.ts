/** The index that the nearest tracks are found by: which one is made, and how the one that is there is asked. */
import { z } from 'zod';
import type { Engine, Table } from './database-engine.js';

/**
 * RabitQ codes of so many bits a dimension, in partitions. With four, the candidates are so nearly in their order that
 * twice as many as are asked for are compared exactly; with one, as libraries had before, it is six times as many, each
 * of which is a read of its own (docs/scale.md).
 */
const BITS = 4;
const REFINE = 2,
  REFINE_ONE_BIT = 6;

const detailsSchema = z.object({ compression: z.object({ num_bits: z.number() }) });

/** @returns bits of the codes of a table's index; null where it has none */
async function bitsOf(table: Table): Promise<number | null> {
  const index = (await table.listIndices()).find(({ columns }) => columns.includes('vector'));
  if (!index) return null;
  return detailsSchema.safeParse(index.indexDetails).data?.compression.num_bits ?? 1;
}

/** @returns candidates whose exact cosine is computed for each that is asked for */
export async function candidatesPerTrack(table: Table): Promise<number> {
  return ((await bitsOf(table)) ?? BITS) < BITS ? REFINE_ONE_BIT : REFINE;
}

/** Makes the index of a table of so many rows, also in the place of one with fewer bits. */
export async function ensureSearchIndex({ lance }: Engine, table: Table, leastRows: number): Promise<void> {
  if ((await table.countRows()) < leastRows || ((await bitsOf(table)) ?? 0) >= BITS) return;
  await table.createIndex('vector', { config: lance.Index.ivfRq({ distanceType: 'cosine', numBits: BITS }) });
}
