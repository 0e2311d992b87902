import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { RollcallError } from '../domain/errors.js';
import { isId, parseId } from '../domain/ids.js';
import { stopIfAborted } from './abort.js';
import type { StoreLogger } from './api.js';
import { arrowSchema, encodeRow } from './columns.js';
import type { Connection, Engine, Table } from './engine.js';
import { tryLock, type Lease } from './files/lock.js';
import { makePrivateFolder } from './files/private-folder.js';
import type { TrackRow } from './rows.js';

/**
 * Rows that are written at once. Every write is a version and a fragment of its own, that LanceDB keeps in memory (some
 * 350 kB), so tracks that come one by one wait for each other; more than this would block the event loop for over 50
 * ms.
 */
const STAGE_ROWS = 128;
/** Rows that are copied at once when a run is committed: about 30 MB. */
const PAGE_ROWS = 1000;

interface Run {
  lease: Lease;
  table: Table;
  rows: number;
  /** Rows that wait to be written, less than STAGE_ROWS. */
  waiting: TrackRow[];
}

/**
 * Tracks of runs that are not committed yet: a table a run, named by its id, that only its owner writes.
 * The owner holds a lock named likewise, so that anyone can tell a run in progress from what a crash left.
 */
export class Staging {
  readonly #runs = new Map<string, Run>();
  readonly #locks: string;

  constructor(
    home: string,
    private readonly engine: Engine,
    private readonly connection: Connection,
    private readonly dimensions: number,
    private readonly lockStaleMs: number,
    private readonly logger?: StoreLogger,
  ) {
    this.#locks = path.join(home, 'runs');
  }

  /**
   * @throws RollcallError `unknown_id` for an ill-formed id, `bad_argument` for a vector that no other can be compared
   * with, `busy` when the run was swept.
   */
  async stage(rows: readonly TrackRow[], signal?: AbortSignal): Promise<void> {
    rows.forEach((row) => this.#check(row));
    for (const run_id of new Set(rows.map((row) => row.run_id))) {
      const run = await this.#own(run_id);
      run.waiting.push(...rows.filter((row) => row.run_id === run_id));
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
      if ((await this.connection.tableNames({ limit: 10_000 })).includes(run_id))
        throw new RollcallError(
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
      await target.add(page);
      copied += page.numRows;
    }
  }

  async drop(run_id: string): Promise<void> {
    const run = this.#runs.get(parseId('run', run_id));
    if (!run) return;
    this.#runs.delete(run_id);
    run.table.close();
    if (!run.lease.lost.aborted) await this.connection.dropTable(run_id);
    await run.lease.release();
  }

  /** Removes what dead processes left. Never fails: what it can't remove, the next sweep will. */
  async sweep(): Promise<void> {
    try {
      const tables = await this.connection.tableNames({ limit: 10_000 });
      const locks = (await readdir(this.#locks)).map((name) => name.replace(/\.lock$/, ''));
      for (const run_id of new Set([...tables, ...locks]))
        if (isId('run', run_id)) await this.#sweepRun(run_id, tables.includes(run_id));
    } catch (error) {
      this.logger?.warn({ err: error }, 'could not sweep unfinished runs');
    }
  }

  async close(): Promise<void> {
    for (const run_id of [...this.#runs.keys()]) await this.drop(run_id);
  }

  async #flush(run: Run): Promise<void> {
    const rows = run.waiting.splice(0, STAGE_ROWS);
    if (rows.length === 0) return;
    const schema = arrowSchema(this.engine.arrow, 'tracks', this.dimensions);
    await run.table.add(
      this.engine.lance.makeArrowTable(
        rows.map((row) => encodeRow('tracks', row)),
        { schema },
      ),
    );
    run.rows += rows.length;
  }

  async #sweepRun(run_id: string, hasTable: boolean): Promise<void> {
    const lease = await tryLock(this.#lockFile(run_id), this.lockStaleMs, this.logger);
    if (!lease) return;
    try {
      if (hasTable) await this.connection.dropTable(run_id);
      this.logger?.debug({ run_id }, 'swept an unfinished run');
    } finally {
      await lease.release();
    }
  }

  async #own(run_id: string): Promise<Run> {
    const known = this.#runs.get(run_id);
    if (known?.lease.lost.aborted) throw swept(run_id);
    if (known) return known;
    await makePrivateFolder(this.#locks);
    const lease = await tryLock(this.#lockFile(run_id), this.lockStaleMs, this.logger);
    if (!lease)
      throw new RollcallError(
        'busy',
        `Run ${run_id} belongs to another process.`,
        'Index the video under a new run id.',
      );
    const table = await this.connection.createEmptyTable(
      run_id,
      arrowSchema(this.engine.arrow, 'tracks', this.dimensions),
    );
    const run: Run = { lease, table, rows: 0, waiting: [] };
    this.#runs.set(run_id, run);
    return run;
  }

  #lockFile(run_id: string): string {
    return path.join(this.#locks, `${run_id}.lock`);
  }

  #check(row: TrackRow): void {
    parseId('run', row.run_id);
    parseId('video', row.video_id);
    parseId('track', row.track_id);
    if (row.vector.length !== this.dimensions)
      throw new RollcallError(
        'bad_argument',
        `The vector of ${row.track_id} has ${row.vector.length} numbers, the library's have ${this.dimensions}.`,
        'Embed with the pack of the library.',
      );
    // The cosine of a zero vector is undefined, and one NaN makes a whole search unpredictable.
    const length = row.vector.reduce((sum, x) => sum + x * x, 0);
    if (!(length > 0 && length < Infinity))
      throw new RollcallError(
        'bad_argument',
        `The vector of ${row.track_id} has no direction.`,
        'Store only tracks whose embedding is finite and not zero.',
      );
  }
}

function swept(run_id: string): RollcallError {
  return new RollcallError(
    'busy',
    `What was staged under ${run_id} is gone: the machine slept too long, and another process swept it.`,
    'Index the video again.',
  );
}
