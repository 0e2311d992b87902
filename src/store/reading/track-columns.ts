/**
 * What questions look up of tracks, of a whole library in columns: some 80 bytes a track, where objects and texts would
 * take several hundred.
 */
import type { RecordBatch } from 'apache-arrow';
import { stopIfAborted } from '../abort.js';
import type { Table } from '../tables/database-engine.js';
import { IdNumbers } from '../tables/id-numbers.js';
import { idsIn, inLargeBatches, realsIn } from '../tables/scan.js';

const NOBODY = -1;

/** Whose tracks are, how good, and in what light. Tracks go by their number, from 0. */
export class TrackColumns {
  readonly #tracks: IdNumbers;
  readonly #people = new IdNumbers('identity');
  readonly #videos = new IdNumbers('video');
  readonly #owner: Int32Array;
  readonly #video: Int32Array;
  readonly #quality: Float64Array;
  readonly #light: Float64Array;

  private constructor(most: number) {
    this.#tracks = new IdNumbers('track', most);
    this.#owner = new Int32Array(most).fill(NOBODY);
    this.#video = new Int32Array(most);
    this.#quality = new Float64Array(most);
    this.#light = new Float64Array(most);
  }

  /** Reads both tables, a batch at a time. Rows of `owners` without a track are left out. */
  static async read(tracks: Table, owners: Table, signal?: AbortSignal): Promise<TrackColumns> {
    const columns = new TrackColumns(await tracks.countRows());
    for await (const batch of inLargeBatches(tracks.query().select(['track_id', 'video_id', 'quality']))) {
      stopIfAborted(signal);
      columns.#addTracks(batch);
    }
    for await (const batch of inLargeBatches(owners.query().select(['track_id', 'identity_id', 'light']))) {
      stopIfAborted(signal);
      columns.#addOwners(batch);
    }
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
      quality = realsIn(batch, 'quality');
    for (let i = 0; i < batch.numRows; i++) {
      const n = this.#tracks.add(track.ascii, track.from + i * this.#tracks.width);
      this.#video[n] = this.#videos.add(video.ascii, video.from + i * this.#videos.width);
      this.#quality[n] = quality[i] ?? NaN;
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
