/**
 * Brings back what can be of a library whose files are lost or damaged: a head from its copy or from the tables, a
 * table at the newest of its versions that reads whole. What doesn't fit together any more is taken out and named, so
 * that it can be indexed again.
 */
import type { LibraryKey } from '../../config/library-key.js';
import { asRollcallError, RollcallError } from '../../domain/errors/errors.js';
import type { StoreLogger } from '../api.js';
import { checkTables, connectAfresh, rowsAt } from './check-tables.js';
import { arrowSchema, DERIVED, type TableName } from '../tables/columns.js';
import { loadEngine, type Connection } from '../tables/database-engine.js';
import { readHead, type Head } from '../head/head.js';
import { openLibrary } from '../library.js';
import { headOfTables } from './rebuild-head.js';
import { repairSite, type RepairSite } from './repair-site.js';
import { unlock } from '../unlock.js';

/** Every library has these; without one of the others it goes on. */
const NEEDED: readonly TableName[] = ['videos', 'tracks', 'identities', 'edits'];

export interface RepairReport {
  /** What was mended, in sentences; empty for a library that is whole. */
  mended: string[];
  /** Videos to index again, by source. */
  index_again: string[];
  /** Where damaged files were moved, if any were: a folder, or an address. */
  aside: string | null;
}

interface Options {
  /** Folder or address of the library. */
  home: string;
  /** With an address: the folder of what is this machine's own. */
  localHome?: string | undefined;
  /** Of an encrypted library. */
  key?: LibraryKey | null | undefined;
  logger?: StoreLogger | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * In an object store nothing counts as damaged that was read only once, and no error of the network or of what the keys
 * may do: those end the repair.
 * @throws RollcallError `not_found` where there is nothing of a library, `incompatible_library` for a newer one,
 * `unreachable`, `forbidden`, `busy`
 */
export async function repairLibrary({ home, localHome, key, logger, signal }: Options): Promise<RepairReport> {
  const report: RepairReport = { mended: [], index_again: [], aside: null };
  try {
    const site = repairSite(home);
    const release = await site.lock({ logger, signal });
    let head: Head;
    try {
      head = await mendUnderLock(home, site, key ?? null, report, signal);
    } finally {
      await release();
    }
    if (report.mended.length > 0) await fitTogether({ home, localHome, key, signal }, head, report);
    return report;
  } catch (error) {
    throw asRollcallError(error);
  }
}

async function mendUnderLock(
  home: string,
  site: RepairSite,
  key: LibraryKey | null,
  report: RepairReport,
  signal?: AbortSignal,
): Promise<Head> {
  const found = await usableHead(home, site, report, signal);
  const versions = { ...found.versions };
  let states = await checkTables(home, found, signal);
  for (let look = 1; look < site.looks && states.some(({ rows }) => rows === null); look++)
    states = await checkTables(home, found, signal);
  // Before anything is written.
  if (report.mended.length > 0 || states.some(({ rows }) => rows === null)) await unlock(found, key, home);
  for (const { table, rows } of states) {
    if (rows !== null) continue;
    if (DERIVED.includes(table)) {
      report.mended.push(`The table "${table}" could not be read: it is made anew of the others.`);
      continue;
    }
    report.aside = site.aside;
    const back = await bringBack(home, site, table, found, signal);
    report.mended.push(back.said);
    if (back.version === null) delete versions[table];
    else versions[table] = back.version;
  }
  if (report.mended.length === 0) return found;
  // What is derived of a table that is at an earlier state is made anew by the next write.
  for (const name of DERIVED) delete versions[name];
  const head = {
    ...found,
    schema_version: found.schema_version,
    seq: found.seq + 1,
    versions,
    kept_up: versions,
  };
  await site.writeHead(head);
  return head;
}

async function usableHead(home: string, site: RepairSite, report: RepairReport, signal?: AbortSignal): Promise<Head> {
  for (let look = 0; look < site.looks; look++) {
    const found = await readHead(home).catch((error: unknown) => {
      if (error instanceof RollcallError && error.code === 'damaged_library') return null;
      throw error;
    });
    if (found) return found;
  }
  const copy = await site.headCopy();
  if (copy) {
    report.mended.push('library.json was lost or damaged: it is back from its copy.');
    return copy;
  }
  const made = await headOfTables(home, signal);
  if (made === null && (await hasTables(site)))
    throw new RollcallError(
      'damaged_library',
      `Of the library in ${home} neither library.json nor its copy is left, and the table tracks can't be opened, which would tell what it is of.`,
      'Put a backup back with `rollcall-mcp restore FILE`, or move it away and index again.',
    );
  if (made === null)
    throw new RollcallError(
      'not_found',
      `There is no library in ${home}.`,
      'Index a video first, set the home folder, or put a backup back with `rollcall-mcp restore FILE`.',
    );
  report.mended.push('library.json and its copy were lost or damaged: it was made anew from the tables.');
  return made;
}

/** Whether there are files of a library's tables. */
async function hasTables(site: RepairSite): Promise<boolean> {
  for (const table of NEEDED) if ((await site.filesOf(table)).length > 0) return true;
  return false;
}

/** Numbers of the versions that there are of a table, newest first, with their files. */
async function versionsOf(site: RepairSite, table: TableName): Promise<{ version: number; file: string }[]> {
  return (await site.filesOf(table, '_versions'))
    .flatMap((file) => {
      const digits = /\/(\d+)\.manifest$/.exec(file)?.[1];
      if (digits === undefined) return [];
      // Lance names them so that the newest comes first: 2^64 - 1 less the version.
      const version = digits.length === 20 ? Number(2n ** 64n - 1n - BigInt(digits)) : Number(digits);
      return [{ version, file }];
    })
    .sort((a, b) => b.version - a.version);
}

/** Takes a table to the newest of its versions that reads whole; moves aside what can't be opened. */
async function bringBack(
  home: string,
  site: RepairSite,
  table: TableName,
  head: Head,
  signal?: AbortSignal,
): Promise<{ version: number | null; said: string }> {
  for (const { version, file } of await versionsOf(site, table)) {
    for (let look = 0; look < site.looks && version <= (head.versions[table] ?? Infinity); look++) {
      const connection = await connectAfresh(home);
      try {
        const rows = await rowsAt(connection, table, version, signal);
        if (rows === null) continue;
        const open = await connection.openTable(table);
        try {
          await open.checkout(version);
          await open.restore();
          const now = await open.version();
          return { version: now, said: `The table "${table}" is back at an earlier state, with ${rows} rows.` };
        } finally {
          open.close();
        }
      } finally {
        connection.close();
      }
    }
    // A newer version that can't be opened hides those before it.
    await site.putAside([file]);
  }
  await site.putAside(await site.filesOf(table));
  const said = `Nothing of the table "${table}" can be read: it is empty now.`;
  if (!NEEDED.includes(table)) return { version: null, said };
  const connection = await connectAfresh(home);
  try {
    return { version: await createEmpty(connection, table, head), said };
  } finally {
    connection.close();
  }
}

async function createEmpty(
  connection: Connection,
  table: TableName,
  { dimensions, encryption }: Head,
): Promise<number> {
  const { arrow } = await loadEngine();
  const made = await connection.createEmptyTable(
    table,
    arrowSchema(arrow, table, dimensions, encryption !== undefined),
  );
  try {
    return await made.version();
  } finally {
    made.close();
  }
}

/**
 * A video stays that has its row, and whose tracks all belong to somebody there is; tracks of others go. People stay
 * that have a name or tracks.
 */
async function fitTogether(
  { home, localHome, key, signal }: Omit<Options, 'logger'>,
  head: Head,
  report: RepairReport,
): Promise<void> {
  const { pack, dimensions, vectors, population } = head;
  const library = await openLibrary({
    home,
    localHome,
    pack,
    dimensions,
    vectors,
    population,
    key,
    keepsRun: () => Promise.resolve(true),
  });
  try {
    const [videos, tracks, people] = [
      await library.videos(signal),
      await library.tracks({}, signal),
      await library.identities(signal),
    ];
    const owned = new Set(people.flatMap((person) => person.track_ids));
    const there = new Set(tracks.map((track) => track.track_id));
    const rows = new Set(videos.map((video) => video.video_id));
    const [seen, orphaned] = [new Set<string>(), new Set<string>()];
    for (const { track_id, video_id } of tracks) (owned.has(track_id) ? seen : orphaned).add(video_id);
    const empty = videos.filter((video) => video.coverage.faces_kept > 0 && !seen.has(video.video_id));
    // Tracks are lost from the newest on: at least the last video is not whole.
    const cut = [...owned].every((id) => there.has(id)) ? [] : empty.length > 0 ? empty : videos.slice(-1);
    const broken = videos.filter((video) => orphaned.has(video.video_id) || cut.includes(video));
    const gone = new Set(broken.map((video) => video.video_id));
    for (const { video_id } of tracks) if (!rows.has(video_id)) gone.add(video_id);
    for (const { track_id, video_id } of tracks) if (gone.has(video_id)) there.delete(track_id);
    report.index_again.push(...broken.map((video) => video.source));
    const changed = people
      .map((person) => ({ ...person, track_ids: person.track_ids.filter((id) => there.has(id)) }))
      .filter((person, i) => person.track_ids.length !== people[i]?.track_ids.length);
    const nobody = changed.filter((person) => person.track_ids.length === 0 && person.name === null);
    await library.write(async (writer) => {
      await writer.removeVideos([...gone]);
      await writer.putIdentities(changed.filter((person) => !nobody.includes(person)));
      await writer.removeIdentities(nobody.map((person) => person.identity_id));
    }, signal);
  } finally {
    await library.close();
  }
}
