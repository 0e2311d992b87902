/** Reads people in the mean of their tracks. */
import { stopIfAborted } from '../abort.js';
import type { MeansBlock } from '../api.js';
import { rowOpener } from '../tables/columns.js';
import type { Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import { idPredicates } from '../tables/predicates.js';
import type { PersonRow } from '../rows.js';
import { asciiIn, eachVectorRow, inLargeBatches, realsIn, vectorsIn } from '../tables/scan.js';
import { storedPerson } from '../derived/stored-derived.js';

const COLUMNS = Object.keys(storedPerson.shape);
/** What a mean is compared by, beside its vector, and who stands for them in a cohort. */
const storedMean = storedPerson.pick({ identity_id: true, excess: true, best_track: true, best_excess: true });
const MEANS = Object.keys(storedMean.shape);

/** Those of `identity_ids`. @param dimensions length of a vector */
export async function readPeople(
  table: Table,
  identity_ids: readonly string[],
  dimensions: number,
  cipher: ValueCipher | null,
  signal?: AbortSignal,
): Promise<PersonRow[]> {
  const opener = rowOpener('people', cipher);
  const rows: PersonRow[] = [];
  for (const predicate of idPredicates('identity_id', 'identity', identity_ids)) {
    stopIfAborted(signal);
    const batches = table
      .query()
      .select([...COLUMNS, 'vector'])
      .where(predicate);
    for await (const { row, vector } of eachVectorRow(batches, COLUMNS, dimensions, signal, opener))
      rows.push({ ...storedPerson.parse(row), vector: vector.slice() });
  }
  return rows;
}

/** Nobody. */
export function noMeans(): MeansBlock {
  const none = new Float32Array(0);
  return { identity_ids: [], vectors: none, excess: none, best_tracks: [], best_excess: none };
}

/**
 * A page of everybody, in columns: a library has a hundred thousand of them, and an object for each takes most of the
 * time.
 * @param dimensions length of a vector
 */
export async function readMeans(
  table: Table,
  { from, limit }: { from: number; limit: number },
  dimensions: number,
  cipher: ValueCipher | null,
  signal?: AbortSignal,
): Promise<MeansBlock> {
  const identity_ids: string[] = [],
    best_tracks: string[] = [],
    best_excess: number[] = [],
    excess: number[] = [],
    vectors: Float32Array[] = [];
  const opener = rowOpener('people', cipher);
  const query = table
    .query()
    .select([...MEANS, 'vector'])
    .limit(limit)
    .offset(from);
  if (opener)
    for await (const { row, vector } of eachVectorRow(query, MEANS, dimensions, signal, opener)) {
      const mean = storedMean.parse(row);
      identity_ids.push(mean.identity_id);
      best_tracks.push(mean.best_track);
      best_excess.push(mean.best_excess);
      excess.push(mean.excess);
      vectors.push(vector.slice());
    }
  else
    for await (const batch of inLargeBatches(query)) {
      stopIfAborted(signal);
      for (const id of asciiIn(batch, 'identity_id')) identity_ids.push(id);
      for (const id of asciiIn(batch, 'best_track')) best_tracks.push(id);
      for (const e of realsIn(batch, 'best_excess')) best_excess.push(e);
      for (const e of realsIn(batch, 'excess')) excess.push(e);
      vectors.push(vectorsIn(batch, dimensions));
    }
  const all = new Float32Array(identity_ids.length * dimensions);
  let at = 0;
  for (const some of vectors) {
    all.set(some, at);
    at += some.length;
  }
  return {
    identity_ids,
    best_tracks,
    best_excess: Float32Array.from(best_excess),
    excess: Float32Array.from(excess),
    vectors: all,
  };
}
