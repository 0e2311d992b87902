/**
 * Whose the tracks of a large library are, how good, in what light and in which rows, held in memory once questions
 * have asked for hundreds a few times: LanceDB takes some 20 ms of processor to look those up, and a question does it
 * up to thrice. Rows that are known need no look-up by an index, which takes longer than reading them.
 */
import { changesSince, markOf } from '../head/change-log.js';
import type { Head } from '../head/head.js';
import type { TrackColumns } from './track-columns.js';

/** Tracks that are looked up at once, from which on it counts, and times: reading all takes as long as some ten do. */
const MANY = 100,
  TIMES = 4;
/** From this share of tracks on that came or changed since they were read, they are read again. */
const MOST_UNKNOWN = 0.25;
/** Of more nothing is held: some 90 bytes a track. */
const MOST_TRACKS = 4_000_000;

/** What tracks were at a state. */
interface Held {
  head: Head;
  columns: TrackColumns;
  /** 1 for tracks that may be others since they were read. */
  changed: Uint8Array;
  /** See rewrittenAt. */
  rewritten: number | undefined;
}

export interface Looked<T> {
  known: Map<string, T>;
  /** To be looked up: they came or changed since, are not there, or nothing is held. */
  missing: readonly string[];
}

/** The version at which upkeep last wrote the rows of tracks anew. */
function rewrittenAt({ kept_up }: Head): number | undefined {
  return kept_up.tracks;
}

/** Carried over from state to state: what the change log does not name is as it was (see change-log.ts). */
export class HeldTracks {
  readonly #closing = new AbortController();
  #held: Held | null = null;
  #reading: Promise<void> | null = null;
  #times = 0;

  /**
   * @param take what is wanted of a track, by its number
   * @param read reads all there are at this state; asked in the background, for the questions to come
   */
  look<T>(
    head: Head,
    track_ids: readonly string[],
    take: (columns: TrackColumns, number: number) => T,
    read: (signal: AbortSignal) => Promise<TrackColumns | null>,
  ): Looked<T> {
    const held = this.#at(head);
    const known = new Map<string, T>();
    const missing = track_ids.filter((id) => {
      const number = held?.columns.numberOf(id) ?? -1;
      if (!held || number < 0 || held.changed[number] === 1) return true;
      known.set(id, take(held.columns, number));
      return false;
    });
    if (track_ids.length >= MANY && missing.length > MOST_UNKNOWN * track_ids.length) this.#missed(head, read);
    return { known, missing };
  }

  /** Numbers of the tracks of those of some people who are as they were, in the order of their row; null: none held. */
  tracksOf(
    head: Head,
    identity_ids: readonly string[],
  ): { columns: TrackColumns; people: Map<string, Int32Array> } | null {
    const held = this.#at(head);
    if (!held) return null;
    const people = new Map<string, Int32Array>();
    for (const id of identity_ids) {
      const numbers = held.columns.tracksOf(id);
      if (numbers && !numbers.some((n) => held.changed[n] === 1)) people.set(id, numbers);
    }
    return { columns: held.columns, people };
  }

  /**
   * What is held, where its row ids are those of the table at this head: rows stay where they are until upkeep writes
   * them anew.
   * @param read as above; null does not count as asking for many
   */
  rows(head: Head, read: ((signal: AbortSignal) => Promise<TrackColumns | null>) | null): TrackColumns | null {
    const held = this.#at(head);
    if (held && held.rewritten === rewrittenAt(head)) return held.columns;
    if (read) this.#missed(head, read);
    return null;
  }

  /** Reads now what questions would have read in the background, unless it is held or being read. */
  async hold(head: Head, read: (signal: AbortSignal) => Promise<TrackColumns | null>): Promise<void> {
    if (!this.rows(head, null) && !this.#reading && !this.#closing.signal.aborted) this.#begin(head, read);
    await this.#reading;
  }

  /** Waits for what is being read. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reading;
    this.#held = null;
  }

  /** Whether this is worth reading all of so many. */
  static holds(tracks: number): boolean {
    return tracks <= MOST_TRACKS;
  }

  /** What is held, at another state; null where nothing is, or not known how it differs. */
  #at(head: Head): Held | null {
    const held = this.#held;
    if (held === null || held.head === head) return held;
    const changes = changesSince(head, markOf(held.head));
    if (changes === null) {
      // A reader of an earlier state does not take away what later ones ask.
      if (head.seq > held.head.seq || head.created_at !== held.head.created_at) this.#held = null;
      return null;
    }
    const changed = held.changed.slice();
    held.columns.mark(changed, changes.video_ids, changes.identity_ids);
    return (this.#held = { ...held, head, changed });
  }

  #missed(head: Head, read: (signal: AbortSignal) => Promise<TrackColumns | null>): void {
    if (this.#reading || this.#closing.signal.aborted || ++this.#times < TIMES) return;
    this.#begin(head, read);
  }

  #begin(head: Head, read: (signal: AbortSignal) => Promise<TrackColumns | null>): void {
    this.#reading = read(this.#closing.signal)
      .then((columns) => {
        const changed = new Uint8Array(columns?.size ?? 0);
        this.#held = columns && { head, columns, changed, rewritten: rewrittenAt(head) };
      })
      // The library was closed, or that state is no more: the next question looks up, and tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#reading = null;
        this.#times = 0;
      });
  }
}
