/** Reads people in the mean of their tracks. */
import { stopIfAborted } from './abort.js';
import type { PeopleFilter } from './api.js';
import { rowOpener } from './columns.js';
import type { Table } from './database-engine.js';
import type { ValueCipher } from './encryption/value-cipher.js';
import { idPredicates } from './predicates.js';
import type { PersonRow } from './rows.js';
import { eachVectorRow } from './scan.js';
import { storedPerson } from './stored-derived.js';

const COLUMNS = Object.keys(storedPerson.shape);

/** @param dimensions length of a vector */
export async function readPeople(
  table: Table,
  which: PeopleFilter,
  dimensions: number,
  cipher: ValueCipher | null,
  signal?: AbortSignal,
): Promise<PersonRow[]> {
  const opener = rowOpener('people', cipher);
  const query = () => table.query().select([...COLUMNS, 'vector']);
  const queries =
    'identity_ids' in which
      ? idPredicates('identity_id', 'identity', which.identity_ids).map((predicate) => query().where(predicate))
      : [query().limit(which.limit).offset(which.from)];
  const rows: PersonRow[] = [];
  for (const batches of queries) {
    stopIfAborted(signal);
    for await (const { row, vector } of eachVectorRow(batches, COLUMNS, dimensions, signal, opener))
      rows.push({ ...storedPerson.parse(row), vector: vector.slice() });
  }
  return rows;
}
