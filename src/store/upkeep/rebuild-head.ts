/** A head made anew from the tables alone, where both it and its copy are lost. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { connectAfresh } from './check-tables.js';
import { DERIVED, TABLE_NAMES, type TableName } from '../tables/columns.js';
import type { Connection, Table } from '../tables/database-engine.js';
import type { Head } from '../head/head.js';
import { eachRow, readRows } from '../tables/scan.js';
import { COMPLETE, NEWEST } from '../head/schema-migration.js';
import { SEALED_EXTRA } from '../encryption/value-cipher.js';
import { readEnvelopeCopy } from '../encryption/envelope-copy.js';

/**
 * The newest version of every table, which may hold what a write was killed over, or a table that can't be read: both
 * are for the repair to see to. What the vectors depend on is not said: the first pack of the name that writes says it.
 * @returns null where there are no tables, or no tracks that say which pack made them
 */
export async function headOfTables(home: string, signal?: AbortSignal): Promise<Head | null> {
  const connection = await connectAfresh(home);
  try {
    const found = new Map<TableName, number>();
    for (const name of await connection.tableNames({ limit: 10_000 })) {
      // What is derived is made anew: its newest version may be of a write that was cut short.
      const table = TABLE_NAMES.find((known) => known === name && !DERIVED.includes(known));
      // One that can't be opened is named all the same, and brought back to its newest state that can be read.
      if (table) found.set(table, await newest(connection, table).catch(() => Number.MAX_SAFE_INTEGER));
    }
    const made = await vectorsOf(connection, signal).catch(() => null);
    if (made === null) return null;
    const { pack, dimensions, isSealed } = made;
    const encryption = isSealed ? await readEnvelopeCopy(home) : null;
    if (isSealed && encryption === null)
      throw new RollcallError(
        'damaged_library',
        `The library in ${home} is encrypted, and library.json, its copy and library.key are all lost: nobody can read it.`,
        'Put a backup back with `rollcall-mcp restore FILE`, or move the folder away and index again.',
      );
    const { videos = 1, tracks = 1, identities = 1, edits = 1 } = Object.fromEntries(found);
    const versions = { ...Object.fromEntries(found), videos, tracks, identities, edits };
    // Without the head nobody knows: a program from before there were photos is kept out in any case.
    const photos = true;
    const { identity, video } = await lastLabels(connection, signal).catch(() => ({ identity: 0, video: 0 }));
    return {
      schema_version: encryption ? NEWEST : COMPLETE,
      ...(photos ? { photos } : {}),
      ...{ pack, dimensions },
      ...(encryption ? { encryption } : {}),
      created_at: new Date().toISOString(),
      seq: 1,
      versions,
      kept_up: versions,
      ...(found.has('labels') ? { labelled: { identity, video } } : {}),
    };
  } finally {
    connection.close();
  }
}

async function newest(connection: Connection, name: TableName): Promise<number> {
  const table = await connection.openTable(name);
  try {
    return await table.version();
  } finally {
    table.close();
  }
}

/** Which pack made the vectors, and how long they are. */
async function vectorsOf(
  connection: Connection,
  signal?: AbortSignal,
): Promise<{ pack: string; dimensions: number; isSealed: boolean } | null> {
  const table = await connection.openTable('tracks');
  try {
    const field = (await table.schema()).fields.find(({ name }) => name === 'vector');
    const listSize = z.object({ listSize: z.number() }).safeParse(field?.type).data?.listSize;
    const dimensions = listSize ?? (await sealedDimensions(table));
    const [track] = await readRows(table, z.object({ pack: z.string() }), undefined, signal, null);
    return track ? { pack: track.pack, dimensions, isSealed: listSize === undefined } : null;
  } finally {
    table.close();
  }
}

/** How many numbers a vector has that can't be read. */
async function sealedDimensions(table: Table): Promise<number> {
  const columns = ['vector'];
  for await (const { vector } of eachRow(table.query().select(columns).limit(1), columns))
    return (z.instanceof(Uint8Array).parse(vector).length - SEALED_EXTRA) / Float32Array.BYTES_PER_ELEMENT;
  throw new Error('There is no vector.');
}

async function lastLabels(connection: Connection, signal?: AbortSignal): Promise<{ identity: number; video: number }> {
  const table = await connection.openTable('labels');
  try {
    const rows = await readRows(table, z.object({ id: z.string(), number: z.number() }), undefined, signal, null);
    // More than one call takes as arguments.
    const last = { identity: 0, video: 0 };
    for (const { id, number } of rows) {
      const kind = id.startsWith('video') ? 'video' : 'identity';
      last[kind] = Math.max(last[kind], number);
    }
    return last;
  } finally {
    table.close();
  }
}
