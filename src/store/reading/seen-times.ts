/** Who is seen when, read in columns: a library has too many appearances for an object each. */
import type { Interval } from '../../domain/types.js';
import type { SeenTimes } from '../api.js';
import type { Table } from '../tables/database-engine.js';
import type { SeenRow } from '../rows.js';
import { asciiIn, columnsOf } from '../tables/scan.js';

/** When somebody is seen in one video. */
interface WhenSeen extends Pick<SeenRow, 'identity_id' | 'video_id'> {
  /** In time. */
  appearances: readonly Interval[];
}

/** Of the table, read a batch at a time. @param predicates disjoint; undefined for all rows */
export async function timesOfTable(
  table: Table,
  predicates: readonly (string | undefined)[],
  signal?: AbortSignal,
): Promise<SeenTimes> {
  const times = new Times();
  for await (const batch of columnsOf(table, ['identity_id', 'video_id', 'appearances'], predicates, signal)) {
    const people = asciiIn(batch, 'identity_id'),
      videos = asciiIn(batch, 'video_id');
    for (const [i, text] of asciiIn(batch, 'appearances').entries()) {
      for (const [start_s, end_s] of spansIn(text)) times.push(start_s, end_s);
      times.row(people[i] ?? '', videos[i] ?? '');
    }
  }
  return times.all();
}

const START = '"start_s":',
  END = ',"end_s":',
  /** As long as a number is written at most. */
  NUMBER = 25;

/**
 * Start and end of each of somebody's appearances in JSON as this code writes it (see SeenRow), without its lists of
 * tracks: reading those too takes three times as long.
 */
export function* spansIn(json: string): Generator<[start_s: number, end_s: number]> {
  for (let at = json.indexOf(START); at >= 0; at = json.indexOf(START, at + START.length)) {
    const from = at + START.length,
      end = json.indexOf(END, from);
    yield [numberAt(json, from), numberAt(json, end + END.length)];
  }
}

function numberAt(json: string, from: number): number {
  return parseFloat(json.slice(from, from + NUMBER));
}

/** created_at by identity_id. @param predicates disjoint; undefined for all rows */
export async function agesOfTable(
  table: Table,
  predicates: readonly (string | undefined)[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const ages = new Map<string, string>();
  for await (const batch of columnsOf(table, ['identity_id', 'created_at'], predicates, signal)) {
    const created = asciiIn(batch, 'created_at');
    for (const [i, id] of asciiIn(batch, 'identity_id').entries()) ages.set(id, created[i] ?? '');
  }
  return ages;
}

/** Of rows. */
export function timesOf(rows: readonly WhenSeen[]): SeenTimes {
  return timesMoved(NOTHING, new Set(), rows);
}

const NOTHING: SeenTimes = {
  identity_ids: [],
  video_ids: [],
  from: new Uint32Array(1),
  times: new Float64Array(0),
};

/** Where some videos have others in the place of all their rows. @param held stays as it is */
export function timesMoved(held: SeenTimes, video_ids: ReadonlySet<string>, are: readonly WhenSeen[]): SeenTimes {
  const times = new Times();
  for (const [row, video_id] of held.video_ids.entries())
    if (!video_ids.has(video_id))
      times.copy(held.identity_ids[row] ?? '', video_id, held.times, held.from[row] ?? 0, held.from[row + 1] ?? 0);
  for (const { identity_id, video_id, appearances } of are) times.add(identity_id, video_id, appearances);
  return times.all();
}

class Times {
  readonly #ids = new Map<string, string>();
  readonly #people: string[] = [];
  readonly #videos: string[] = [];
  readonly #from: number[] = [0];
  readonly #times: number[] = [];

  add(identity_id: string, video_id: string, appearances: readonly Interval[]): void {
    for (const { start_s, end_s } of appearances) this.push(start_s, end_s);
    this.row(identity_id, video_id);
  }

  /** Of the row that comes next. */
  push(start_s: number, end_s: number): void {
    this.#times.push(start_s, end_s);
  }

  /** Times from one place up to another. */
  copy(identity_id: string, video_id: string, times: Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#times.push(times[i] ?? 0);
    this.row(identity_id, video_id);
  }

  /** With what was pushed since the last one. */
  row(identity_id: string, video_id: string): void {
    this.#people.push(this.#one(identity_id));
    this.#videos.push(this.#one(video_id));
    this.#from.push(this.#times.length);
  }

  /** The same text for the same id: what is read has one of its own for each row. */
  #one(id: string): string {
    const held = this.#ids.get(id);
    if (held === undefined) this.#ids.set(id, id);
    return held ?? id;
  }

  all(): SeenTimes {
    return {
      identity_ids: this.#people,
      video_ids: this.#videos,
      from: Uint32Array.from(this.#from),
      times: Float64Array.from(this.#times),
    };
  }
}
