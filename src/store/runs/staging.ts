/** Tracks of runs that are not committed yet. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PassingError, RollcallError } from '../../domain/errors/errors.js';
import { isId, parseId } from '../../domain/ids.js';
import { stopIfAborted } from '../abort.js';
import type { ResumedRun, StagedTrack, StoreLogger } from '../api.js';
import {
  type Checkpoint,
  checkOwner,
  listCheckpoints,
  readCheckpoint,
  removeCheckpoints,
  writeCheckpoint,
} from './checkpoints.js';
import { arrowSchema, encodeRow } from '../tables/columns.js';
import type { Connection, Engine, Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { SharedRun, SharedRuns } from '../places/shared-runs.js';
import { sweepTemporaries } from '../files/atomic-write.js';
import { tryLock, waitForLock, type Lease } from '../files/lock.js';
import { makePrivateFolder } from '../files/private-folder.js';
import { writeOnce } from '../tables/write-once.js';
import type { TrackRow } from '../rows.js';
import { type EncodedRows, loadShared, saveShared } from './shared-checkpoints.js';
import { checkTrack, readStaged } from './staged-rows.js';

/**
 * Rows that are written at once. Every write is a version and a fragment of its own, that LanceDB keeps in memory (some
 * 350 kB), so tracks that come one by one wait for each other; more than this would block the event loop for over 50
 * ms.
 */
const STAGE_ROWS = 128;
/**
 * Whoever resumes a run waits this long at most for the lock of a dead process, milliseconds; jobs see to it that no
 * two processes want one run.
 */
const RESUME_STALE_MS = 5000;
/** Rows that are copied at once when a run is committed: about 30 MB. */
const PAGE_ROWS = 1000;

interface Run {
  lease: Lease;
  table: Table;
  rows: number;
  /** Rows that wait to be written, less than STAGE_ROWS. */
  waiting: TrackRow[];
  /** Whose it is, when it may outlive this process. */
  owner: string | null;
  /** Has a checkpoint. */
  saved: boolean;
  /** Of one that other machines may go on with: what they know, and what they don't yet. */
  shared?: { at: SharedRun | null; unsaved: TrackRow[] } | undefined;
}

export interface StagingOptions {
  home: string;
  engine: Engine;
  connection: Connection;
  dimensions: number;
  /** Of an encrypted library. */
  cipher: ValueCipher | null;
  lockStaleMs: number;
  logger?: StoreLogger | undefined;
  /** See LibraryOptions. */
  keepsRun?: ((owner: string) => Promise<boolean>) | undefined;
  /** Where checkpoints of runs lie that other machines may go on with. */
  runs?: SharedRuns | null;
  /** Whether runs of this process are kept there; else in its own folder. */
  sharesRuns?: boolean;
}

/**
 * Tracks of runs that are not committed yet: a table a run, named by its id, that only one process
 * writes. It holds a lock named likewise, so that anyone can tell a run in progress from what a crash left. What a
 * crash left is swept, but for runs with a checkpoint whose owner wants to go on from there. Where machines share their
 * runs, checkpoints hold the tracks as well, and what is in the folder is of use to its own process alone.
 */
export class Staging {
  readonly #runs = new Map<string, Run>();
  /** Of locks and checkpoints. */
  readonly #folder: string;

  constructor(private readonly options: StagingOptions) {
    this.#folder = path.join(options.home, 'runs');
  }

  /** See Library.resumeRun. */
  async resume(run_id: string, owner: string, signal?: AbortSignal): Promise<ResumedRun | null> {
    parseId('run', run_id);
    checkOwner(owner);
    await this.leave(run_id);
    const { lockStaleMs, logger } = this.options;
    await makePrivateFolder(this.#folder);
    const lease = await waitForLock(this.#lockFile(run_id), Math.min(RESUME_STALE_MS, lockStaleMs), { signal, logger });
    try {
      if (this.#shared) return await this.#resumeShared(this.#shared, run_id, owner, lease, signal);
      const left = (await this.#hasTable(run_id))
        ? await readCheckpoint(this.#folder, run_id, owner, this.options.cipher)
        : null;
      if (left) {
        const found = await this.#reopen(run_id, left, signal).catch((error: unknown) => {
          stopIfAborted(signal);
          logger?.warn({ err: error, run_id }, 'a run cannot be resumed and starts over');
          return null;
        });
        if (found) {
          const { table, tracks } = found;
          this.#runs.set(run_id, { lease, table, rows: tracks.length, waiting: [], owner, saved: true });
          return { state: left.state, tracks };
        }
      }
      await removeCheckpoints(this.#folder, run_id);
      const table = await this.#createAnew(run_id);
      this.#runs.set(run_id, { lease, table, rows: 0, waiting: [], owner, saved: false });
      return null;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** See Library.checkpoint. */
  async checkpoint(run_id: string, state: unknown, signal?: AbortSignal): Promise<void> {
    const run = this.#runs.get(parseId('run', run_id));
    if (!run?.owner)
      throw new RollcallError('bad_argument', `Run ${run_id} is not open.`, 'Open it with resumeRun first.');
    stopIfAborted(signal);
    if (run.lease.lost.aborted) throw swept(run_id);
    if (run.shared) return this.#share(run_id, run, run.owner, state);
    const version = await run.table.version();
    // What waits goes into the checkpoint instead of the table: a version each time would fill memory (see STAGE_ROWS).
    const waiting = run.waiting.map((row) => encodeRow('tracks', row, this.options.cipher));
    const checkpoint: Checkpoint = { v: 1, version, waiting, state };
    await writeCheckpoint(this.#folder, run_id, run.owner, checkpoint, this.options.cipher);
    run.saved = true;
  }

  /** See Library.leaveRun. */
  async leave(run_id: string): Promise<void> {
    const run = this.#runs.get(parseId('run', run_id));
    if (!run?.saved) return this.drop(run_id);
    this.#runs.delete(run_id);
    run.table.close();
    await run.lease.release();
  }

  /**
   * @throws RollcallError `unknown_id` for an ill-formed id, `bad_argument` for a vector that no other can be compared
   * with, `busy` when the run was swept.
   */
  async stage(rows: readonly TrackRow[], signal?: AbortSignal): Promise<void> {
    rows.forEach((row) => checkTrack(row, this.options.dimensions));
    for (const run_id of new Set(rows.map((row) => row.run_id))) {
      const run = await this.#own(run_id);
      const mine = rows.filter((row) => row.run_id === run_id);
      run.waiting.push(...mine);
      if (run.shared) run.shared.unsaved.push(...mine);
      while (run.waiting.length >= STAGE_ROWS) {
        stopIfAborted(signal);
        await this.#flush(run);
      }
    }
  }

  /** Copies what was staged under a run to the end of `target`. @throws RollcallError `busy` when rows are missing. */
  async copy(run_id: string, target: Table, signal: AbortSignal): Promise<void> {
    const run = this.#runs.get(run_id);
    if (!run) {
      // No tracks were staged: a video without faces, unless they are somebody else's.
      if (await this.#hasTable(run_id))
        throw new PassingError(
          'busy',
          `Run ${run_id} belongs to another process.`,
          'Commit it where it was staged, or index the video again.',
        );
      return;
    }
    await this.#flush(run);
    let copied = 0;
    while (copied < run.rows) {
      stopIfAborted(signal);
      if (run.lease.lost.aborted) throw swept(run_id);
      const page = await run.table.query().limit(PAGE_ROWS).offset(copied).toArrow();
      if (page.numRows === 0) throw swept(run_id);
      await writeOnce(target, () => target.add(page));
      copied += page.numRows;
    }
  }

  async drop(run_id: string): Promise<void> {
    const run = this.#runs.get(parseId('run', run_id));
    if (!run) return;
    this.#runs.delete(run_id);
    run.table.close();
    try {
      if (run.lease.lost.aborted) return;
      await this.options.connection.dropTable(run_id);
      await removeCheckpoints(this.#folder, run_id);
      if (run.shared?.at) await this.#shared?.remove(run_id);
    } finally {
      // Also where the store is away: this very process would wait for the lock when it tries again.
      await run.lease.release();
    }
  }

  /** Removes what dead processes left and nobody resumes. Never fails: what it can't remove, the next sweep will. */
  async sweep(): Promise<void> {
    const { connection, logger, keepsRun } = this.options;
    try {
      await sweepTemporaries(this.#folder);
      const tables = await connection.tableNames({ limit: 10_000 });
      const names = (await readdir(this.#folder)).map((name) => name.replace(/^\./, '').split('.')[0] ?? '');
      const owners = await listCheckpoints(this.#folder);
      for (const run_id of new Set([...tables, ...names])) {
        if (!isId('run', run_id) || this.#runs.has(run_id)) continue;
        const owner = owners.get(run_id);
        if (owner !== undefined && (await keepsRun?.(owner))) continue;
        await this.#sweepRun(run_id, tables.includes(run_id));
      }
      for (const [run_id, owner] of (await this.#shared?.owners()) ?? [])
        if (!this.#runs.has(run_id) && !(await keepsRun?.(owner))) await this.#shared?.remove(run_id);
    } catch (error) {
      logger?.warn({ err: error }, 'could not sweep unfinished runs');
    }
  }

  /** See Library.dropRestingRuns. */
  async dropResting(): Promise<{ dropped: number; in_progress: number }> {
    const tables = await this.options.connection.tableNames({ limit: 10_000 });
    const owners = await listCheckpoints(this.#folder);
    let dropped = 0,
      in_progress = 0;
    for (const run_id of new Set([...tables, ...owners.keys()])) {
      if (!isId('run', run_id)) continue;
      if (!this.#runs.has(run_id) && (await this.#sweepRun(run_id, tables.includes(run_id)))) dropped++;
      else in_progress++;
    }
    // Whoever works on one of these elsewhere goes on without; whether anybody does is not known here.
    for (const run_id of (await this.options.runs?.owners())?.keys() ?? []) {
      if (this.#runs.has(run_id)) continue;
      await this.options.runs?.remove(run_id);
      dropped++;
    }
    return { dropped, in_progress };
  }

  async close(): Promise<void> {
    for (const run_id of [...this.#runs.keys()]) await this.leave(run_id);
  }

  async #flush(run: Run): Promise<void> {
    const rows = run.waiting.splice(0, STAGE_ROWS);
    if (rows.length === 0) return;
    await run.table.add(this.#arrowTable(rows.map((row) => encodeRow('tracks', row, this.options.cipher))));
    run.rows += rows.length;
  }

  get #shared(): SharedRuns | null {
    return this.options.sharesRuns ? (this.options.runs ?? null) : null;
  }

  /** Goes on from what any machine has kept of a run. */
  async #resumeShared(
    runs: SharedRuns,
    run_id: string,
    owner: string,
    lease: Lease,
    signal?: AbortSignal,
  ): Promise<ResumedRun | null> {
    const left = await loadShared(runs, run_id, owner, this.options.cipher, signal);
    if (!left) await runs.remove(run_id);
    // From now on a machine that only slept is refused.
    const { cipher } = this.options;
    const at = left && (await saveShared(runs, run_id, owner, left.at, { rows: [], state: left.state }, cipher));
    if (at === 'gone' || at === 'taken') throw swept(run_id);
    const table = await this.#createAnew(run_id);
    const rows = left?.rows ?? [];
    for (let i = 0; i < rows.length; i += STAGE_ROWS) await table.add(this.#arrowTable(rows.slice(i, i + STAGE_ROWS)));
    const shared = { at, unsaved: [] };
    this.#runs.set(run_id, { lease, table, rows: rows.length, waiting: [], owner, saved: left !== null, shared });
    return left && { state: left.state, tracks: await readStaged(table, this.options, signal) };
  }

  /** Keeps for other machines what came since the last checkpoint. @throws RollcallError `busy` when one has the run */
  async #share(run_id: string, run: Run, owner: string, state: unknown): Promise<void> {
    const { shared } = run,
      runs = this.#shared;
    if (!shared || !runs) return;
    const { cipher, logger } = this.options;
    const unsaved = [...shared.unsaved];
    const rows: EncodedRows = unsaved.map((row) => encodeRow('tracks', row, cipher));
    const saved = await saveShared(runs, run_id, owner, shared.at, { rows, state }, cipher);
    if (saved === 'taken') throw swept(run_id);
    if (saved === 'gone') {
      // Forgotten, since it might hold what was to be: it goes on, and another would begin anew.
      logger?.debug({ run_id }, 'what was kept of a run was removed');
      run.shared = undefined;
      run.saved = false;
      return;
    }
    shared.at = saved;
    shared.unsaved.splice(0, unsaved.length);
    run.saved = true;
  }

  #arrowTable(rows: Record<string, unknown>[]): ReturnType<Engine['lance']['makeArrowTable']> {
    return this.options.engine.lance.makeArrowTable(rows, { schema: this.#schema() });
  }

  /** Takes a run's table back to a checkpoint. */
  async #reopen(
    run_id: string,
    { version, waiting }: Checkpoint,
    signal?: AbortSignal,
  ): Promise<{ table: Table; tracks: StagedTrack[] }> {
    const table = await this.options.connection.openTable(run_id);
    try {
      if ((await table.version()) !== version) {
        await table.checkout(version);
        await table.restore();
      }
      if (waiting.length > 0) await table.add(this.#arrowTable(waiting));
      return { table, tracks: await readStaged(table, this.options, signal) };
    } catch (error) {
      table.close();
      throw error;
    }
  }

  async #hasTable(run_id: string): Promise<boolean> {
    return (await this.options.connection.tableNames({ limit: 10_000 })).includes(run_id);
  }

  async #createAnew(run_id: string): Promise<Table> {
    if (await this.#hasTable(run_id)) await this.options.connection.dropTable(run_id);
    return this.#create(run_id);
  }

  #create(run_id: string): Promise<Table> {
    return this.options.connection.createEmptyTable(run_id, this.#schema());
  }

  #schema(): ReturnType<typeof arrowSchema> {
    const { engine, dimensions, cipher } = this.options;
    return arrowSchema(engine.arrow, 'tracks', dimensions, cipher !== null);
  }

  /** @returns whether nobody works on it. */
  async #sweepRun(run_id: string, hasTable: boolean): Promise<boolean> {
    const { connection, lockStaleMs, logger } = this.options;
    const lease = await tryLock(this.#lockFile(run_id), lockStaleMs, logger);
    if (!lease) return false;
    try {
      if (hasTable) await connection.dropTable(run_id);
      await removeCheckpoints(this.#folder, run_id);
      logger?.debug({ run_id }, 'swept an unfinished run');
      return true;
    } finally {
      await lease.release();
    }
  }

  async #own(run_id: string): Promise<Run> {
    const known = this.#runs.get(run_id);
    if (known?.lease.lost.aborted) throw swept(run_id);
    if (known) return known;
    await makePrivateFolder(this.#folder);
    const { lockStaleMs, logger } = this.options;
    const lease = await tryLock(this.#lockFile(run_id), lockStaleMs, logger);
    if (!lease)
      throw new PassingError(
        'busy',
        `Run ${run_id} belongs to another process.`,
        'Index the video under a new run id.',
      );
    try {
      // Without what a try before this one left, as on a full disk.
      const table = await this.#createAnew(run_id);
      const run: Run = { lease, table, rows: 0, waiting: [], owner: null, saved: false };
      this.#runs.set(run_id, run);
      return run;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  #lockFile(run_id: string): string {
    return path.join(this.#folder, `${run_id}.lock`);
  }
}

function swept(run_id: string): PassingError {
  return new PassingError(
    'busy',
    `What was staged under ${run_id} is gone: the machine slept too long, and another process swept it.`,
    'Index the video again.',
  );
}
