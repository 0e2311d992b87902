/**
 * The library at one state, what was read of a small one kept: LanceDB takes about as long for one row as for some
 * thousands, and a question asks for rows a dozen times. Of a large one, whose its tracks are (see held-tracks.ts).
 */
import type { Cohesion } from '../../domain/people/like-others.js';
import { isId, isIdStart, parseId, type IdKind } from '../../domain/ids.js';
import { kept } from '../../domain/kept.js';
import { stopIfAborted } from '../abort.js';
import type { Neighbour, SeenFilter, SeenTimes, TrackFace, TrackFilter } from '../api.js';
import { blockTracks } from '../tables/block-tracks.js';
import { rowOpener } from '../tables/columns.js';
import type { Connection } from '../tables/database-engine.js';
import { ownersOfAll } from '../derived/derived.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { Head } from '../head/head.js';
import { HeldTracks } from './held-tracks.js';
import type { HeldVectors } from './held-vectors.js';
import type { IdentityRow, SeenRow, TrackSummary, VideoRow } from '../rows.js';
import { lacksDerived } from '../head/schema-migration.js';
import { timesOf } from './seen-times.js';
import { byAge } from '../tables/row-order.js';
import { inTable } from '../tables/table-error.js';
import { type Search, searchRows } from './search-tracks.js';
import { Snapshot } from './snapshot.js';
import { TrackColumns } from './track-columns.js';
import { readFacesInRows } from './track-vectors.js';

/** Rows are handed out again and again: whoever gets them leaves them as they are. */
export class HeldSnapshot extends Snapshot {
  /** @param most tracks up to which a library is small. @param large what is held of one that is not */
  constructor(
    head: Head,
    connection: Connection,
    cipher: ValueCipher | null,
    held: HeldVectors,
    private readonly most: number,
    private readonly large: HeldTracks,
  ) {
    super(head, connection, cipher, held);
  }

  readonly #isSmall = kept(async () => (await this.counts()).tracks <= this.most);
  readonly #videos = kept(() => super.videos());
  readonly #tracks = kept(() => super.tracks());
  readonly #identities = kept(() => super.identities());
  readonly #seen = kept(() => super.seen());
  readonly #owners = kept(async () => ownersOfAll(await this.#identities()));
  readonly #quality = kept(async () => new Map((await this.#tracks()).map((t) => [t.track_id, t.quality])));
  readonly #light = kept(async () => super.lightOf((await this.#tracks()).map((t) => t.track_id)));

  readonly #cohesion = kept(async () => super.cohesionOf((await this.#identities()).map((row) => row.identity_id)));

  override async videos(signal?: AbortSignal): Promise<VideoRow[]> {
    return (await this.#holds(signal)) ? [...(await this.#videos())] : super.videos(signal);
  }

  override async videosOf(video_ids: readonly string[], signal?: AbortSignal): Promise<VideoRow[]> {
    if (!(await this.#holds(signal))) return super.videosOf(video_ids, signal);
    const fits = among('video', video_ids);
    return (await this.#videos()).filter((v) => fits(v.video_id));
  }

  override async tracks(filter: TrackFilter = {}, signal?: AbortSignal): Promise<TrackSummary[]> {
    if (!(await this.#holds(signal))) return super.tracks(filter, signal);
    const [inVideo, isOne] = [among('video', filter.video_ids), among('track', filter.track_ids)];
    return (await this.#tracks()).filter((t) => inVideo(t.video_id) && isOne(t.track_id));
  }

  override async trackIdsFrom(start: string, signal?: AbortSignal): Promise<string[]> {
    if (!isIdStart('track', start) || !(await this.#holds(signal))) return super.trackIdsFrom(start, signal);
    return (await this.#tracks()).flatMap((t) => (t.track_id.startsWith(start) ? [t.track_id] : []));
  }

  override async identities(signal?: AbortSignal): Promise<IdentityRow[]> {
    return (await this.#holds(signal)) ? [...(await this.#identities())] : super.identities(signal);
  }

  override async identitiesOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<IdentityRow[]> {
    const wanted = new Set(identity_ids.filter((id) => isId('identity', id)));
    if (await this.#holds(signal)) return (await this.#identities()).filter((row) => wanted.has(row.identity_id));
    const known = this.#knownPeople([...wanted]);
    const missing = [...wanted].filter((id) => !known.has(id));
    const read = missing.length > 0 ? await super.identitiesOf(missing, signal) : [];
    return [...known.values(), ...read].sort(byAge);
  }

  /** Rows of those of a large library of whom all is held. */
  #knownPeople(identity_ids: readonly string[]): Map<string, IdentityRow> {
    const known = new Map<string, IdentityRow>();
    const held = this.large.tracksOf(this.head, identity_ids);
    for (const [identity_id, numbers] of held?.people ?? []) {
      const said = held?.columns.saidOf(identity_id);
      // Whoever has tracks is no redirect.
      if (held && said)
        known.set(identity_id, { identity_id, ...said, track_ids: held.columns.idsOf(numbers), merged_into: null });
    }
    return known;
  }

  override async trackIdsOf(
    identity_ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    if (await this.#holds(signal))
      return new Map((await this.identitiesOf(identity_ids, signal)).map((p) => [p.identity_id, p.track_ids]));
    const held = this.large.tracksOf(this.head, identity_ids);
    if (!held) return super.trackIdsOf(identity_ids, signal);
    const { columns, people } = held;
    const missing = identity_ids.filter((id) => !people.has(id));
    const found = new Map(missing.length > 0 ? await super.trackIdsOf(missing, signal) : []);
    for (const [id, numbers] of people) found.set(id, columns.idsOf(numbers));
    return found;
  }

  override async sharedVideos(
    one: string,
    others: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly string[] | null> {
    if (await this.#holds(signal)) return null;
    const held = this.large.tracksOf(this.head, [one, ...others]);
    if (!held || held.people.size <= new Set(others).size) return null;
    const { columns, people } = held;
    const videosOf = (id: string) => new Set(Array.from(people.get(id) ?? [], (n) => columns.videoOf(n)));
    const theirs = videosOf(one);
    const shared = new Set(others.flatMap((id) => [...videosOf(id)].filter((video) => theirs.has(video))));
    return [...shared].map((video) => columns.videoId(video));
  }

  override async named(signal?: AbortSignal): Promise<IdentityRow[]> {
    if (!(await this.#holds(signal))) return super.named(signal);
    return (await this.#identities()).filter((row) => row.name !== null && row.merged_into === null);
  }

  override ownersOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.#ofTracks(track_ids, signal, {
      small: this.#owners,
      take: (columns, number) => columns.ownerOf(number),
      lookUp: (missing) => super.ownersOf(missing, signal),
    });
  }

  override lightOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.#ofTracks(track_ids, signal, {
      small: this.#light,
      take: (columns, number) => (columns.ownerOf(number) === null ? null : columns.lightOf(number)),
      lookUp: (missing) => super.lightOf(missing, signal),
    });
  }

  override qualityOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.#ofTracks(track_ids, signal, {
      small: this.#quality,
      take: (columns, number) => columns.qualityOf(number),
      lookUp: (missing) => super.qualityOf(missing, signal),
    });
  }

  override async cohesionOf(
    identity_ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Cohesion>> {
    if (!(await this.#holds(signal))) return super.cohesionOf(identity_ids, signal);
    const isOne = among('identity', identity_ids);
    return new Map([...(await this.#cohesion())].filter(([id]) => isOne(id)));
  }

  override async faces(track_ids: readonly string[], signal?: AbortSignal): Promise<TrackFace[]> {
    if (!(await this.#holds(signal))) return this.#facesInRows(track_ids, signal);
    const isOne = among('track', track_ids);
    const presence = new Map(
      (await this.#tracks()).flatMap((t) => (isOne(t.track_id) ? [[t.track_id, t.presence] as const] : [])),
    );
    const block = blockTracks(await super.vectors({ track_ids }, signal));
    return block.map((track) => ({ ...track, presence: presence.get(track.track_id) ?? [] }));
  }

  override async facesOfAll(signal?: AbortSignal): Promise<TrackFace[]> {
    if (!(await this.#holds(signal))) return super.facesOfAll(signal);
    const presence = new Map((await this.#tracks()).map((t) => [t.track_id, t.presence]));
    const block = blockTracks(await super.vectors({}, signal));
    return block.map((track) => ({ ...track, presence: presence.get(track.track_id) ?? [] }));
  }

  /** Those whose rows are known are read by them. */
  async #facesInRows(track_ids: readonly string[], signal?: AbortSignal): Promise<TrackFace[]> {
    const columns = this.large.rows(this.head, null);
    if (!columns) return super.faces(track_ids, signal);
    const { known, missing } = this.large.look(this.head, track_ids, (_, number) => number, this.#read);
    const [found, others] = await Promise.all([
      inTable('tracks', async () =>
        readFacesInRows(
          await this.tables.open('tracks'),
          this.head.dimensions,
          columns,
          [...known.values()],
          rowOpener('tracks', this.cipher),
          signal,
        ),
      ),
      super.faces(missing, signal),
    ]);
    return [...found, ...others];
  }

  protected override async search(search: Search, signal?: AbortSignal): Promise<Neighbour[]> {
    const columns = this.large.rows(this.head, this.#read);
    return columns
      ? searchRows(await this.tables.open('tracks'), columns, search, signal)
      : super.search(search, signal);
  }

  override async seen(filter: SeenFilter = {}, signal?: AbortSignal): Promise<SeenRow[]> {
    if (!(await this.#holds(signal))) return super.seen(filter, signal);
    const [inVideo, isOne] = [among('video', filter.video_ids), among('identity', filter.identity_ids)];
    return (await this.#seen()).filter((row) => inVideo(row.video_id) && isOne(row.identity_id));
  }

  override async seenTimes(filter: SeenFilter = {}, signal?: AbortSignal): Promise<SeenTimes> {
    return (await this.#holds(signal)) ? timesOf(await this.seen(filter, signal)) : super.seenTimes(filter, signal);
  }

  /**
   * Of a small library what is kept of all tracks; of a large one what is held, and the others looked up.
   * @param from `take` leaves out a track of which it says null
   */
  async #ofTracks<T>(
    track_ids: readonly string[],
    signal: AbortSignal | undefined,
    from: {
      small: () => Promise<ReadonlyMap<string, T>>;
      take: (columns: TrackColumns, number: number) => T | null;
      lookUp: (missing: readonly string[]) => Promise<ReadonlyMap<string, T>>;
    },
  ): Promise<ReadonlyMap<string, T>> {
    if (await this.#holds(signal)) {
      among('track', track_ids);
      return from.small();
    }
    const { known, missing } = this.large.look(this.head, track_ids, from.take, this.#read);
    const found = new Map(missing.length > 0 ? await from.lookUp(missing) : []);
    for (const [id, value] of known) if (value !== null) found.set(id, value);
    return found;
  }

  /** Reads of a large library what is held of its tracks, for the questions to come. Never fails. */
  async hold(): Promise<void> {
    if (!(await this.#holds(undefined))) await this.large.hold(this.head, this.#read);
  }

  readonly #read = (closing: AbortSignal): Promise<TrackColumns | null> => this.#columns(closing);

  /** Of all tracks; null where none are held: there are too many, or the library is from before they had owners. */
  async #columns(signal: AbortSignal): Promise<TrackColumns | null> {
    if (lacksDerived(this.head) || !HeldTracks.holds((await this.counts()).tracks)) return null;
    const [tracks, owners, identities] = await Promise.all([
      this.tables.open('tracks'),
      this.tables.open('owners'),
      this.tables.open('identities'),
    ]);
    return TrackColumns.read({ tracks, owners, identities, isSealed: this.cipher !== null }, signal);
  }

  protected override async searchesInMemory(): Promise<boolean> {
    return (await super.searchesInMemory()) || this.#holds(undefined);
  }

  async #holds(signal: AbortSignal | undefined): Promise<boolean> {
    stopIfAborted(signal);
    // Where tracks can't be counted, the other tables are read as if there were many.
    return this.#isSmall().catch(() => false);
  }
}

/** Whether an id is among some; any is where none are given. @throws RollcallError unknown_id for what is no id */
function among(kind: IdKind, ids: readonly string[] | undefined): (id: string) => boolean {
  if (!ids) return () => true;
  const wanted = new Set(ids.map((id) => parseId(kind, id)));
  return (id) => wanted.has(id);
}
