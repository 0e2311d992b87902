/** Who is who while a list of edits is worked through: in memory, on one state of the library. */
import { RollcallError } from '../../domain/errors.js';
import type { EditBody, LoggedEdit } from '../../domain/people/edit-log.js';
import { readEditLog } from '../../domain/people/edit-log.js';
import { type Constraints, replayEdits } from '../../domain/people/edits.js';
import { bringHome } from '../../domain/people/held-edits.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow, ReferenceRow, TrackSummary, VideoRow } from '../../store/rows.js';
import type { Comparer, GroupedTrack, JoinRule } from '../people/group-tracks.js';
import { inTheirLight, loadTracks } from '../people/library-tracks.js';
import { type Fitting, recognise } from '../people/recognise.js';
import { regroup } from '../people/regroup.js';
import { takeIn } from '../people/assign-recognised.js';

/** What grouping takes; opened only for edits that move somebody. */
export interface Grouping {
  rule(videos: readonly VideoRow[]): Promise<JoinRule>;
  compare(): Promise<Comparer>;
}

export class WorkingLibrary {
  #stored: GroupedTrack[] | undefined;
  /** What grouping found for those who are enrolled, for the log. */
  readonly recognised: EditBody[] = [];
  /** Whom their photos may also show, as of the last step. */
  doubtful: readonly Fitting[] = [];

  private constructor(
    private readonly reader: Reader,
    private readonly grouping: Grouping,
    readonly now: string,
    readonly videos: readonly VideoRow[],
    readonly tracks: ReadonlyMap<string, TrackSummary>,
    readonly rows: Map<string, IdentityRow>,
    readonly log: LoggedEdit[],
    readonly references: ReferenceRow[],
    private readonly signal: AbortSignal | undefined,
  ) {}

  static async read(
    reader: Reader,
    grouping: Grouping,
    now: string,
    signal: AbortSignal | undefined,
  ): Promise<WorkingLibrary> {
    return new WorkingLibrary(
      reader,
      grouping,
      now,
      await reader.videos(signal),
      new Map((await reader.tracks({}, signal)).map((t) => [t.track_id, t])),
      new Map((await reader.identities(signal)).map((row) => [row.identity_id, row])),
      readEditLog(await reader.edits(signal)),
      await reader.references(signal),
      signal,
    );
  }

  constraints(): Constraints {
    return replayEdits(this.log);
  }

  /** Follows redirects. @throws RollcallError unknown_id */
  person(identity_id: string): IdentityRow {
    let row = this.rows.get(identity_id);
    for (let hops = 0; row?.merged_into && hops < 100; hops++) row = this.rows.get(row.merged_into);
    if (row) return row;
    throw new RollcallError(
      'unknown_id',
      `There is no identity ${identity_id}.`,
      '{list_identities} shows who there is.',
    );
  }

  /** Which identity each track belongs to. */
  owners(): Map<string, string> {
    return new Map(
      [...this.rows.values()].flatMap((r) =>
        r.track_ids.filter((t) => this.tracks.has(t)).map((t) => [t, r.identity_id] as const),
      ),
    );
  }

  put(row: IdentityRow): void {
    this.rows.set(row.identity_id, row);
  }

  /** Takes tracks from whoever has them. An identity that was merged before goes on under its own id. */
  move(track_ids: readonly string[], to: string): void {
    const target = this.rows.get(to);
    if (!target) return;
    const moving = new Set(track_ids.filter((t) => this.tracks.has(t)));
    for (const row of this.rows.values())
      if (row.identity_id !== to && row.track_ids.some((t) => moving.has(t)))
        this.put({ ...row, track_ids: row.track_ids.filter((t) => !moving.has(t)) });
    this.put({ ...target, track_ids: [...new Set([...target.track_ids, ...moving])].sort(), merged_into: null });
  }

  /** Groups anew what has changed since, under the edits of the log; names and redirects follow. */
  async settle(was: ReadonlyMap<string, IdentityRow>, also: readonly string[]): Promise<void> {
    const edits = this.constraints();
    for (const row of bringHome([...this.rows.values()], edits, (t) => this.tracks.has(t))) this.put(row);
    this.#redirectEmpty(was);
    const changed = new Set(also);
    for (const [id, row] of this.rows) if (row.track_ids.join() !== was.get(id)?.track_ids.join()) changed.add(id);
    const fresh = new Set([...changed].flatMap((id) => this.rows.get(id)?.track_ids ?? []));
    if (fresh.size > 0) {
      const rule = await this.grouping.rule(this.videos);
      const all = inTheirLight(await this.#tracks(), rule);
      const { rows } = await regroup({
        old: all.filter((t) => !fresh.has(t.track_id)),
        fresh: all.filter((t) => fresh.has(t.track_id)),
        held: [...this.rows.values()],
        rule,
        compare: await this.grouping.compare(),
        now: this.now,
        signal: this.signal,
        edits,
      });
      for (const row of rows) this.put(row);
      this.#redirectEmpty(was);
    }
    await this.#recognise(was, edits);
    this.rename(edits);
  }

  /** Whoever is enrolled gets those whom the photos surely show. */
  async #recognise(was: ReadonlyMap<string, IdentityRow>, edits: Constraints): Promise<void> {
    if (edits.enrolled.length === 0) return;
    const { sure, doubtful } = await recognise(
      this.references,
      [...this.rows.values()],
      await this.#tracks(),
      0,
      edits,
      await this.grouping.rule(this.videos),
      await this.grouping.compare(),
      this.signal,
    );
    this.doubtful = doubtful;
    for (const body of takeIn(sure, this.rows, (id) => !was.has(id))) {
      this.recognised.push(body);
      if (body.kind !== 'recognised') continue;
      const at = this.log.findIndex((e) => e.edit_id === body.edit_id),
        entry = this.log[at];
      // The entry itself is written as it was made; what was recognised is an entry of its own.
      if (entry)
        this.log[at] = { ...entry, before: [...entry.before, ...body.from.map((f) => ({ ...f, name: null }))] };
    }
  }

  async #tracks(): Promise<GroupedTrack[]> {
    return (this.#stored ??= await loadTracks(this.reader, {}, this.signal));
  }

  /** Names follow the identities. */
  rename({ names }: Pick<Constraints, 'names'>): void {
    for (const [id, name] of names) {
      const row = this.rows.get(id);
      if (row && row.name !== name) this.put({ ...row, name });
    }
  }

  /** An identity whose tracks all went to others leads to the one that got most of them. */
  #redirectEmpty(was: ReadonlyMap<string, IdentityRow>): void {
    const owner = this.owners();
    for (const [id, row] of this.rows) {
      if (row.merged_into !== null || row.track_ids.length > 0) continue;
      const counts = new Map<string, number>();
      for (const t of was.get(id)?.track_ids ?? []) {
        const to = owner.get(t);
        if (to !== undefined) counts.set(to, (counts.get(to) ?? 0) + 1);
      }
      const [most] = [...counts].sort((a, b) => b[1] - a[1]);
      if (most) this.put({ ...row, merged_into: most[0] });
    }
  }
}
