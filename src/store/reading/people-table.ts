/** Reads people in the mean of their tracks. */
import { stopIfAborted } from '../abort.js';
import type { MeansBlock } from '../api.js';
import { rowOpener } from '../tables/columns.js';
import type { Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import { idPredicates } from '../tables/predicates.js';
import type { PersonRow } from '../rows.js';
import { eachVectorRow, vectorsIn } from '../tables/scan.js';
import { storedPerson } from '../derived/stored-derived.js';

const COLUMNS = Object.keys(storedPerson.shape);
/** What a mean is compared by, beside its vector, and who stands for them in a cohort. */
const MEANS = ['identity_id', 'excess', 'best_track', 'best_excess'];

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
  const take = (of: (column: string) => unknown): void => {
    identity_ids.push(String(of('identity_id')));
    best_tracks.push(String(of('best_track')));
    best_excess.push(Number(of('best_excess')));
    excess.push(Number(of('excess')));
  };
  const opener = rowOpener('people', cipher);
  const query = table
    .query()
    .select([...MEANS, 'vector'])
    .limit(limit)
    .offset(from);
  if (opener)
    for await (const { row, vector } of eachVectorRow(query, MEANS, dimensions, signal, opener)) {
      take((column) => row[column]);
      vectors.push(vector.slice());
    }
  else
    for await (const batch of query) {
      stopIfAborted(signal);
      const columns = new Map(MEANS.map((name) => [name, batch.getChild(name)]));
      for (let i = 0; i < batch.numRows; i++) take((column) => columns.get(column)?.get(i));
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
