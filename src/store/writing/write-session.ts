/** What one write changes, before it is in force. */
import { parseId } from '../../domain/ids.js';
import { stopIfAborted } from '../abort.js';
import type { Changes, KeptTrack, Writer } from '../api.js';
import { arrowSchema, DERIVED, encodeRow, KEY, type TableName } from '../tables/columns.js';
import type { Connection, Engine, Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { Head } from '../head/head.js';
import { deriveAll, deriveChanged, derivePeople, type DerivedTables } from '../derived/derived.js';
import { addTotals, moveTotals } from '../derived/derived-totals.js';
import { checkVideo } from './check-video.js';
import { keepTracks } from './keep-tracks.js';
import { writeOnce } from '../tables/write-once.js';
import { openAtHead } from '../head/open-at-head.js';
import { idPredicates } from '../tables/predicates.js';
import type { CalibrationRow, EditRow, IdentityRow, ReferenceRow, TrackRow, VideoRow } from '../rows.js';
import { lacksCohesion, lacksDerived, lacksLabels, lacksTotals } from '../head/schema-migration.js';
import { Snapshot } from '../reading/snapshot.js';
import type { Staging } from '../runs/staging.js';
import { inTable } from '../tables/table-error.js';

/** One write: makes versions of tables that nobody sees until the library's head names them. */
export class WriteSession implements Writer {
  readonly #tables = new Map<TableName, Table>();
  readonly #committed: string[] = [];
  #photos = false;
  /** Videos and identities that were written, whose labels may be missing. */
  readonly #written = new Set<string>();
  /** Those that were removed: their labels go with them, unless they are written again. */
  readonly #gone = new Map<string, 'identity' | 'video'>();
  /** Identities as this write leaves them, null for those that it removes. */
  readonly #people = new Map<string, IdentityRow | null>();
  /** Videos whose rows or tracks it touches. */
  readonly #touchedVideos = new Set<string>();
  /** Of these, those whose tracks come, go or change. */
  readonly #watched = new Set<string>();
  #purgeDue = false;
  #cohesion = false;
  /** Videos in which others are seen; null once everything was derived anew. */
  #seenAnew: ReadonlySet<string> | null = new Set();
  /** Last number given in each log. */
  readonly #last = new Map<'edits' | 'calibrations', number>();

  constructor(
    private readonly head: Head,
    private readonly engine: Engine,
    private readonly connection: Connection,
    private readonly staging: Staging,
    private readonly signal: AbortSignal,
    /** The pack that the library was opened with: the head's, or one that makes the same vectors. */
    private readonly pack: string,
    /** Of an encrypted library. */
    private readonly cipher: ValueCipher | null,
  ) {}

  async stageTracks(rows: readonly TrackRow[]): Promise<void> {
    await this.staging.stage(rows, this.signal);
  }

  async putIdentities(rows: readonly IdentityRow[]): Promise<void> {
    for (const row of rows) {
      parseId('identity', row.identity_id);
      row.track_ids.forEach((id) => parseId('track', id));
    }
    // LanceDB leaves open what two new rows of one key become: the last one counts.
    for (const row of rows) {
      this.#written.add(row.identity_id);
      this.#people.set(row.identity_id, row);
    }
    await this.#upsert('identities', [...new Map(rows.map((row) => [row.identity_id, row])).values()]);
  }

  async removeIdentities(identity_ids: readonly string[]): Promise<void> {
    await this.#delete('identities', idPredicates('identity_id', 'identity', identity_ids));
    for (const id of identity_ids) this.#people.set(id, null);
    this.#unlabel('identity', identity_ids);
  }

  async appendEdits(rows: readonly Omit<EditRow, 'seq'>[]): Promise<EditRow[]> {
    rows.forEach((row) => parseId('edit', row.edit_id));
    return this.#append('edits', rows);
  }

  async appendCalibrations(rows: readonly Omit<CalibrationRow, 'seq'>[]): Promise<CalibrationRow[]> {
    rows.forEach((row) => parseId('calibration', row.calibration_id));
    return this.#append('calibrations', rows);
  }

  async putReferences(rows: readonly ReferenceRow[]): Promise<void> {
    rows.forEach((row) => parseId('reference', row.reference_id));
    await this.#upsert('references', rows);
  }

  async removeReferences(reference_ids: readonly string[]): Promise<void> {
    if (this.head.versions.references !== undefined)
      await this.#delete('references', idPredicates('reference_id', 'reference', reference_ids));
  }

  async commitVideo(row: VideoRow, kept: readonly KeptTrack[] = []): Promise<void> {
    checkVideo(row, this.pack);
    await this.#keepTracks(row.video_id, kept);
    await this.#commit([row]);
  }

  async commitVideos(rows: readonly VideoRow[]): Promise<void> {
    for (const row of rows) checkVideo(row, this.pack);
    const video_ids = rows.map((row) => row.video_id);
    await this.#delete('tracks', idPredicates('video_id', 'video', video_ids));
    await this.#commit(rows);
  }

  async putVideos(rows: readonly VideoRow[]): Promise<void> {
    for (const row of rows) checkVideo(row, this.pack);
    for (const row of rows) this.#wrote(row);
    await this.#upsert('videos', rows);
  }

  /** What the library becomes: photos were committed, or people made anew with all that is kept of them. */
  get becomes(): Pick<Head, 'photos' | 'cohesion'> {
    return { ...(this.#photos ? { photos: true } : {}), ...(this.#cohesion ? { cohesion: true } : {}) };
  }

  #wrote({ video_id }: VideoRow): void {
    this.#written.add(video_id);
    this.#touchedVideos.add(video_id);
  }

  async #commit(rows: readonly VideoRow[]): Promise<void> {
    const runs = new Set(rows.map((row) => row.run_id));
    for (const run_id of runs) await this.staging.copy(run_id, await this.#table('tracks'), this.signal);
    for (const row of rows) {
      this.#wrote(row);
      this.#watched.add(row.video_id);
    }
    await this.#upsert('videos', rows);
    this.#committed.push(...runs);
    this.#photos ||= rows.some((row) => row.coverage.photo !== undefined);
  }

  /** Removes the tracks of a video but those that are kept, and shortens the ones that are kept in part. */
  async #keepTracks(video_id: string, kept: readonly KeptTrack[]): Promise<void> {
    const ofVideo = idPredicates('video_id', 'video', [video_id]);
    if (kept.length === 0) return this.#delete('tracks', ofVideo);
    const toArrow = (row: Record<string, unknown>) => this.#arrowTable('tracks', [row]);
    const table = await this.#table('tracks');
    const gone = await keepTracks(table, ofVideo[0] ?? 'false', kept, toArrow, this.cipher, this.signal);
    await this.#delete('tracks', idPredicates('track_id', 'track', gone));
  }

  async removeVideos(video_ids: readonly string[]): Promise<void> {
    const predicates = idPredicates('video_id', 'video', video_ids);
    await this.#delete('tracks', predicates);
    await this.#delete('videos', predicates);
    for (const id of video_ids) {
      this.#touchedVideos.add(id);
      this.#watched.add(id);
    }
    this.#unlabel('video', video_ids);
  }

  async removeTracks(track_ids: readonly string[]): Promise<void> {
    for (const { video_id } of await (await this.#now()).tracks({ track_ids }, this.signal)) {
      this.#touchedVideos.add(video_id);
      this.#watched.add(video_id);
    }
    await this.#delete('tracks', idPredicates('track_id', 'track', track_ids));
  }

  async replaceEdits(rows: readonly EditRow[]): Promise<void> {
    await this.#upsert('edits', rows);
  }

  async removeEdits(edit_ids: readonly string[]): Promise<void> {
    await this.#delete('edits', idPredicates('edit_id', 'edit', edit_ids));
  }

  async replaceCalibrations(rows: readonly CalibrationRow[]): Promise<void> {
    for (const row of rows) {
      // Bytes where it is sealed.
      const { body } = encodeRow('calibrations', row, this.cipher);
      const values = { body: Buffer.isBuffer(body) ? body : String(body) };
      await (await this.#table('calibrations')).update({ where: `seq = ${Math.trunc(row.seq)}`, values });
    }
  }

  duePurge(): void {
    this.#purgeDue = true;
  }

  /** @returns whether this write makes a purge fall due. */
  get purgeDue(): boolean {
    return this.#purgeDue;
  }

  async dropRun(run_id: string): Promise<void> {
    await this.staging.drop(run_id);
  }

  /**
   * Gives a label to what was written and has none; in a library from before there were labels, to all there is, oldest
   * first. Call it when all is written. @returns the last ones given, for the head
   */
  async label(): Promise<Head['labelled']> {
    const older = lacksLabels(this.head) ? await this.#everything() : [];
    const ids = [...older.filter((id) => !this.#written.has(id)), ...this.#written];
    const before = new Snapshot(this.head, this.connection, this.cipher);
    const known = await before.labelsOf([...ids, ...this.#gone.keys()], this.signal);
    const last = { ...(this.head.labelled ?? { identity: 0, video: 0 }) };
    const rows = ids
      .filter((id) => !known.has(id))
      .map((id) => ({ id, number: id.startsWith('video') ? ++last.video : ++last.identity }));
    await this.#add('labels', rows);
    for (const kind of ['identity', 'video'] as const) {
      const ids = [...this.#gone].flatMap(([id, of]) =>
        of === kind && known.has(id) && !this.#written.has(id) ? [id] : [],
      );
      await this.#delete('labels', idPredicates('id', kind, ids));
    }
    return rows.length > 0 ? last : this.head.labelled;
  }

  /** Brings up to date what is made of the other tables, or makes it (see derived.ts). Call it when all is written. */
  async derive({ anew } = { anew: lacksDerived(this.head) }): Promise<void> {
    const tables: DerivedTables = {
      addOwners: (rows) => this.#add('owners', rows),
      removeOwners: (ids) => this.#delete('owners', idPredicates('track_id', 'track', ids)),
      replaceSeen: (ids, rows) => this.#replace('seen', idPredicates('video_id', 'video', ids), rows),
      replacePeople: (ids, rows) => this.#replace('people', idPredicates('identity_id', 'identity', ids), rows),
    };
    if (anew) {
      this.#seenAnew = null;
      const now = await this.#now();
      // Nothing is written to a library that is empty.
      if (await now.isEmpty()) return;
      for (const name of DERIVED) if (name !== 'totals') await this.#makeAnew(name);
      await deriveAll(now, this.head.dimensions, tables, this.signal);
      this.#cohesion = true;
      await this.#makeTotals();
      // Upkeep sees to the tables that a write has opened: an older library gets its indexes at once.
      for (const name of ['videos', 'tracks', 'identities', 'labels'] as const) await this.#table(name);
      return;
    }
    if (this.#people.size > 0 || this.#touchedVideos.size > 0) await this.#deriveChanged(tables);
    if (lacksTotals(this.head)) await this.#makeTotals();
    if (lacksCohesion(this.head)) await this.#makePeople(tables);
  }

  async #makePeople(tables: DerivedTables): Promise<void> {
    await this.#makeAnew('people');
    await derivePeople(await this.#now(), tables, this.signal);
    this.#cohesion = true;
  }

  async #deriveChanged(tables: DerivedTables): Promise<void> {
    const before = new Snapshot(this.head, this.connection, this.cipher),
      changed = { identities: this.#people, video_ids: this.#touchedVideos, watched: this.#watched };
    // Those of a library from before are made anew of everything.
    const into = lacksCohesion(this.head) ? { ...tables, replacePeople: () => Promise.resolve() } : tables;
    const moved = await deriveChanged(changed, before, () => this.#now(), into, this.signal);
    this.#seenAnew = moved.video_ids;
    if (lacksTotals(this.head)) return;
    await moveTotals(moved, (ids) => before.totalsOf(ids, this.signal), {
      put: (rows) => this.#upsert('totals', rows),
      remove: (ids) => this.#delete('totals', idPredicates('identity_id', 'identity', ids)),
    });
  }

  async #makeTotals(): Promise<void> {
    await this.#makeAnew('totals');
    const totals = await (await this.#now()).countTotals(this.signal);
    await addTotals(totals, (rows) => this.#add('totals', rows));
  }

  /** What readers find other than before; null: perhaps everything. Call it when all is derived. */
  get changed(): Changes | null {
    if (this.#seenAnew === null || lacksLabels(this.head)) return null;
    return {
      video_ids: new Set([...this.#touchedVideos, ...this.#seenAnew]),
      identity_ids: new Set(this.#people.keys()),
      edits: this.#tables.has('edits') || this.#tables.has('references'),
    };
  }

  /** The library as this write leaves it. */
  async #now(): Promise<Snapshot> {
    const versions = { ...this.head.versions };
    for (const [name, table] of this.#tables) versions[name] = await table.version();
    return new Snapshot({ ...this.head, versions }, this.connection, this.cipher);
  }

  /** Every identity and video as this write leaves them, oldest first. */
  async #everything(): Promise<string[]> {
    const state = await this.#now();
    const people = (await state.identities(this.signal)).map((row) => row.identity_id);
    return [...people, ...(await state.videos(this.signal)).map((row) => row.video_id)];
  }

  #unlabel(kind: 'identity' | 'video', ids: readonly string[]): void {
    for (const id of ids) {
      this.#written.delete(id);
      this.#gone.set(id, kind);
    }
  }

  /** @returns the tables touched, at the versions this write made. */
  touched(): ReadonlyMap<TableName, Table> {
    return this.#tables;
  }

  /** @returns the runs whose staged tracks are no longer needed once this write is through. */
  committedRuns(): readonly string[] {
    return this.#committed;
  }

  /** The latest version of a table, brought back to the head first when a failed or killed write left more. */
  async #table(name: TableName): Promise<Table> {
    stopIfAborted(this.signal);
    const open = this.#tables.get(name);
    if (open) return open;
    const table = await inTable(name, () =>
      this.head.versions[name] === undefined ? this.#create(name) : openAtHead(this.connection, name, this.head),
    );
    this.#tables.set(name, table);
    return table;
  }

  /** Makes a table that this library does not have yet, in the place of one that a failed or killed write made. */
  async #create(name: TableName): Promise<Table> {
    // Mode "overwrite" would do both, but writes a warning to stderr when there is none.
    if ((await this.connection.tableNames({ limit: 10_000 })).includes(name)) await this.connection.dropTable(name);
    return this.connection.createEmptyTable(name, this.#schema(name));
  }

  /** Makes a table empty, and as tables are now: an older library's may have other columns. */
  async #makeAnew(name: TableName): Promise<void> {
    this.#tables.get(name)?.close();
    this.#tables.delete(name);
    // What the head names, others may still read at its version.
    if (this.head.versions[name] === undefined) return void (await this.#table(name));
    const schema = this.#schema(name);
    const table = await this.connection.createTable(name, this.#arrowTable(name, []), { mode: 'overwrite', schema });
    this.#tables.set(name, table);
  }

  async #append<T extends object>(
    name: 'edits' | 'calibrations',
    rows: readonly T[],
  ): Promise<(T & { seq: number })[]> {
    const last =
      this.#last.get(name) ??
      (await new Snapshot(this.head, this.connection, this.cipher)[name](this.signal)).at(-1)?.seq ??
      0;
    const numbered = rows.map((row, i) => ({ ...row, seq: last + 1 + i }));
    await this.#add(name, numbered);
    this.#last.set(name, last + rows.length);
    return numbered;
  }

  async #upsert(name: TableName, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return;
    const table = await this.#table(name);
    const merge = () => table.mergeInsert(KEY[name]).whenMatchedUpdateAll().whenNotMatchedInsertAll();
    await inTable(name, () => writeOnce(table, () => merge().execute(this.#encode(name, rows))));
  }

  async #add(name: TableName, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return;
    const table = await this.#table(name);
    await inTable(name, () => writeOnce(table, () => table.add(this.#encode(name, rows))));
  }

  async #replace(name: TableName, predicates: readonly string[], rows: readonly object[]): Promise<void> {
    await this.#delete(name, predicates);
    await this.#add(name, rows);
  }

  async #delete(name: TableName, predicates: readonly string[]): Promise<void> {
    for (const predicate of predicates) {
      const table = await this.#table(name);
      // A delete that finds nothing would still make a version.
      await inTable(name, async () => (await table.countRows(predicate)) > 0 && table.delete(predicate));
    }
  }

  #encode(name: TableName, rows: readonly object[]): ReturnType<Engine['lance']['makeArrowTable']> {
    return this.#arrowTable(
      name,
      rows.map((row) => encodeRow(name, row, this.cipher)),
    );
  }

  #arrowTable(name: TableName, encoded: Record<string, unknown>[]): ReturnType<Engine['lance']['makeArrowTable']> {
    return this.engine.lance.makeArrowTable(encoded, { schema: this.#schema(name) });
  }

  #schema(name: TableName): ReturnType<typeof arrowSchema> {
    return arrowSchema(this.engine.arrow, name, this.head.dimensions, this.cipher !== null);
  }
}
