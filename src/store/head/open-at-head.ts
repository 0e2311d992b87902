/** Opens a table for writing. */
import type { TableName } from '../tables/columns.js';
import type { Connection, Table } from '../tables/database-engine.js';
import type { Head } from './head.js';

/** Its latest version, made equal to the head's. Call it under the writer's lock only. */
export async function openAtHead(connection: Connection, name: TableName, head: Head): Promise<Table> {
  const table = await connection.openTable(name);
  const current = head.versions[name];
  if (current !== undefined && (await table.version()) !== current) {
    await table.checkout(current);
    await table.restore();
  }
  return table;
}
