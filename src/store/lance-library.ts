/** A library over LanceDB tables: reads of one state, one writer at a time. */
import type { LibraryKey } from '../config/library-key.js';
import { RollcallError } from '../domain/errors/errors.js';
import { readOnly } from '../domain/errors/refusals.js';
import { stopIfAborted } from './abort.js';
import type {
  Library,
  LibraryIdentity,
  LibraryOptions,
  NewVector,
  ResumedRun,
  State,
  StoreLogger,
  Tuning,
  Writer,
} from './api.js';
import { markOf } from './head/change-log.js';
import { changeEncryption, changeKey, notOffDisk } from './writing/change-encryption.js';
import type { TableName } from './tables/columns.js';
import type { Connection, Engine } from './tables/database-engine.js';
import type { ValueCipher } from './encryption/value-cipher.js';
import { checkHead, fence, readHeadAt, type Head, type HeldHead } from './head/head.js';
import { HeldSnapshot } from './reading/held-snapshot.js';
import { HeldTracks } from './reading/held-tracks.js';
import { HeldVectors } from './reading/held-vectors.js';
import { sweepPassing } from './upkeep/library-copy.js';
import type { Place } from './places/place.js';
import { lockLost, Publisher } from './head/publisher.js';
import type { TrackRow } from './rows.js';
import { LibraryReads } from './reading/library-reads.js';
import { replaceVectors } from './writing/replace-vectors.js';
import { WriteSession } from './writing/write-session.js';
import type { Snapshot } from './reading/snapshot.js';
import { checkSameKey } from './unlock.js';
import { readTooLate, steadyReader } from './reading/steady-reader.js';
import type { Staging } from './runs/staging.js';
import { asStoreError } from './tables/table-error.js';
import { Turns } from './writing/write-turns.js';
import { keepUp, purgeTables } from './upkeep/maintenance.js';

/** Times a read starts over because upkeep took away the state it was reading. */
const READ_ATTEMPTS = 5;

/** What openLibrary has put together. */
export interface LibraryParts {
  options: LibraryOptions;
  place: Place;
  tuning: Tuning;
  engine: Engine;
  connection: Connection;
  /** Of runs that are not committed; null where they lie beside the tables. */
  staged: Connection | null;
  staging: Staging;
  /** Of an encrypted library. */
  cipher: ValueCipher | null;
}

/** A library in LanceDB. [Note: The head] in head.ts says how a write becomes visible. */
export class LanceLibrary extends LibraryReads implements Library {
  readonly pack: string;
  readonly dimensions: number;
  readonly #parts: LibraryParts;
  readonly #logger: StoreLogger | undefined;
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  readonly #held = new HeldVectors();
  readonly #heldTracks = new HeldTracks();
  #snapshot: HeldSnapshot | undefined;
  /** As it was read last. */
  #lastHead: HeldHead | null = null;
  /** The reader of that snapshot: the same one as long as the state is, so that what is made of it can be kept. */
  #steady: { of: Snapshot; reader: State } | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: LibraryParts) {
    super();
    this.#parts = parts;
    this.pack = parts.options.pack;
    this.dimensions = parts.options.dimensions;
    this.#logger = parts.options.logger;
    if (!parts.options.readOnly) this.#sweepAtTimes(parts.tuning.sweepEveryMs);
  }

  /** For what others leave that die while this process has nothing to write. */
  #sweepAtTimes(everyMs: number): void {
    const timer = setInterval(() => {
      this.#sweeping = this.#parts.staging.sweep();
    }, everyMs).unref();
    this.#closing.signal.addEventListener('abort', () => clearInterval(timer));
  }

  async snapshot(): Promise<State> {
    const snapshot = await this.#current();
    if (this.#steady?.of !== snapshot) this.#steady = this.#steadyReader(snapshot);
    return this.#steady.reader;
  }

  #steadyReader(of: Snapshot): { of: Snapshot; reader: State } {
    const explain = async (error: unknown): Promise<unknown> =>
      error instanceof RollcallError || (await this.#current()) === of ? asStoreError(error) : readTooLate(error);
    return { of, reader: steadyReader(of, explain) };
  }

  async holdTracks(): Promise<void> {
    await (await this.#current()).hold();
  }

  async stageTracks(rows: readonly TrackRow[], signal?: AbortSignal): Promise<void> {
    this.#stopIfReadOnly();
    await this.#parts.staging.stage(rows, signal).catch(rethrow);
  }

  async resumeRun(run_id: string, owner: string, signal?: AbortSignal): Promise<ResumedRun | null> {
    this.#stopIfReadOnly();
    return this.#parts.staging.resume(run_id, owner, signal).catch(rethrow);
  }

  async checkpoint(run_id: string, state: unknown, signal?: AbortSignal): Promise<void> {
    this.#stopIfReadOnly();
    await this.#parts.staging.checkpoint(run_id, state, signal).catch(rethrow);
  }

  async leaveRun(run_id: string): Promise<void> {
    await this.#parts.staging.leave(run_id).catch(rethrow);
  }

  async dropRun(run_id: string): Promise<void> {
    await this.#parts.staging.drop(run_id).catch(rethrow);
  }

  async sweep(): Promise<void> {
    this.#stopIfReadOnly();
    await this.#parts.staging.sweep();
  }

  async dropRestingRuns(): Promise<{ dropped: number; in_progress: number }> {
    this.#stopIfReadOnly();
    return this.#parts.staging.dropResting().catch(rethrow);
  }

  async write<T>(fn: (writer: Writer) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#exclusive(async (publisher, stop) => {
      const { engine, connection, staging, tuning, options, cipher } = this.#parts;
      await staging.sweep();
      const before = publisher.head;
      const session = new WriteSession(before, engine, connection, staging, stop, options.pack, cipher);
      try {
        const result = await fn(session);
        const labelled = await session.label();
        await session.derive();
        stopIfAborted(stop);
        const versions: Partial<Head['versions']> = {};
        for (const [name, table] of session.touched()) versions[name] = await table.version();
        if (Object.keys(versions).length > 0 || session.purgeDue)
          await publisher.publish(
            versions,
            {},
            {
              ...(labelled ? { labelled } : {}),
              ...session.becomes,
              ...(session.purgeDue ? { purge_due: true } : {}),
            },
            session.changed,
          );
        await this.#afterwards(session.touched(), async () => {
          for (const run_id of session.committedRuns()) await staging.drop(run_id);
          for (const [name, table] of session.touched()) await keepUp(engine, table, name, before, publisher, tuning);
        });
        return result;
      } finally {
        for (const table of session.touched().values()) table.close();
      }
    }, signal);
  }

  async changePack(to: LibraryIdentity, vectors: ReadonlyMap<string, NewVector>, signal?: AbortSignal): Promise<void> {
    const { engine, connection, staging, tuning, cipher } = this.#parts;
    await this.#exclusive(async (publisher, stop) => {
      // What was staged has vectors of before: whoever staged it starts over.
      await staging.sweep();
      const before = publisher.head;
      const tracks = await replaceVectors(engine, connection, staging, publisher, to, vectors, cipher, stop);
      try {
        // Readers may still be at the state of before, which goes with the next upkeep; what is older goes now.
        await this.#afterwards(new Map([['tracks', tracks]]), () =>
          keepUp(engine, tracks, 'tracks', before, publisher, { ...tuning, upkeepVersions: 0 }),
        );
      } finally {
        tracks.close();
      }
    }, signal);
  }

  changeEncryption(to: LibraryKey | null, signal?: AbortSignal): Promise<{ in_progress: number }> {
    return this.#exclusive(async (publisher, stop) => {
      const in_progress = await changeEncryption(this.#parts, to, publisher, stop);
      await this.#purge(publisher).catch((error: unknown) => {
        throw notOffDisk(error);
      });
      return { in_progress };
    }, signal);
  }

  changeKey(from: LibraryKey, to: LibraryKey, signal?: AbortSignal): Promise<void> {
    return this.#exclusive((publisher) => changeKey(publisher, from, to), signal);
  }

  async purge(signal?: AbortSignal): Promise<{ bytes_removed: number; versions_removed: number }> {
    return this.#exclusive((publisher) => this.#purge(publisher), signal);
  }

  async #purge(publisher: Publisher): Promise<{ bytes_removed: number; versions_removed: number }> {
    const { engine, connection, place, tuning } = this.#parts;
    // Copies that were set aside would keep what was forgotten.
    if (place.folder !== null) await sweepPassing(place.folder, { aside: true });
    return purgeTables(engine, connection, publisher, tuning);
  }

  /** Makes up for a purge that was cut short, unless somebody else has done so meanwhile. Never fails: it stays due. */
  async purgeIfDue(): Promise<void> {
    await this.#exclusive(async (publisher) => {
      if (publisher.head.purge_due) await this.#purge(publisher);
    }).catch((error: unknown) => this.#logger?.warn({ err: error }, 'what was forgotten is not off the disk yet'));
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#turns.idle();
    await this.#sweeping;
    await this.#parts.staging.close();
    this.#snapshot = undefined;
    this.#held.drop();
    await this.#heldTracks.close();
    this.#parts.staged?.close();
    this.#parts.connection.close();
  }

  /** The write is through by then: what fails here is only logged. */
  async #afterwards(touched: ReadonlyMap<TableName, unknown>, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#logger?.warn(
        { err: error, tables: [...touched.keys()] },
        'upkeep of the library failed; the next one will catch up',
      );
    }
  }

  /** Runs `fn` as the only writer; `stop` fires when the caller gives up or the lock is lost. */
  async #exclusive<T>(fn: (publisher: Publisher, stop: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#stopIfReadOnly();
    const { vectors, population } = this.#parts.options;
    return this.#turns
      .take(async () => {
        const { place, tuning } = this.#parts;
        const lease = await place.lock(tuning.lockStaleMs, { signal, logger: this.#logger });
        try {
          const stop = signal ? AbortSignal.any([signal, lease.lost]) : lease.lost;
          await fence(place, lease);
          const { head, version } = await this.#head();
          return await fn(new Publisher(place, { head: { vectors, population, ...head }, version }, lease), stop);
        } catch (error) {
          throw lease.lost.aborted ? lockLost() : error;
        } finally {
          await lease.release();
        }
      }, signal)
      .catch(rethrow);
  }

  protected async read<T>(query: (snapshot: Snapshot) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      stopIfAborted(signal);
      const snapshot = await this.#current();
      try {
        return await query(snapshot);
      } catch (error) {
        if (error instanceof RollcallError || attempt === READ_ATTEMPTS || (await this.#current()) === snapshot)
          throw asStoreError(error);
      }
    }
  }

  async #current(): Promise<HeldSnapshot> {
    this.#stopIfClosed();
    const { head } = await this.#head().catch(rethrow);
    if (this.#snapshot === undefined || !isSame(this.#snapshot.head, head)) this.#snapshot = this.#snapshotAt(head);
    return this.#snapshot;
  }

  #snapshotAt(head: Head): HeldSnapshot {
    const { connection, cipher, tuning } = this.#parts;
    return new HeldSnapshot(head, connection, cipher, this.#held, tuning.heldTracks, this.#heldTracks);
  }

  async #head(): Promise<HeldHead> {
    const held = await readHeadAt(this.#parts.place, this.#lastHead);
    this.#lastHead = held;
    if (!held)
      throw new RollcallError(
        'incompatible_library',
        `The library in ${this.#parts.place.name} is no longer there: moved, deleted, or its disk is not connected.`,
        'Put it back where it was and call again, or give its new place as ROLLCALL_HOME; a server that is started without it makes a new, empty library.',
      );
    checkHead(held.head, this.#parts.options);
    checkSameKey(held.head, this.#parts.cipher, this.#parts.place.name);
    return held;
  }

  /** @throws RollcallError read_only, cancelled */
  #stopIfReadOnly(): void {
    this.#stopIfClosed();
    if (this.#parts.options.readOnly) throw readOnly();
  }

  #stopIfClosed(): void {
    if (this.#closing.signal.aborted)
      throw new RollcallError('cancelled', 'The library is closed.', 'Start the server again.');
  }
}

/** One state, also where a backup of another was put in its place. */
function isSame(a: Head, b: Head): boolean {
  return a.seq === b.seq && a.created_at === b.created_at && markOf(a) === markOf(b);
}

function rethrow(error: unknown): never {
  throw asStoreError(error);
}
