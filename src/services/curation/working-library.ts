/** Who is who while a list of edits is worked through: in memory, on one state of the library. */
import { RollcallError } from '../../domain/errors/errors.js';
import { isId } from '../../domain/ids.js';
import { intersect, total } from '../../domain/intervals.js';
import type { EditBody, LoggedEdit } from '../../domain/edits/edit-log.js';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { type Constraints, replayEdits } from '../../domain/edits/edits.js';
import { bringHome } from '../../domain/edits/held-edits.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow, ReferenceRow, TrackSummary, VideoRow } from '../../store/rows.js';
import { breathe } from '../breathing.js';
import type { Comparer, GroupedTrack, JoinRule } from '../grouping/group-tracks.js';
import { lowestBar } from '../../domain/grouping/join-evidence.js';
import { idsOf, type LikeReferences, likeReferences } from '../people/known-library.js';
import { inTheirLight, loadLitTracks, loadTracks } from '../people/library-tracks.js';
import { likePeople } from '../people/like-people.js';
import { PartOfLibrary } from '../people/part-of-library.js';
import { type Fitting, recognise } from '../people/recognise.js';
import { type Regroup, regroup } from '../people/regroup.js';
import { takeIn } from '../people/assign-recognised.js';
import type { Subjects } from './subjects.js';

/** What grouping takes; opened only for edits that move somebody. */
export interface Grouping {
  rule(videos: readonly VideoRow[]): Promise<JoinRule>;
  compare(): Promise<Comparer>;
  /** Tracks of a library from which on an edit reads a part of it alone. */
  meetFrom: number;
}

type Reading = [reader: Reader, grouping: Grouping, now: string, signal: AbortSignal | undefined];

/** What is known of a library at first. */
interface Known {
  isWhole: boolean;
  log: LoggedEdit[];
  references: ReferenceRow[];
}

/**
 * A small library is known whole. Of a large one there is what `know` was told to read: people as they are stored, with
 * their tracks, and whom grouping found like them.
 */
export class WorkingLibrary {
  #all: GroupedTrack[] | undefined;
  /** What grouping found for those who are enrolled, for the log. */
  readonly recognised: EditBody[] = [];
  /** Whom their photos may also show, as of the last step. */
  doubtful: readonly Fitting[] = [];
  /** People of whom grouping would have made one, and did not (see mass-merge). */
  refused = 0;
  /** Identities as the edits so far leave them, and as they are stored. */
  readonly rows = new Map<string, IdentityRow>();
  readonly stored = new Map<string, IdentityRow>();
  readonly tracks = new Map<string, TrackSummary>();
  readonly videos = new Map<string, VideoRow>();
  readonly log: LoggedEdit[];
  readonly references: ReferenceRow[];
  /** As the edit that is being done found them. */
  #was = new Map<string, IdentityRow>();
  /** Tracks of people that were not read. */
  readonly #unread = new Set<string>();
  #named: readonly IdentityRow[] | null = null;

  private constructor(
    private readonly reader: Reader,
    private readonly grouping: Grouping,
    readonly now: string,
    private readonly known: Known,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.log = known.log;
    this.references = known.references;
  }

  static async read(...reading: Reading): Promise<WorkingLibrary> {
    const [reader, grouping, , signal] = reading;
    const { tracks, people } = await reader.counts(signal);
    const isWhole = tracks <= grouping.meetFrom || people === 0;
    const library = await WorkingLibrary.#knowing(isWhole, reading);
    if (isWhole) for (const track of await reader.tracks({}, signal)) library.tracks.set(track.track_id, track);
    return library;
  }

  /** All that grouping everybody anew takes: of tracks no more than how they compare. */
  static async readAll(...reading: Reading): Promise<WorkingLibrary> {
    const library = await WorkingLibrary.#knowing(true, reading);
    for (const track of await library.#tracks()) library.#unread.add(track.track_id);
    return library;
  }

  static async #knowing(isWhole: boolean, [reader, grouping, now, signal]: Reading): Promise<WorkingLibrary> {
    const log = readEditLog(await reader.edits(signal)),
      references = await reader.references(signal);
    const library = new WorkingLibrary(reader, grouping, now, { isWhole, log, references }, signal);
    if (!isWhole) return library;
    library.#learn(await reader.identities(signal));
    for (const video of await reader.videos(signal)) library.videos.set(video.video_id, video);
    return library;
  }

  /** An edit begins: what it changes is told from what is so by now. */
  begin(): void {
    this.#was = new Map(this.rows);
  }

  get was(): ReadonlyMap<string, IdentityRow> {
    return this.#was;
  }

  /** Reads whom an edit speaks of, with all their tracks. */
  async know({ identity_ids, track_ids, spans }: Subjects): Promise<void> {
    if (this.known.isWhole) return;
    const within = await this.reader.tracks({ video_ids: spans.map((s) => s.video_id) }, this.signal);
    const asked = track_ids.filter((t) => isId('track', t) && !this.tracks.has(t));
    for (const track of [...within, ...(await this.reader.tracks({ track_ids: asked }, this.signal))])
      this.tracks.set(track.track_id, track);
    const near = within.filter((t) =>
      spans.some((s) => s.video_id === t.video_id && total(intersect(t.presence, [s])) > 0),
    );
    const moved = [...asked, ...idsOf(near)],
      owners = await this.reader.ownersOf(moved, this.signal);
    // What is held in memory knows of others besides.
    await this.#readTracks(await this.#people([...identity_ids, ...moved.flatMap((t) => owners.get(t) ?? [])]));
  }

  /** @returns those of these that there are, and whom they lead to */
  async #people(identity_ids: readonly string[]): Promise<IdentityRow[]> {
    const found = new Map<string, IdentityRow>();
    for (let ids = [...new Set(identity_ids)]; ids.length > 0; ) {
      this.#learn(
        await this.reader.identitiesOf(
          ids.filter((id) => !this.stored.has(id)),
          this.signal,
        ),
      );
      const rows = ids.flatMap((id) => this.rows.get(id) ?? []);
      for (const row of rows) found.set(row.identity_id, row);
      ids = rows.flatMap(({ merged_into: to }) => (to !== null && !found.has(to) ? [to] : []));
    }
    return [...found.values()];
  }

  #learn(rows: readonly IdentityRow[]): void {
    for (const row of rows) {
      if (this.stored.has(row.identity_id)) continue;
      for (const known of [this.stored, this.rows, this.#was]) known.set(row.identity_id, row);
      if (!this.known.isWhole) for (const t of row.track_ids) this.#unread.add(t);
    }
  }

  async #readTracks(rows: readonly IdentityRow[]): Promise<void> {
    const track_ids = rows.flatMap((row) => row.track_ids.filter((t) => this.#unread.has(t)));
    for (const track of await this.reader.tracks({ track_ids }, this.signal)) this.tracks.set(track.track_id, track);
    for (const t of track_ids) this.#unread.delete(t);
  }

  /** Whether there is such a track. */
  has(track_id: string): boolean {
    return this.tracks.has(track_id) || this.#unread.has(track_id);
  }

  /** Reads the tracks and videos of whoever has others than before. */
  async lookAtChanged(): Promise<void> {
    if (this.known.isWhole) return;
    const changed = [...this.rows.values()].filter((row) => row !== this.#was.get(row.identity_id));
    await this.#readTracks(changed);
    const was = changed.flatMap((row) => this.#was.get(row.identity_id) ?? []);
    const videos = [...changed, ...was].flatMap((row) =>
      row.track_ids.flatMap((t) => this.tracks.get(t)?.video_id ?? []),
    );
    await this.#videosOf(videos);
  }

  async #videosOf(video_ids: readonly string[]): Promise<VideoRow[]> {
    const ids = [...new Set(video_ids)];
    const missing = ids.filter((id) => !this.videos.has(id));
    for (const video of await this.reader.videosOf(missing, this.signal)) this.videos.set(video.video_id, video);
    return ids.flatMap((id) => this.videos.get(id) ?? []);
  }

  /** Everybody who has a name: read for edits that say one. */
  async readNames(): Promise<void> {
    if (!this.known.isWhole) this.#named ??= await this.reader.named(this.signal);
  }

  named(): IdentityRow[] {
    const all = new Map([...(this.#named ?? []), ...this.rows.values()].map((row) => [row.identity_id, row]));
    return [...all.values()].filter((row) => row.merged_into === null && row.name !== null);
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
        r.track_ids.filter((t) => this.has(t)).map((t) => [t, r.identity_id] as const),
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
    const moving = new Set(track_ids.filter((t) => this.has(t)));
    for (const row of this.rows.values())
      if (row.identity_id !== to && row.track_ids.some((t) => moving.has(t)))
        this.put({ ...row, track_ids: row.track_ids.filter((t) => !moving.has(t)) });
    this.put({ ...target, track_ids: [...new Set([...target.track_ids, ...moving])].sort(), merged_into: null });
  }

  /** Groups anew what has changed in this edit, under the edits of the log; names and redirects follow. */
  async settle(also: readonly string[]): Promise<void> {
    const edits = this.constraints();
    for (const row of bringHome([...this.rows.values()], edits, (t) => this.has(t))) this.put(row);
    this.#redirectEmpty();
    await breathe(this.signal);
    const changed = new Set(also);
    for (const [id, row] of this.rows) {
      const was = this.#was.get(id);
      if (row !== was && row.track_ids.join() !== was?.track_ids.join()) changed.add(id);
    }
    const fresh = new Set([...changed].flatMap((id) => this.rows.get(id)?.track_ids ?? []));
    if (fresh.size > 0) {
      const step = await (this.known.isWhole ? this.#amongAll(fresh) : this.#amongThoseLike(fresh, edits));
      const { now, signal } = this;
      const { rows, refused } = await regroup({ ...step, held: [...this.rows.values()], now, signal, edits });
      this.refused += refused;
      await breathe(this.signal);
      for (const row of rows) this.put(row);
      this.#redirectEmpty();
    }
    await this.#recognise(edits);
    this.rename(edits);
  }

  async #amongAll(fresh: ReadonlySet<string>): Promise<Omit<Regroup, 'held' | 'now'>> {
    const rule = await this.grouping.rule([...this.videos.values()]);
    const tracks = await this.#tracks();
    await breathe(this.signal);
    const all = inTheirLight(tracks, rule);
    await breathe(this.signal);
    return {
      old: all.filter((t) => !fresh.has(t.track_id)),
      fresh: all.filter((t) => fresh.has(t.track_id)),
      rule,
      compare: await this.grouping.compare(),
    };
  }

  /** As tracks that join a large library do: see part-of-library. */
  async #amongThoseLike(track_ids: ReadonlySet<string>, edits: Constraints): Promise<Omit<Regroup, 'held' | 'now'>> {
    const { reader: library, signal } = this;
    const fresh = await loadLitTracks(library, { track_ids: [...track_ids] }, signal);
    const rule = await this.grouping.rule(await this.#videosOf(fresh.map((t) => t.video_id)));
    const compare = await this.grouping.compare();
    const { people } = await library.counts(signal);
    const like = await likePeople(library, people, fresh, lowestBar(people, rule.evidence), compare, signal);
    const found = await this.#people([...like.ids]);
    const changed = this.#changed();
    await this.#readTracks(changed);
    const ids = new Set([...like.ids, ...idsOfPeople(found), ...idsOfPeople(changed)]);
    const moved = new Map(
      changed.map((row) => [
        row.identity_id,
        new Set(row.track_ids.flatMap((t) => this.tracks.get(t)?.video_id ?? [])),
      ]),
    );
    const identities = [...this.stored.values()];
    const part = {
      library,
      identities,
      people,
      like: { ...like, ids },
      fresh,
      here: [],
      moved,
      compare,
      edits,
      signal,
    };
    return { old: [], fresh, rule, compare, around: new PartOfLibrary(part) };
  }

  /** Identities that are not as they are stored. */
  #changed(): IdentityRow[] {
    return [...this.rows.values()].filter((row) => row !== this.stored.get(row.identity_id));
  }

  /** Whoever is enrolled gets those whom the photos surely show. */
  async #recognise(edits: Constraints): Promise<void> {
    if (edits.enrolled.length === 0) return;
    const rule = await this.grouping.rule([...this.videos.values()]);
    const { tracks, people } = this.known.isWhole
      ? { tracks: await this.#tracks(), people: 0 }
      : await this.#likePhotos(edits, rule);
    const { sure, doubtful } = await recognise(
      this.references,
      [...this.rows.values()],
      tracks,
      people,
      edits,
      rule,
      await this.grouping.compare(),
      this.signal,
    );
    this.doubtful = doubtful;
    for (const body of takeIn(sure, this.rows, (id) => !this.#was.has(id))) {
      this.recognised.push(body);
      if (body.kind !== 'recognised') continue;
      const at = this.log.findIndex((e) => e.edit_id === body.edit_id),
        entry = this.log[at];
      // The entry itself is written as it was made; what was recognised is an entry of its own.
      if (entry)
        this.log[at] = { ...entry, before: [...entry.before, ...body.from.map((f) => ({ ...f, name: null }))] };
    }
  }

  async #likePhotos(edits: Constraints, rule: JoinRule): Promise<LikeReferences> {
    const { reader: library, signal } = this;
    const { people } = await library.counts(signal);
    const near = await likeReferences({
      library,
      references: this.references,
      enrolled: edits.enrolled.map((e) => e.identity_id),
      changed: this.#changed(),
      known: [...this.stored.values()],
      people,
      here: [],
      gone: new Set(),
      rule,
      signal,
    });
    this.#learn(near.identities);
    return near;
  }

  async #tracks(): Promise<GroupedTrack[]> {
    return (this.#all ??= await loadTracks(this.reader, {}, this.signal));
  }

  /** Names follow the identities. */
  rename({ names }: Pick<Constraints, 'names'>): void {
    for (const [id, name] of names) {
      const row = this.rows.get(id);
      if (row && row.name !== name) this.put({ ...row, name });
    }
  }

  /** An identity whose tracks all went to others leads to the one that got most of them. */
  #redirectEmpty(): void {
    const empty = [...this.rows].filter(([, row]) => row.merged_into === null && row.track_ids.length === 0);
    if (empty.length === 0) return;
    const owner = this.owners();
    for (const [id, row] of empty) {
      const counts = new Map<string, number>();
      for (const t of this.#was.get(id)?.track_ids ?? []) {
        const to = owner.get(t);
        if (to !== undefined) counts.set(to, (counts.get(to) ?? 0) + 1);
      }
      const [most] = [...counts].sort((a, b) => b[1] - a[1]);
      if (most) this.put({ ...row, merged_into: most[0] });
    }
  }
}

/** Those that are not as they are stored, as they are to be. */
export function changedRows(working: WorkingLibrary): IdentityRow[] {
  return [...working.rows.values()]
    .filter((row) => row !== working.stored.get(row.identity_id))
    .map((row) => ({ ...row, updated_at: working.now }));
}

function idsOfPeople(rows: readonly IdentityRow[]): string[] {
  return rows.map((row) => row.identity_id);
}
