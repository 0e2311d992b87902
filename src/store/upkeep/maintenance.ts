/**
 * Compaction, the search index, and the end of old versions.
 *
 * [Note: Order of upkeep] `optimize` makes a new version and deletes old ones in one go, the one the head
 * names among them. So it runs twice: first deleting nothing, then, once the head names the new
 * version, deleting what nobody should be reading any more.
 */
import type { Changes, Tuning } from '../api.js';
import { NOTHING_CHANGED } from '../head/change-log.js';
import { KEY, LOOKED_UP, TABLE_NAMES, type TableName } from '../tables/columns.js';
import type { Connection, Engine, IndexConfig, Table } from '../tables/database-engine.js';
import type { Head } from '../head/head.js';
import type { Publisher } from '../head/publisher.js';
import { ensureSearchIndex } from '../tables/search-index.js';
import { openAtHead } from '../head/open-at-head.js';

const NEVER = new Date(0);
/** LanceDB takes an age, not a time, so the limit drifts by as long as the call takes. */
const DRIFT_MS = 1000;

/**
 * New versions after which a table of so many rows is looked after. Each is a part that every look-up goes through, and
 * upkeep writes the rows anew: small tables take it sooner (docs/scale.md).
 */
export function versionsToUpkeep(rows: number, { upkeepVersions }: Pick<Tuning, 'upkeepVersions'>): number {
  return Math.min(upkeepVersions, Math.max(16, rows / 2000));
}

/** Looks after a table that has gathered enough versions. @param before the head that readers may still be at. */
export async function keepUp(
  engine: Engine,
  table: Table,
  name: TableName,
  before: Head,
  publisher: Publisher,
  tuning: Tuning,
): Promise<void> {
  const { versions, kept_up } = publisher.head;
  if (!(await isDue(table, name, (versions[name] ?? 0) - (kept_up[name] ?? 0), tuning))) return;
  await table.optimize({ cleanupOlderThan: NEVER });
  await ensureIndexes(engine, table, name, tuning, publisher.head);
  await publishVersion(table, name, publisher);
  await publisher.confirm();
  const made =
    (await table.listVersions()).find((version) => version.version === before.versions[name])?.timestamp.getTime() ?? 0;
  await table.optimize({ cleanupOlderThan: new Date(Math.min(Date.now() - tuning.keepMs, made - DRIFT_MS)) });
  await publishVersion(table, name, publisher);
}

/**
 * Rewrites every table without what was removed from it, and deletes all other versions at once. Under the writer's
 * lock only.
 */
export async function purgeTables(
  engine: Engine,
  connection: Connection,
  publisher: Publisher,
  tuning: Tuning,
): Promise<{ bytes_removed: number; versions_removed: number }> {
  const removed = { bytes_removed: 0, versions_removed: 0 };
  await publisher.confirm();
  // What a killed write has begun: the head does not know of it.
  for (const name of await connection.tableNames({ limit: 10_000 }))
    if (TABLE_NAMES.some((known) => known === name && publisher.head.versions[known] === undefined))
      await connection.dropTable(name);
  for (const name of TABLE_NAMES) {
    if (publisher.head.versions[name] === undefined) continue;
    const table = await openAtHead(connection, name, publisher.head);
    try {
      for (const index of await table.listIndices()) await table.dropIndex(index.name);
      // Compaction leaves a file as it is while few of its rows are deleted; an update of every row moves all of them
      // to new files. An empty table needs it too: a version keeps the predicate that made it, ids and all.
      await table.update({ where: 'true', valuesSql: { [KEY[name]]: KEY[name] } });
      await table.optimize({ cleanupOlderThan: NEVER });
      await ensureIndexes(engine, table, name, tuning, publisher.head);
      // The log of changes begins anew: it has ids of what was removed.
      await publishVersion(table, name, publisher, null);
      // Under the lock there is no write in progress whose files this could take away.
      await publisher.confirm();
      const { prune } = await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true });
      await publishVersion(table, name, publisher);
      removed.bytes_removed += prune.bytesRemoved;
      removed.versions_removed += prune.oldVersionsRemoved;
    } finally {
      table.close();
    }
  }
  if (publisher.head.purge_due) await publisher.publish({}, {}, { purge_due: false }, NOTHING_CHANGED);
  return removed;
}

async function publishVersion(
  table: Table,
  name: TableName,
  publisher: Publisher,
  changed: Changes | null = NOTHING_CHANGED,
): Promise<void> {
  const version = await table.version();
  if (version === publisher.head.versions[name]) return;
  await publisher.publish({ [name]: version }, { [name]: version }, {}, changed);
}

/** Rows from which on a table is looked up by indexes: fewer are read as fast. */
const LOOKUP_ROWS = 5000;

/** Columns that a table of so many rows is to be looked up by, and is not yet. */
function unindexed(name: TableName, rows: number, indexes: readonly IndexConfig[]): string[] {
  const there = new Set(indexes.flatMap((index) => index.columns));
  return rows < LOOKUP_ROWS ? [] : (LOOKED_UP[name] ?? []).filter((column) => !there.has(column));
}

/** @param since versions since upkeep last came */
async function isDue(table: Table, name: TableName, since: number, tuning: Tuning): Promise<boolean> {
  const rows = await table.countRows();
  // Of tracks the pictures would be written anew each time.
  if (since >= (name === 'tracks' ? tuning.upkeepVersions : versionsToUpkeep(rows, tuning))) return true;
  const columns = LOOKED_UP[name] ?? [];
  if (columns.length === 0) return false;
  const indexes = await table.listIndices();
  if (unindexed(name, rows, indexes).length > 0) return true;
  // Rows that came since the indexes were brought up to date: every look-up reads all of them.
  const index = indexes.find((i) => i.columns.some((column) => columns.includes(column)));
  const unknown = (index && (await table.indexStats(index.name))?.numUnindexedRows) ?? 0;
  return unknown >= tuning.upkeepRows;
}

/** Makes the indexes that a table of so many rows is to have; those that are there are kept by `optimize`. */
async function ensureIndexes(
  engine: Engine,
  table: Table,
  name: TableName,
  tuning: Tuning,
  { encryption }: Head,
): Promise<void> {
  // Of an encrypted library an index would tell the vectors: see held-vectors.ts.
  if (name === 'tracks' && !encryption) await ensureSearchIndex(engine, table, tuning.indexRows);
  for (const column of unindexed(name, await table.countRows(), await table.listIndices()))
    await table.createIndex(column, { config: engine.lance.Index.btree() });
}
