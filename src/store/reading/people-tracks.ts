/** Everybody's tracks in the order of their row, by number: four bytes a track, where a list of ids takes sixty. */
import { stopIfAborted } from '../abort.js';
import type { Table } from '../tables/database-engine.js';
import type { IdNumbers } from '../tables/id-numbers.js';
import { bytesIn, idsIn } from '../tables/scan.js';

const QUOTE = 0x22,
  OPEN = 0x5b;

export class PeopleTracks {
  /** By person, where theirs begin, and how many they are; -1 for one whose row says nothing that is known. */
  #from = new Int32Array(0);
  #count = new Int32Array(0);
  #tracks = new Int32Array(0);

  /** @param people, tracks as they are numbered: others are left out */
  static async read(
    identities: Table,
    people: IdNumbers,
    tracks: IdNumbers,
    signal?: AbortSignal,
  ): Promise<PeopleTracks> {
    const lists = new PeopleTracks();
    lists.#from = new Int32Array(people.size);
    lists.#count = new Int32Array(people.size).fill(-1);
    // Each track is one person's.
    lists.#tracks = new Int32Array(tracks.size);
    let end = 0;
    // In small batches: each has thousands of tracks, and questions are answered between them.
    for await (const batch of identities.query().select(['identity_id', 'track_ids'])) {
      stopIfAborted(signal);
      const ids = idsIn(batch, 'identity_id', people.width),
        { offsets, bytes } = bytesIn(batch, 'track_ids');
      for (let i = 0; i < batch.numRows; i++) {
        const person = people.numberAt(ids.ascii, ids.from + i * people.width);
        const to = person < 0 ? -1 : lists.#add(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0, tracks, end);
        if (to < 0) continue;
        lists.#from[person] = end;
        lists.#count[person] = to - end;
        end = to;
      }
    }
    return lists;
  }

  /** @returns null for one whose tracks are not known */
  of(person: number): Int32Array | null {
    const from = this.#from[person] ?? 0,
      count = this.#count[person] ?? -1;
    return count < 0 ? null : this.#tracks.subarray(from, from + count);
  }

  /**
   * Adds a list of ids, in JSON as this code writes it: `["track_…","track_…"]`.
   * @returns where it ends; -1 where it is written otherwise, or has a track that is not known
   */
  #add(json: Uint8Array, from: number, to: number, tracks: IdNumbers, end: number): number {
    if (json[from] !== OPEN) return -1;
    let at = from + 1;
    for (; json[at] === QUOTE; at += tracks.width + 3, end++) {
      const number = tracks.numberAt(json, at + 1);
      if (number < 0 || end >= this.#tracks.length) return -1;
      this.#tracks[end] = number;
    }
    return Math.max(at, from + 2) === to ? end : -1;
  }
}
