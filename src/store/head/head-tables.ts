/** The tables that one head names, opened at its versions when they are first read. */
import type { z } from 'zod';
import { rowOpener, type TableName } from '../tables/columns.js';
import type { Connection, Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { Head } from './head.js';
import { readRows } from '../tables/scan.js';
import { inTable } from '../tables/table-error.js';

export class HeadTables {
  readonly #tables = new Map<TableName, Promise<Table>>();

  constructor(
    private readonly head: Head,
    private readonly connection: Connection,
    private readonly cipher: ValueCipher | null,
  ) {}

  /** @param predicates disjoint; undefined for all rows */
  async rowsOf<T>(
    name: TableName,
    schema: z.ZodObject & z.ZodType<T>,
    predicates: readonly (string | undefined)[],
    signal: AbortSignal | undefined,
  ): Promise<T[]> {
    const rows: T[] = [];
    for (const predicate of predicates)
      for (const row of await this.rows(name, schema, predicate, signal)) rows.push(row);
    return rows;
  }

  rows<T>(
    name: TableName,
    schema: z.ZodObject & z.ZodType<T>,
    predicate: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T[]> {
    return inTable(name, async () =>
      readRows(await this.open(name), schema, predicate, signal, rowOpener(name, this.cipher)),
    );
  }

  open(name: TableName): Promise<Table> {
    let table = this.#tables.get(name);
    if (!table) {
      table = this.#openAtHead(name);
      this.#tables.set(name, table);
      // A failure is not remembered: the next read tries again.
      table.catch(() => this.#tables.delete(name));
    }
    return table;
  }

  async #openAtHead(name: TableName): Promise<Table> {
    const table = await this.connection.openTable(name);
    const version = this.head.versions[name];
    if (version !== undefined) await table.checkout(version);
    return table;
  }
}
