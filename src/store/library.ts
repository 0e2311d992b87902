/** Opens or makes a library. */
import path from 'node:path';
import { asRollcallError, RollcallError } from '../domain/errors/errors.js';
import { stopIfAborted } from './abort.js';
import type { Library, LibraryOptions, StoreLogger, Tuning } from './api.js';
import { arrowSchema, TABLE_NAMES, type TableName } from './tables/columns.js';
import { loadEngine, type Connection, type Engine } from './tables/database-engine.js';
import { newEnvelope } from './encryption/envelope.js';
import { sweepTemporaries } from './files/atomic-write.js';
import { makePrivateFolder, openHome } from './files/private-folder.js';
import { checkHead, readHeadAt, replaceHead, type Head } from './head/head.js';
import { LanceLibrary } from './lance-library.js';
import { keepCopyBeside, sweepPassing } from './upkeep/library-copy.js';
import { ObjectPlace } from './places/object-place.js';
import { placeAt } from './places/place-at.js';
import type { Place } from './places/place.js';
import { lockLost } from './head/publisher.js';
import { migrate, schemaOf } from './head/schema-migration.js';
import { Staging } from './runs/staging.js';
import { asStoreError } from './tables/table-error.js';
import { unlock } from './unlock.js';

const DEFAULT_TUNING: Tuning = {
  lockStaleMs: 15_000,
  sweepEveryMs: 3600_000,
  upkeepVersions: 64,
  upkeepRows: 20_000,
  keepMs: 120_000,
  indexRows: 50_000,
  // Reading all of so many takes about as long as the dozen reads of one question (docs/performance.md).
  heldTracks: 2000,
};

/**
 * Opens the library in `home`, making it when there is none, and sweeps what dead processes left.
 * @throws RollcallError `incompatible_library` (other pack, other dimensions, newer schema), `damaged_library`,
 * `missing_dependency`, `forbidden`, `cancelled`, `library_locked`, `wrong_key`
 */
export async function openLibrary(options: LibraryOptions, signal?: AbortSignal): Promise<Library> {
  const { home, localHome = home, dimensions, logger } = options;
  const tuning = { ...DEFAULT_TUNING, ...options.tuning };
  try {
    stopIfAborted(signal);
    const place = placeAt(home);
    if (!options.readOnly) await prepareHome(localHome, logger);
    // Before LanceDB is loaded: a wrong library is told apart at once.
    const found = (await readHeadAt(place))?.head ?? null;
    const key = options.key ?? null;
    let cipher = found && (await unlock(found, key, home));
    if (found) checkHead(found, options);
    else if (options.readOnly) throw noLibrary(home);
    if (!options.readOnly && place instanceof ObjectPlace) await place.checkConditions(signal);
    const engine = await loadEngine();
    const connection = await place.connect(engine.lance);
    let staged: Connection | null = null;
    try {
      if (!found) {
        const made = await createLibrary(place, options, engine, connection, tuning, signal);
        checkHead(made, options);
        cipher = await unlock(made, key, home);
      }
      if (place.folder === null) staged = await stagedBeside(localHome, engine);
      const staging = new Staging({
        home: localHome,
        engine,
        connection: staged ?? connection,
        dimensions,
        cipher,
        lockStaleMs: tuning.lockStaleMs,
        logger,
        keepsRun: options.keepsRun,
        runs: place.runs,
        sharesRuns: options.sharesRuns ?? false,
      });
      if (!options.readOnly) await staging.sweep();
      stopIfAborted(signal);
      const library = new LanceLibrary({ options, place, tuning, engine, connection, staged, staging, cipher });
      if (options.readOnly) return library;
      if (found) {
        // Object stores keep versions by themselves, where that is switched on.
        const keepCopy = async (nameFor: (head: Head) => string | null): Promise<void> =>
          place.folder === null ? undefined : keepCopyBeside(place.folder, nameFor, tuning.lockStaleMs, logger);
        await migrate(found, { keepCopy, complete: () => library.write(() => Promise.resolve(), signal) });
      }
      // Takes seconds per GB, and a library that is being closed waits for it: whoever reads needs not.
      if (found?.purge_due) void library.purgeIfDue();
      return library;
    } catch (error) {
      staged?.close();
      connection.close();
      throw error;
    }
  } catch (error) {
    throw asStoreError(error);
  }
}

function noLibrary(home: string): RollcallError {
  return new RollcallError(
    'not_found',
    `There is no library in ${home}, and this Rollcall makes none (setting readOnly).`,
    'Set the home folder of a library that is there, or index without readOnly.',
  );
}

/** @returns the head of the new library, or of the one that another process made meanwhile. */
async function createLibrary(
  place: Place,
  { pack, dimensions, vectors, population, logger, key }: LibraryOptions,
  engine: Engine,
  connection: Connection,
  tuning: Tuning,
  signal?: AbortSignal,
): Promise<Head> {
  const lease = await place.lock(tuning.lockStaleMs, { signal, logger });
  try {
    const made = await readHeadAt(place);
    if (made) return made.head;
    const create = async (name: TableName): Promise<number> => {
      const table = await connection.createEmptyTable(
        name,
        arrowSchema(engine.arrow, name, dimensions, encryption !== undefined),
      );
      const version = await table.version();
      table.close();
      return version;
    };
    const encryption = key ? (await newEnvelope(key)).envelope : undefined;
    await clearOrphans(connection, place);
    const versions = {
      videos: await create('videos'),
      tracks: await create('tracks'),
      identities: await create('identities'),
      edits: await create('edits'),
    };
    const head: Head = {
      schema_version: schemaOf({ versions, encryption }),
      pack,
      dimensions,
      vectors,
      population,
      created_at: new Date().toISOString(),
      seq: 1,
      versions,
      kept_up: versions,
      ...(encryption ? { encryption } : {}),
    };
    if (lease.lost.aborted || (await replaceHead(place, head, null)) === null) throw lockLost();
    return head;
  } finally {
    await lease.release();
  }
}

/**
 * Removes the empty tables of a creation that was cut short. Tables with rows but no library.json are somebody's lost
 * library.
 */
async function clearOrphans(connection: Connection, place: Place): Promise<void> {
  const existing = await connection.tableNames({ limit: 10_000 });
  for (const name of TABLE_NAMES) {
    if (!existing.includes(name)) continue;
    if (await hasRows(connection, place, name))
      throw new RollcallError(
        'damaged_library',
        `The library in ${place.name} has lost its library.json.`,
        'Run `rollcall-mcp doctor --repair`, or put a backup back with `rollcall-mcp restore FILE`.',
      );
    await connection.dropTable(name);
  }
}

/** One that can't be opened is left of a creation that was cut short, as by a full disk, if it holds no data. */
async function hasRows(connection: Connection, place: Place, name: string): Promise<boolean> {
  try {
    const table = await connection.openTable(name);
    try {
      return (await table.countRows()) > 0;
    } finally {
      table.close();
    }
  } catch {
    return place.hasData(name);
  }
}

/** Runs of a library that is elsewhere lie on this machine until they are committed. */
function stagedBeside(localHome: string, engine: Engine): Promise<Connection> {
  return engine.lance.connect(path.join(localHome, 'staged.lance'), { readConsistencyInterval: 0 });
}

async function prepareHome(home: string, logger: StoreLogger | undefined): Promise<void> {
  try {
    await openHome(home, logger);
    await makePrivateFolder(path.join(home, 'runs'));
    await sweepPassing(home);
    const swept = await sweepTemporaries(home);
    if (swept.length > 0) logger?.debug({ swept }, 'swept unfinished files');
  } catch (cause) {
    const known = asRollcallError(cause);
    if (known.code === 'no_space') throw known;
    throw new RollcallError(
      'forbidden',
      `The library's folder ${home} cannot be made or written by this user.`,
      'Run rollcall-mcp as the user whom the folder belongs to, give this one the right to write there, or set ROLLCALL_HOME to a folder of its own.',
      { cause },
    );
  }
}
