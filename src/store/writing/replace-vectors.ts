/**
 * Gives a library the vectors of another pack: everything else of its tracks stays as it is.
 *
 * [Note: Another length] A table's new version may have another schema, and its old versions stay readable under
 * theirs. So this is a write like any other: readers see the old vectors and the old pack, or the new ones, and what a
 * crash leaves lies beyond the head.
 */
import { RollcallError } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';
import type { LibraryIdentity, NewVector } from '../api.js';
import { arrowSchema, DERIVED, encodeRow, rowOpener, storedReference, storedSummary } from '../tables/columns.js';
import type { Connection, Engine, Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { Head } from '../head/head.js';
import type { Publisher } from '../head/publisher.js';
import { eachRow, readRows } from '../tables/scan.js';
import type { Staging } from '../runs/staging.js';
import { openAtHead } from '../head/open-at-head.js';
import { WriteSession } from './write-session.js';

/** Rows that are copied at once: about 30 MB. */
const PAGE_ROWS = 1000;

/**
 * Under the writer's lock. @param vectors of every track and every reference of the library, by id
 * @throws RollcallError `busy` when there are tracks that have none: they came meanwhile
 * @returns the table, at the version that is now in force
 */
export async function replaceVectors(
  engine: Engine,
  connection: Connection,
  staging: Staging,
  publisher: Publisher,
  to: LibraryIdentity,
  vectors: ReadonlyMap<string, NewVector>,
  cipher: ValueCipher | null,
  signal: AbortSignal,
): Promise<Table> {
  const { head } = publisher;
  const was = await openAtHead(connection, 'tracks', head);
  const videos = await openAtHead(connection, 'videos', head);
  try {
    const version = await was.version();
    const schema = arrowSchema(engine.arrow, 'tracks', to.dimensions, cipher !== null);
    const rows = await was.countRows();
    // From here on its latest version is of the other schema; what is read below is that of before.
    const next = await connection.createTable('tracks', engine.lance.makeArrowTable([], { schema }), {
      mode: 'overwrite',
      schema,
    });
    try {
      await was.checkout(version);
      for (let at = 0; at < rows; at += PAGE_ROWS) {
        stopIfAborted(signal);
        const page: Record<string, unknown>[] = [];
        for await (const row of eachRow(was.query().select(COLUMNS).limit(PAGE_ROWS).offset(at), COLUMNS, signal))
          page.push(renewed(row, vectors, to.pack, cipher));
        await next.add(engine.lance.makeArrowTable(page, { schema }));
      }
      if ((await next.countRows()) !== rows) throw new Error('The tracks could not be copied.');
      if ((await videos.countRows()) > 0) await videos.update({ where: 'true', values: { pack: to.pack } });
      const references = await renewedReferences(engine, connection, head, to, vectors, cipher, signal);
      const made = { tracks: await next.version(), videos: await videos.version(), ...references };
      const derived = await derivedAnew({ ...head, ...to, versions: { ...head.versions, ...made } });
      stopIfAborted(signal);
      const cohesion = derived.people === undefined ? {} : { cohesion: true as const };
      await publisher.publish({ ...made, ...derived }, {}, { ...to, ...cohesion });
      return next;
    } catch (error) {
      next.close();
      throw error;
    }
  } finally {
    was.close();
    videos.close();
  }

  /** What is derived has vectors too, and what scores depend on. @returns its versions */
  async function derivedAnew(as: Head): Promise<Partial<Head['versions']>> {
    const session = new WriteSession(as, engine, connection, staging, signal, to.pack, cipher);
    try {
      await session.derive({ anew: true });
      const versions: Partial<Head['versions']> = {};
      for (const [name, table] of session.touched()) if (DERIVED.includes(name)) versions[name] = await table.version();
      return versions;
    } finally {
      for (const table of session.touched().values()) table.close();
    }
  }
}

/** Few enough to be in memory. @returns the version of their table, or nothing where there is none */
async function renewedReferences(
  engine: Engine,
  connection: Connection,
  head: Head,
  to: LibraryIdentity,
  vectors: ReadonlyMap<string, NewVector>,
  cipher: ValueCipher | null,
  signal: AbortSignal,
): Promise<{ references?: number }> {
  if (head.versions.references === undefined) return {};
  const was = await openAtHead(connection, 'references', head);
  const rows = await readRows(was, storedReference, undefined, signal, rowOpener('references', cipher));
  was.close();
  const schema = arrowSchema(engine.arrow, 'references', to.dimensions, cipher !== null);
  const encoded = rows.map((row) => {
    const found = vectors.get(row.reference_id);
    if (!found) throw cameMeanwhile();
    return encodeRow('references', { ...row, ...found, pack: to.pack }, cipher);
  });
  const next = await connection.createTable('references', engine.lance.makeArrowTable(encoded, { schema }), {
    mode: 'overwrite',
    schema,
  });
  try {
    return { references: await next.version() };
  } finally {
    next.close();
  }
}

function cameMeanwhile(): RollcallError {
  return new RollcallError('busy', 'Faces were added to the library meanwhile.', 'Nothing was changed: try again.');
}

/** All but the vector, as they lie in the table. */
const COLUMNS = [...Object.keys(storedSummary.shape), 'boxes', 'crops', 'thumbnail'];

function renewed(
  row: Record<string, unknown>,
  vectors: ReadonlyMap<string, NewVector>,
  pack: string,
  cipher: ValueCipher | null,
): Record<string, unknown> {
  const found = vectors.get(String(row.track_id));
  if (!found) throw cameMeanwhile();
  // JSON columns are text already, which encoding would wrap once more; pictures are as they were, sealed or not.
  const encoded = encodeRow('tracks', { ...row, ...found, pack, crops: null, thumbnail: null }, cipher);
  return {
    ...encoded,
    presence: row.presence,
    boxes: row.boxes,
    crops: cropsOf(row.crops),
    thumbnail: bytesOf(row.thumbnail),
  };
}

/** Views hold only until the next row. */
function bytesOf(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? value.slice() : null;
}

function cropsOf(value: unknown): Uint8Array[] {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return [];
  return Array.from(value as Iterable<unknown>, (crop) => bytesOf(crop) ?? new Uint8Array());
}
