/**
 * What questions look up of tracks, of a whole library in columns: some 90 bytes a track, where objects and texts would
 * take several hundred.
 */
import type { RecordBatch } from 'apache-arrow';
import { stopIfAborted } from '../abort.js';
import type { Neighbour } from '../api.js';
import type { Table } from '../tables/database-engine.js';
import { IdNumbers } from '../tables/id-numbers.js';
import { idsIn, inLargeBatches, realsIn, rowIdsIn } from '../tables/scan.js';
import { PeopleTracks, type SaidOfPerson } from './people-tracks.js';

const NOBODY = -1;

/** The tables that are read, of one state. */
export interface TrackTables {
  tracks: Table;
  owners: Table;
  identities: Table;
  /** Whether names of people are sealed: then nothing is read of their rows but their tracks. */
  isSealed: boolean;
}

/** Whose tracks are, how good, in what light, and in which row. Tracks go by their number, from 0. */
export class TrackColumns {
  readonly #tracks: IdNumbers;
  readonly #people = new IdNumbers('identity');
  readonly #videos = new IdNumbers('video');
  readonly #owner: Int32Array;
  readonly #video: Int32Array;
  readonly #quality: Float64Array;
  readonly #excess: Float64Array;
  readonly #light: Float64Array;
  /** LanceDB's row ids, ascending: as rows are read. */
  readonly #row: Float64Array;
  #lists = new PeopleTracks();

  private constructor(most: number) {
    this.#tracks = new IdNumbers('track', most);
    this.#owner = new Int32Array(most).fill(NOBODY);
    this.#video = new Int32Array(most);
    this.#quality = new Float64Array(most);
    this.#excess = new Float64Array(most);
    this.#light = new Float64Array(most);
    this.#row = new Float64Array(most);
  }

  /** Reads the tables, a batch at a time. Rows of `owners` without a track are left out. */
  static async read(
    { tracks, owners, identities, isSealed }: TrackTables,
    signal?: AbortSignal,
  ): Promise<TrackColumns> {
    const columns = new TrackColumns(await tracks.countRows());
    const read = tracks.query().select(['track_id', 'video_id', 'quality', 'population_excess']).withRowId();
    for await (const batch of inLargeBatches(read)) {
      stopIfAborted(signal);
      columns.#addTracks(batch);
    }
    for await (const batch of inLargeBatches(owners.query().select(['track_id', 'identity_id', 'light']))) {
      stopIfAborted(signal);
      columns.#addOwners(batch);
    }
    columns.#lists = await PeopleTracks.read(identities, columns.#people, columns.#tracks, isSealed, signal);
    return columns;
  }

  get size(): number {
    return this.#tracks.size;
  }

  /** @returns the number of a track; -1 for one that is not there */
  numberOf(track_id: string): number {
    return this.#tracks.numberOf(track_id);
  }

  /** @returns null for one that is nobody's */
  ownerOf(number: number): string | null {
    const owner = this.#owner[number] ?? NOBODY;
    return owner < 0 ? null : this.#people.idOf(owner);
  }

  qualityOf(number: number): number {
    return this.#quality[number] ?? NaN;
  }

  /** See OwnerRow; 0 for one that is nobody's. */
  lightOf(number: number): number {
    return this.#light[number] ?? NaN;
  }

  /** The number of the video that a track is in. */
  videoOf(number: number): number {
    return this.#video[number] ?? NOBODY;
  }

  videoId(video: number): string {
    return this.#videos.idOf(video);
  }

  /** The row id of a track. */
  rowOf(number: number): number {
    return this.#row[number] ?? NaN;
  }

  /** What a search says of a track, but how near it is. */
  found(number: number): Omit<Neighbour, 'cosine'> {
    return {
      track_id: this.#tracks.idOf(number),
      video_id: this.videoId(this.videoOf(number)),
      population_excess: this.#excess[number] ?? NaN,
      quality: this.qualityOf(number),
    };
  }

  /** @returns the number of the track in a row; -1 for one that is not known */
  numberInRow(row: number): number {
    let low = 0,
      high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >> 1,
        at = this.rowOf(middle);
      if (at === row) return middle;
      if (at < row) low = middle + 1;
      else high = middle - 1;
    }
    return NOBODY;
  }

  /** Numbers of somebody's tracks, in the order of their row; null for one who has none, or is not there. */
  tracksOf(identity_id: string): Int32Array | null {
    return this.#lists.of(this.#people.numberOf(identity_id));
  }

  /** What their row says of somebody who has tracks; null where nothing is known. */
  saidOf(identity_id: string): SaidOfPerson | null {
    return this.#lists.saidOf(this.#people.numberOf(identity_id));
  }

  /** Of some tracks. */
  idsOf(numbers: Int32Array): string[] {
    return Array.from(numbers, (n) => this.#tracks.idOf(n));
  }

  /** Marks tracks that are in some videos, or are some people's. @param marks one a track */
  mark(marks: Uint8Array, video_ids: Iterable<string>, identity_ids: Iterable<string>): void {
    const videos = among(this.#videos, video_ids),
      people = among(this.#people, identity_ids);
    for (let n = 0; n < this.size; n++)
      if (videos[this.#video[n] ?? NOBODY] === 1 || people[this.#owner[n] ?? NOBODY] === 1) marks[n] = 1;
  }

  #addTracks(batch: RecordBatch): void {
    const track = idsIn(batch, 'track_id', this.#tracks.width),
      video = idsIn(batch, 'video_id', this.#videos.width),
      quality = realsIn(batch, 'quality'),
      excess = realsIn(batch, 'population_excess'),
      rows = rowIdsIn(batch);
    for (let i = 0; i < batch.numRows; i++) {
      const n = this.#tracks.add(track.ascii, track.from + i * this.#tracks.width);
      this.#video[n] = this.#videos.add(video.ascii, video.from + i * this.#videos.width);
      this.#quality[n] = quality[i] ?? NaN;
      this.#excess[n] = excess[i] ?? NaN;
      this.#row[n] = Number(rows[i]);
    }
  }

  #addOwners(batch: RecordBatch): void {
    const track = idsIn(batch, 'track_id', this.#tracks.width),
      person = idsIn(batch, 'identity_id', this.#people.width),
      light = realsIn(batch, 'light');
    for (let i = 0; i < batch.numRows; i++) {
      const n = this.#tracks.numberAt(track.ascii, track.from + i * this.#tracks.width);
      if (n < 0) continue;
      this.#owner[n] = this.#people.add(person.ascii, person.from + i * this.#people.width);
      this.#light[n] = light[i] ?? NaN;
    }
  }
}

/** @returns 1 for each number whose id is among some */
function among(numbers: IdNumbers, ids: Iterable<string>): Uint8Array {
  const found = new Uint8Array(numbers.size);
  for (const id of ids) {
    const number = numbers.numberOf(id);
    if (number >= 0) found[number] = 1;
  }
  return found;
}
