/** Reads people in the mean of their tracks. */
import { stopIfAborted } from './abort.js';
import type { MeansBlock } from './api.js';
import { rowOpener } from './columns.js';
import type { Table } from './database-engine.js';
import type { ValueCipher } from './encryption/value-cipher.js';
import { idPredicates } from './predicates.js';
import type { PersonRow } from './rows.js';
import { eachVectorRow, vectorsIn } from './scan.js';
import { storedPerson } from './stored-derived.js';

const COLUMNS = Object.keys(storedPerson.shape);
/** What a mean is compared by. */
const MEANS = ['identity_id', 'excess', 'vector'];

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
    blocks: Float32Array[] = [],
    excess: number[] = [];
  const opener = rowOpener('people', cipher);
  const query = table.query().select(MEANS).limit(limit).offset(from);
  if (opener)
    for await (const { row, vector } of eachVectorRow(query, MEANS, dimensions, signal, opener)) {
      identity_ids.push(String(row['identity_id']));
      excess.push(Number(row['excess']));
      blocks.push(vector.slice());
    }
  else
    for await (const batch of query) {
      stopIfAborted(signal);
      const [ids, excesses] = [batch.getChild('identity_id'), batch.getChild('excess')];
      for (let i = 0; i < batch.numRows; i++) {
        identity_ids.push(String(ids?.get(i)));
        excess.push(Number(excesses?.get(i)));
      }
      blocks.push(vectorsIn(batch, dimensions));
    }
  const vectors = new Float32Array(identity_ids.length * dimensions);
  let at = 0;
  for (const block of blocks) {
    vectors.set(block, at);
    at += block.length;
  }
  return { identity_ids, vectors, excess: Float32Array.from(excess) };
}
