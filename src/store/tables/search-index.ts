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

/**
 * Segments that an index may have before it is made anew. LanceDB's upkeep gives the tracks that came one of their own,
 * by the centroids of the first: each is searched by itself, and the more there are, the more of the nearest are missed
 * (docs/scale.md). Making it takes 40 µs a track, so a larger library has more of them.
 */
const MOST_SEGMENTS = 3,
  TRACKS_PER_SEGMENT = 400_000;

const detailsSchema = z.object({ compression: z.object({ num_bits: z.number() }) });

/** What the index of a table is; null where it has none. */
async function indexOf(table: Table): Promise<{ bits: number; segments: number } | null> {
  const index = (await table.listIndices()).find(({ columns }) => columns.includes('vector'));
  if (!index) return null;
  const { data } = detailsSchema.safeParse(index.indexDetails);
  return { bits: data?.compression.num_bits ?? 1, segments: index.numSegments ?? 1 };
}

/** @returns candidates whose exact cosine is computed for each that is asked for */
export async function candidatesPerTrack(table: Table): Promise<number> {
  return ((await indexOf(table))?.bits ?? BITS) < BITS ? REFINE_ONE_BIT : REFINE;
}

/** Makes the index of a table of so many rows, also in the place of one with fewer bits or too many segments. */
export async function ensureSearchIndex({ lance }: Engine, table: Table, leastRows: number): Promise<void> {
  const rows = await table.countRows();
  if (rows < leastRows) return;
  const index = await indexOf(table);
  if (index && index.bits >= BITS && index.segments <= Math.max(MOST_SEGMENTS, rows / TRACKS_PER_SEGMENT)) return;
  await table.createIndex('vector', { config: lance.Index.ivfRq({ distanceType: 'cosine', numBits: BITS }) });
}
