/**
 * Everybody's tracks in the order of their row, by number: four bytes a track, where a list of ids takes sixty. With
 * what else their rows say.
 */
import { setImmediate } from 'node:timers/promises';
import type { RecordBatch } from 'apache-arrow';
import { stopIfAborted } from '../abort.js';
import type { IdentityRow } from '../rows.js';
import type { Table } from '../tables/database-engine.js';
import type { IdNumbers } from '../tables/id-numbers.js';
import { asciiIn, bytesIn, idsIn, textOrNullIn } from '../tables/scan.js';

/** Tracks between two breaks for the event loop. */
const STRETCH = 30_000;

const QUOTE = 0x22,
  OPEN = 0x5b;

const LISTS = ['identity_id', 'track_ids'],
  SAID = ['name', 'split_from', 'created_at', 'updated_at'];

/** What a row says of somebody who is there, beside their tracks. */
export type SaidOfPerson = Pick<IdentityRow, 'name' | 'split_from' | 'created_at' | 'updated_at'>;

export class PeopleTracks {
  /** By person, where theirs begin, and how many they are; -1 for one whose row says nothing that is known. */
  #from = new Int32Array(0);
  #count = new Int32Array(0);
  #tracks = new Int32Array(0);
  /** By person; nothing of a library whose names are sealed. */
  readonly #said: SaidOfPerson[] = [];

  /** @param people, tracks as they are numbered: others are left out. @param isSealed whether names are */
  static async read(
    identities: Table,
    people: IdNumbers,
    tracks: IdNumbers,
    isSealed: boolean,
    signal?: AbortSignal,
  ): Promise<PeopleTracks> {
    const lists = new PeopleTracks();
    lists.#from = new Int32Array(people.size);
    lists.#count = new Int32Array(people.size).fill(-1);
    // Each track is one person's.
    lists.#tracks = new Int32Array(tracks.size);
    let end = 0,
      pause = STRETCH;
    // In small batches: each has thousands of tracks, and questions are answered between them.
    for await (const batch of identities.query().select([...LISTS, ...(isSealed ? [] : SAID)])) {
      stopIfAborted(signal);
      const said = isSealed ? null : saidIn(batch);
      const ids = idsIn(batch, 'identity_id', people.width),
        { offsets, bytes } = bytesIn(batch, 'track_ids');
      for (let i = 0; i < batch.numRows; i++) {
        const person = people.numberAt(ids.ascii, ids.from + i * people.width);
        const to = person < 0 ? -1 : lists.#add(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0, tracks, end);
        if (to < 0) continue;
        lists.#from[person] = end;
        lists.#count[person] = to - end;
        const own = said?.(i);
        if (own) lists.#said[person] = own;
        end = to;
        if (end < pause) continue;
        await setImmediate();
        pause = end + STRETCH;
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

  /** @returns null for one of whom nothing is known */
  saidOf(person: number): SaidOfPerson | null {
    return this.#said[person] ?? null;
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

/** By row of a batch. */
function saidIn(batch: RecordBatch): (row: number) => SaidOfPerson {
  const names = textOrNullIn(batch, 'name'),
    from = textOrNullIn(batch, 'split_from'),
    created = asciiIn(batch, 'created_at'),
    updated = asciiIn(batch, 'updated_at');
  return (i) => ({
    name: names[i] ?? null,
    split_from: from[i] ?? null,
    created_at: created[i] ?? '',
    updated_at: updated[i] ?? '',
  });
}
