/** Who is seen when, read in columns: a library has too many appearances for an object each. */
import type { Interval } from '../../domain/types.js';
import type { SeenTimes } from '../api.js';
import type { Table } from '../tables/database-engine.js';
import type { SeenRow } from '../rows.js';
import { IdNumbers } from '../tables/id-numbers.js';
import { asciiIn, bytesIn, columnsOf, idsIn } from '../tables/scan.js';
import { timesIn } from './times-in-json.js';

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
  const people = new IdNumbers('identity'),
    videos = new IdNumbers('video'),
    rows = new Rows();
  for await (const batch of columnsOf(table, ['identity_id', 'video_id', 'appearances'], predicates, signal)) {
    const person = idsIn(batch, 'identity_id', people.width),
      video = idsIn(batch, 'video_id', videos.width),
      { offsets, bytes } = bytesIn(batch, 'appearances');
    for (let i = 0; i < batch.numRows; i++) {
      timesIn(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0, rows.times);
      rows.end(
        people.add(person.ascii, person.from + i * people.width),
        videos.add(video.ascii, video.from + i * videos.width),
      );
    }
  }
  return { identity_ids: people.all(), video_ids: videos.all(), ...rows.columns() };
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
  who: new Uint32Array(0),
  where: new Uint32Array(0),
  from: new Uint32Array(1),
  times: new Float64Array(0),
};

/** Where some videos have others in the place of all their rows. @param held stays as it is */
export function timesMoved(held: SeenTimes, video_ids: ReadonlySet<string>, are: readonly WhenSeen[]): SeenTimes {
  const people = new Places(held.identity_ids),
    videos = new Places(held.video_ids),
    rows = new Rows();
  const goes = held.video_ids.map((id) => video_ids.has(id));
  for (let row = 0; row < held.who.length; row++) {
    const where = held.where[row] ?? 0;
    if (goes[where] === true) continue;
    for (let i = held.from[row] ?? 0; i < (held.from[row + 1] ?? 0); i++) rows.times.push(held.times[i] ?? 0);
    rows.end(people.at(held.who[row] ?? 0), videos.at(where));
  }
  for (const { identity_id, video_id, appearances } of are) {
    for (const { start_s, end_s } of appearances) rows.times.push(start_s, end_s);
    rows.end(people.of(identity_id), videos.of(video_id));
  }
  return { identity_ids: people.ids, video_ids: videos.ids, ...rows.columns() };
}

/** Places of ids in a list of those that there still are. */
class Places {
  readonly ids: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #moved: Int32Array;

  constructor(private readonly before: readonly string[]) {
    this.#moved = new Int32Array(before.length).fill(-1);
  }

  /** Of what was at this place before. */
  at(before: number): number {
    const moved = this.#moved[before] ?? -1;
    return moved >= 0 ? moved : (this.#moved[before] = this.of(this.before[before] ?? ''));
  }

  of(id: string): number {
    const place = this.#places.get(id) ?? this.ids.push(id) - 1;
    this.#places.set(id, place);
    return place;
  }
}

/** Rows as they come. */
class Rows {
  /** Of the row that ends next, and those before. */
  readonly times: number[] = [];
  readonly #who: number[] = [];
  readonly #where: number[] = [];
  readonly #from: number[] = [0];

  end(who: number, where: number): void {
    this.#who.push(who);
    this.#where.push(where);
    this.#from.push(this.times.length);
  }

  columns(): Pick<SeenTimes, 'who' | 'where' | 'from' | 'times'> {
    return {
      who: new Uint32Array(this.#who),
      where: new Uint32Array(this.#where),
      from: new Uint32Array(this.#from),
      times: new Float64Array(this.times),
    };
  }
}
