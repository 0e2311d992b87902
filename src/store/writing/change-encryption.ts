/**
 * Writes a library anew, encrypted or not. As with new vectors (replace-vectors.ts) each table gets a version of
 * another schema beyond the head, and the head names them all in one step; until then the library is what it was. The
 * same step says that a purge is due: whoever opens the library next makes up for one that was cut short.
 */
import type { LibraryKey } from '../../config/library-key.js';
import { asRollcallError, RollcallError } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';
import { arrowSchema, columnsOf, rowOpener, sealRow, TABLE_NAMES, type TableName } from '../tables/columns.js';
import type { Connection, Engine } from '../tables/database-engine.js';
import { newEnvelope, type Opened, rewrap } from '../encryption/envelope.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { Head } from '../head/head.js';
import type { Publisher } from '../head/publisher.js';
import { eachRow } from '../tables/scan.js';
import type { Staging } from '../runs/staging.js';
import { openAtHead } from '../head/open-at-head.js';

/** Rows that are copied at once: about 30 MB. */
const PAGE_ROWS = 1000;

interface Change {
  engine: Engine;
  connection: Connection;
  /** What the library is read with; null for one that is not encrypted. */
  from: ValueCipher | null;
  /** What it is to be; null for not encrypted. */
  to: Opened | null;
}

interface Parts {
  engine: Engine;
  connection: Connection;
  staging: Staging;
  /** What the library is read with; null for one that is not encrypted. */
  cipher: ValueCipher | null;
}

/**
 * Under the writer's lock. The old versions stay on the disk until the purge.
 * @param key null for no encryption
 * @returns how many runs others are working on
 */
export async function changeEncryption(
  { engine, connection, staging, cipher }: Parts,
  key: LibraryKey | null,
  publisher: Publisher,
  signal: AbortSignal,
): Promise<number> {
  const change = { engine, connection, from: cipher, to: key && (await newEnvelope(key)) };
  await staging.dropResting();
  const versions: Partial<Head['versions']> = {};
  for (const name of TABLE_NAMES)
    if (publisher.head.versions[name] !== undefined)
      versions[name] = await copyTable(name, change, publisher.head, signal);
  stopIfAborted(signal);
  await publisher.publish(versions, versions, { encryption: change.to?.envelope, purge_due: true });
  // Others may have staged something meanwhile.
  return (await staging.dropResting()).in_progress;
}

/** The error for a purge that failed once the library is what it was to be. */
export function notOffDisk(cause: unknown): RollcallError {
  const { code, message, hint } = asRollcallError(cause);
  return new RollcallError(
    code,
    `The library is what it was to be, but what it was before is not off the disk yet: ${message}`,
    `${hint} The next start with the key takes it off the disk.`,
    { cause },
  );
}

/** Under the writer's lock. @throws RollcallError wrong_key */
export async function changeKey(publisher: Publisher, from: LibraryKey, to: LibraryKey): Promise<void> {
  const { encryption } = publisher.head;
  if (encryption) await publisher.publish({}, {}, { encryption: await rewrap(encryption, from, to) });
}

/** @returns the version of the copy */
async function copyTable(
  name: TableName,
  { engine, connection, from, to }: Change,
  head: Head,
  signal: AbortSignal,
): Promise<number> {
  const was = await openAtHead(connection, name, head);
  try {
    const version = await was.version();
    const rows = await was.countRows();
    const schema = arrowSchema(engine.arrow, name, head.dimensions, to !== null);
    // From here on its latest version is of the other schema; what is read below is that of before.
    const next = await connection.createTable(name, engine.lance.makeArrowTable([], { schema }), {
      mode: 'overwrite',
      schema,
    });
    try {
      await was.checkout(version);
      const columns = columnsOf(name);
      const opener = rowOpener(name, from);
      for (let at = 0; at < rows; at += PAGE_ROWS) {
        stopIfAborted(signal);
        const page: Record<string, unknown>[] = [];
        for await (const row of eachRow(was.query().select(columns).limit(PAGE_ROWS).offset(at), columns, signal)) {
          const encoded = own(opener ? opener.open(row) : row);
          page.push(to ? sealRow(name, encoded, to.cipher) : encoded);
        }
        await next.add(engine.lance.makeArrowTable(page, { schema }));
      }
      if ((await next.countRows()) !== rows) throw new Error(`The table ${name} could not be copied.`);
      return await next.version();
    } finally {
      next.close();
    }
  } finally {
    was.close();
  }
}

/** A row that holds longer than until the next one: no views, and lists and vectors as such. */
function own(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, ownValue(name, value)]));
}

function ownValue(name: string, value: unknown): unknown {
  if (value instanceof Float32Array || value instanceof Uint8Array) return value.slice();
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return value;
  const items = Array.from(value as Iterable<unknown>);
  return name === 'vector' ? Float32Array.from(items, Number) : items.map((item) => ownValue('', item));
}
