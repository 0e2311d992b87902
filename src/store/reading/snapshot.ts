/** The library at one state. */
import { byText } from '../../domain/order.js';
import type { z } from 'zod';
import type { Cohesion } from '../../domain/people/like-others.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { isId } from '../../domain/ids.js';
import type {
  Changes,
  MeansBlock,
  Neighbour,
  Page,
  PeopleFilter,
  SeenFilter,
  SeenTimes,
  SeenTotals,
  State,
  TrackFace,
  TrackFilter,
  VectorBlock,
} from '../api.js';
import { changesSince, markOf } from '../head/change-log.js';
import {
  type RowOpener,
  rowOpener,
  storedBoxes,
  storedCalibration,
  storedEdit,
  storedIdentity,
  storedReference,
  storedSummary,
  storedVideo,
  type TableName,
} from '../tables/columns.js';
import { ownersOfAll, seenIn } from '../derived/derived.js';
import { peopleAnew } from '../derived/derived-people.js';
import type { Connection, Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { Head } from '../head/head.js';
import { HeadTables } from '../head/head-tables.js';
import { HeldVectors, measured, type MeasuredVectors, nearestIn, someOf, type TrackVectors } from './held-vectors.js';
import { noMeans, readMeans, readPeople } from './people-table.js';
import { storedCohesion, storedLabel, storedLight, storedOwner, storedTotal } from '../derived/stored-derived.js';
import { type Search, searchTracks } from './search-tracks.js';
import { readBestCrops, readBoxes, readPictures } from './track-pictures.js';
import { readAllFaces, readFaces, readVectors } from './track-vectors.js';
import {
  hashPredicate,
  idPredicates,
  numberPredicates,
  seenPredicates,
  startPredicate,
  trackPredicates,
} from '../tables/predicates.js';
import type {
  CalibrationRow,
  EditRow,
  IdentityRow,
  PersonRow,
  ReferenceRow,
  SeenRow,
  SeenTotal,
  TrackBox,
  TrackPictures,
  TrackSummary,
  VideoRow,
} from '../rows.js';
import { byAge, byIndexing, byPlace } from '../tables/row-order.js';
import { readLabels } from './label-table.js';
import { readSeen } from './seen-table.js';
import { agesOfTable, timesOf, timesOfTable } from './seen-times.js';
import { inColumns, keptTotals, totalsOf, totalsOfTable } from '../derived/seen-totals.js';
import { lacksCohesion, lacksDerived, lacksLabels, lacksTotals } from '../head/schema-migration.js';
import { inTable } from '../tables/table-error.js';
import { readVideos } from './video-table.js';

/** The library at one head; what others write meanwhile doesn't show. */
export class Snapshot implements State {
  protected readonly tables: HeadTables;

  constructor(
    readonly head: Head,
    connection: Connection,
    protected readonly cipher: ValueCipher | null,
    private readonly held = new HeldVectors(),
  ) {
    this.tables = new HeadTables(head, connection, cipher);
  }

  get mark(): string | null {
    return markOf(this.head);
  }

  changedSince(mark: string | null): Changes | null {
    return changesSince(this.head, mark);
  }

  async videos(signal?: AbortSignal): Promise<VideoRow[]> {
    const rows = await inTable('videos', async () => readVideos(await this.tables.open('videos'), signal));
    return rows.sort(byIndexing);
  }

  async video(video_id: string, signal?: AbortSignal): Promise<VideoRow | null> {
    return (await this.videosOf([video_id], signal))[0] ?? null;
  }

  videosOf(video_ids: readonly string[], signal?: AbortSignal): Promise<VideoRow[]> {
    return this.tables.rowsOf('videos', storedVideo, idPredicates('video_id', 'video', video_ids), signal);
  }

  async videoByHash(content_hash: string, signal?: AbortSignal): Promise<VideoRow | null> {
    return (await this.tables.rows('videos', storedVideo, hashPredicate(content_hash), signal))[0] ?? null;
  }

  async tracks(filter: TrackFilter = {}, signal?: AbortSignal): Promise<TrackSummary[]> {
    return (await this.#trackRows(storedSummary, filter, signal)).sort(byPlace);
  }

  async trackIdsFrom(start: string, signal?: AbortSignal): Promise<string[]> {
    const placed = storedSummary.pick({ track_id: true, video_id: true, start_s: true });
    const rows = await this.tables.rows('tracks', placed, startPredicate('track_id', 'track', start), signal);
    return rows.sort(byPlace).map((t) => t.track_id);
  }

  async vectors(filter: TrackFilter = {}, signal?: AbortSignal): Promise<VectorBlock> {
    const { tracks, data } = await inTable('tracks', () => this.#vectors(filter, signal));
    return {
      ids: tracks.map((track) => track.track_id),
      video_ids: tracks.map((track) => track.video_id),
      data,
      quality: Float32Array.from(tracks, (track) => track.quality),
      population_excess: Float32Array.from(tracks, (track) => track.population_excess),
    };
  }

  async #vectors(filter: TrackFilter, signal: AbortSignal | undefined): Promise<TrackVectors> {
    // Of no track, also where the table can't be opened: whoever removes somebody without tracks needs none.
    if (filter.track_ids?.length === 0) return { tracks: [], data: new Float32Array(0) };
    const held = filter.track_ids || filter.video_ids ? this.held.peek(this.#vectorState) : null;
    if (held) return someOf(await held, filter);
    return this.#inTracks((table, opener) => readVectors(table, this.head.dimensions, filter, opener, signal));
  }

  async faces(track_ids: readonly string[], signal?: AbortSignal): Promise<TrackFace[]> {
    if (track_ids.length === 0) return [];
    return this.#inTracks((table, opener) => readFaces(table, this.head.dimensions, track_ids, opener, signal));
  }

  facesOfAll(signal?: AbortSignal): Promise<TrackFace[]> {
    return this.#inTracks((table, opener) => readAllFaces(table, this.head.dimensions, opener, signal));
  }

  async qualityOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const found = storedSummary.pick({ track_id: true, quality: true });
    const rows = await this.#trackRows(found, { track_ids }, signal);
    return new Map(rows.map(({ track_id, quality }) => [track_id, quality]));
  }

  pictures(track_id: string, signal?: AbortSignal): Promise<TrackPictures> {
    return this.#inTracks((table, opener) => readPictures(table, track_id, opener, signal));
  }

  async bestCrops(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    if (track_ids.length === 0) return new Map();
    return this.#inTracks((table, opener) => readBestCrops(table, track_ids, opener, signal));
  }

  boxes(track_id: string, signal?: AbortSignal): Promise<TrackBox[]> {
    return this.#inTracks((table, opener) => readBoxes(table, track_id, opener, signal));
  }

  #inTracks<T>(read: (table: Table, opener: RowOpener | null) => Promise<T>): Promise<T> {
    return inTable('tracks', async () => read(await this.tables.open('tracks'), rowOpener('tracks', this.cipher)));
  }

  async boxesIn(video_ids: readonly string[], signal?: AbortSignal): Promise<Map<string, TrackBox[]>> {
    const found = storedSummary.pick({ track_id: true }).extend(storedBoxes.shape);
    const rows = await this.#trackRows(found, { video_ids }, signal);
    return new Map(rows.map(({ track_id, boxes }) => [track_id, boxes]));
  }

  nearest(vector: Float32Array, limit: number, filter: TrackFilter = {}, signal?: AbortSignal): Promise<Neighbour[]> {
    return inTable('tracks', () => this.#nearest(vector, limit, filter, signal));
  }

  async #nearest(
    vector: Float32Array,
    limit: number,
    filter: TrackFilter,
    signal: AbortSignal | undefined,
  ): Promise<Neighbour[]> {
    if (vector.length !== this.head.dimensions)
      throw new RollcallError(
        'bad_argument',
        `A query vector has ${vector.length} numbers, the library's have ${this.head.dimensions}.`,
        'Embed the query with the pack of the library.',
      );
    if (!Number.isInteger(limit) || limit < 1)
      throw new RollcallError('bad_argument', `limit is ${limit}.`, 'Give a whole number from 1.');
    const predicates = trackPredicates(filter);
    if (await this.searchesInMemory()) return nearestIn(await this.#heldVectors(filter, signal), vector, limit, filter);
    const found = await this.search({ vector, limit, predicates }, signal);
    return found.sort((a, b) => b.cosine - a.cosine || byText(a.track_id, b.track_id)).slice(0, limit);
  }

  protected async search(search: Search, signal?: AbortSignal): Promise<Neighbour[]> {
    return searchTracks(await this.tables.open('tracks'), search, signal);
  }

  /** LanceDB can't search what is encrypted. */
  protected searchesInMemory(): Promise<boolean> {
    return Promise.resolve(this.cipher !== null);
  }

  /** Tells states with the same vectors from others. */
  get #vectorState(): string {
    return `${this.head.created_at} ${this.head.versions.tracks}`;
  }

  /** All of them, or of an encrypted library that was not asked yet just those of a filter. */
  async #heldVectors(filter: TrackFilter, signal: AbortSignal | undefined): Promise<MeasuredVectors> {
    const { dimensions } = this.head;
    const state = this.#vectorState;
    const held = this.held.peek(state);
    if (held) return held;
    if (filter.video_ids || filter.track_ids) return measured(await this.#vectors(filter, signal));
    const bytes = (await (await this.tables.open('tracks')).countRows()) * dimensions * Float32Array.BYTES_PER_ELEMENT;
    // Others wait for it too: whoever gives up does not stop it.
    return this.held.get(state, bytes, async () => measured(await this.#vectors({}, undefined)));
  }

  async identities(signal?: AbortSignal): Promise<IdentityRow[]> {
    const rows = await this.tables.rows('identities', storedIdentity, undefined, signal);
    return rows.sort(byAge);
  }

  async identity(identity_id: string, signal?: AbortSignal): Promise<IdentityRow | null> {
    return (
      (
        await this.tables.rows(
          'identities',
          storedIdentity,
          idPredicates('identity_id', 'identity', [identity_id])[0],
          signal,
        )
      )[0] ?? null
    );
  }

  async identitiesOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<IdentityRow[]> {
    // What is no id is nobody's.
    const ids = identity_ids.filter((id) => isId('identity', id));
    const predicates = idPredicates('identity_id', 'identity', ids);
    return (await this.tables.rowsOf('identities', storedIdentity, predicates, signal)).sort(byAge);
  }

  async trackIdsOf(
    identity_ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const predicates = idPredicates('identity_id', 'identity', identity_ids);
    const list = storedIdentity.pick({ identity_id: true, track_ids: true });
    const rows = await this.tables.rowsOf('identities', list, predicates, signal);
    return new Map(rows.map(({ identity_id, track_ids }) => [identity_id, track_ids]));
  }

  sharedVideos(_one: string, _others: readonly string[], _signal?: AbortSignal): Promise<readonly string[] | null> {
    return Promise.resolve(null);
  }

  async named(signal?: AbortSignal): Promise<IdentityRow[]> {
    const predicate = 'name IS NOT NULL AND merged_into IS NULL';
    return (await this.tables.rows('identities', storedIdentity, predicate, signal)).sort(byAge);
  }

  async ownersOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    if (lacksDerived(this.head)) return ownersOfAll(await this.identities(signal));
    const rows = await this.tables.rowsOf('owners', storedOwner, idPredicates('track_id', 'track', track_ids), signal);
    return new Map(rows.map(({ track_id, identity_id }) => [track_id, identity_id]));
  }

  async seen(filter: SeenFilter = {}, signal?: AbortSignal): Promise<SeenRow[]> {
    const { video_ids, identity_ids } = filter;
    if (!lacksDerived(this.head))
      return inTable('seen', async () => readSeen(await this.tables.open('seen'), seenPredicates(filter), signal));
    // A library of before, opened only to be read.
    const all = video_ids ?? (await this.videos(signal)).map((v) => v.video_id);
    const wanted = identity_ids && new Set(identity_ids);
    return (await seenIn(all, this, signal)).filter((row) => !wanted || wanted.has(row.identity_id));
  }

  async seenTimes(filter: SeenFilter = {}, signal?: AbortSignal): Promise<SeenTimes> {
    if (lacksDerived(this.head)) return timesOf(await this.seen(filter, signal));
    return inTable('seen', async () => timesOfTable(await this.tables.open('seen'), seenPredicates(filter), signal));
  }

  ages(identity_ids?: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const predicates = identity_ids ? idPredicates('identity_id', 'identity', identity_ids) : [undefined];
    return inTable('identities', async () => agesOfTable(await this.tables.open('identities'), predicates, signal));
  }

  async seenTotals(signal?: AbortSignal): Promise<SeenTotals> {
    if (lacksTotals(this.head)) return inColumns(await this.countTotals(signal));
    return inTable('totals', async () => keptTotals(await this.tables.open('totals'), signal));
  }

  /** The same, made of who is seen where. */
  async countTotals(signal?: AbortSignal): Promise<SeenTotal[]> {
    if (lacksDerived(this.head)) return totalsOf(await this.seen({}, signal));
    return inTable('seen', async () => totalsOfTable(await this.tables.open('seen'), signal));
  }

  /** Of these people, as they are kept. */
  totalsOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<SeenTotal[]> {
    return this.tables.rowsOf('totals', storedTotal, idPredicates('identity_id', 'identity', identity_ids), signal);
  }

  async lightOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    if (lacksDerived(this.head)) return new Map();
    const rows = await this.tables.rowsOf('owners', storedLight, idPredicates('track_id', 'track', track_ids), signal);
    return new Map(rows.map(({ track_id, light }) => [track_id, light]));
  }

  async counts(): Promise<{ tracks: number; people: number }> {
    const rows = async (name: TableName): Promise<number> => (await this.tables.open(name)).countRows();
    return { tracks: await rows('tracks'), people: lacksDerived(this.head) ? 0 : await rows('people') };
  }

  async people({ identity_ids }: PeopleFilter, signal?: AbortSignal): Promise<PersonRow[]> {
    if (lacksDerived(this.head)) return peopleAnew(identity_ids, this, signal);
    return inTable('people', async () =>
      readPeople(await this.tables.open('people'), identity_ids, this.head.dimensions, this.cipher, signal),
    );
  }

  async means(page: Page, signal?: AbortSignal): Promise<MeansBlock> {
    if (lacksDerived(this.head)) return noMeans();
    return inTable('people', async () =>
      readMeans(await this.tables.open('people'), page, this.head.dimensions, this.cipher, signal),
    );
  }

  async cohesionOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Cohesion>> {
    if (lacksCohesion(this.head)) return new Map();
    const predicates = idPredicates('identity_id', 'identity', identity_ids);
    const rows = await this.tables.rowsOf('people', storedCohesion, predicates, signal);
    return new Map(rows.map(({ identity_id, ...cohesion }) => [identity_id, cohesion]));
  }

  async isEmpty(): Promise<boolean> {
    const rows = async (name: TableName): Promise<number> => (await this.tables.open(name)).countRows();
    return (await rows('videos')) + (await rows('identities')) === 0;
  }

  async edits(signal?: AbortSignal): Promise<EditRow[]> {
    return (await this.tables.rows('edits', storedEdit, undefined, signal)).sort((a, b) => a.seq - b.seq);
  }

  async labels(signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    if (lacksLabels(this.head)) return new Map();
    return inTable('labels', async () => readLabels(await this.tables.open('labels'), signal));
  }

  async labelsOf(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    if (lacksLabels(this.head)) return new Map();
    const predicates = (['identity', 'video'] as const).flatMap((kind) =>
      idPredicates(
        'id',
        kind,
        ids.filter((id) => isId(kind, id)),
      ),
    );
    const rows = await this.tables.rowsOf('labels', storedLabel, predicates, signal);
    return new Map(rows.map(({ id, number }) => [id, number]));
  }

  async numbered(numbers: readonly number[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    if (lacksLabels(this.head)) return new Map();
    const rows = await this.tables.rowsOf('labels', storedLabel, numberPredicates('number', numbers), signal);
    return new Map(rows.map(({ id, number }) => [id, number]));
  }

  async calibrations(signal?: AbortSignal): Promise<CalibrationRow[]> {
    if (this.head.versions.calibrations === undefined) return [];
    return (await this.tables.rows('calibrations', storedCalibration, undefined, signal)).sort((a, b) => a.seq - b.seq);
  }

  async references(signal?: AbortSignal): Promise<ReferenceRow[]> {
    if (this.head.versions.references === undefined) return [];
    const rows = await this.tables.rows('references', storedReference, undefined, signal);
    return rows.sort((a, b) => byText(a.created_at, b.created_at) || byText(a.reference_id, b.reference_id));
  }

  async #trackRows<T>(
    schema: z.ZodObject & z.ZodType<T>,
    filter: TrackFilter,
    signal: AbortSignal | undefined,
  ): Promise<T[]> {
    return this.tables.rowsOf('tracks', schema, trackPredicates(filter), signal);
  }
}
