/** Reads every table of a library from end to end. */
import { asRollcallError } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';
import { TABLE_NAMES, type TableName } from '../tables/columns.js';
import { loadEngine, type Connection, type Table } from '../tables/database-engine.js';
import type { Head } from '../head/head.js';
import { placeAt } from '../places/place-at.js';
import { storeTrouble } from '../tables/table-error.js';

export interface TableState {
  table: TableName;
  /** Null for a table that can't be read. */
  rows: number | null;
}

/** @returns the state of each table that the head names. Reads all of it: seconds per GB. */
export async function checkTables(home: string, head: Head, signal?: AbortSignal): Promise<TableState[]> {
  const connection = await connectAfresh(home);
  try {
    const states: TableState[] = [];
    for (const table of TABLE_NAMES) {
      const version = head.versions[table];
      if (version !== undefined) states.push({ table, rows: await rowsAt(connection, table, version, signal) });
    }
    return states;
  } finally {
    connection.close();
  }
}

/** A connection that has nothing in its cache. @param home folder or address */
export async function connectAfresh(home: string): Promise<Connection> {
  const { lance } = await loadEngine();
  return placeAt(home).connect(lance);
}

/**
 * How many rows a version of a table has, all of them read; null when they can't be. @throws what has an explanation of
 * its own, as a file that this user may not read
 */
export async function rowsAt(
  connection: Connection,
  name: TableName,
  version: number,
  signal?: AbortSignal,
): Promise<number | null> {
  let table: Table | undefined;
  try {
    table = await connection.openTable(name);
    await table.checkout(version);
    let rows = 0;
    for await (const batch of table.query()) {
      stopIfAborted(signal);
      rows += batch.numRows;
    }
    return rows === (await table.countRows()) ? rows : null;
  } catch (error) {
    stopIfAborted(signal);
    // What a network loses, or a table that may not be opened, is not damaged.
    const trouble = storeTrouble(error);
    if (trouble) throw trouble;
    if (asRollcallError(error).code !== 'internal') throw error;
    return null;
  } finally {
    table?.close();
  }
}
