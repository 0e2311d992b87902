/** What is seen of everybody, summed up. Times in whole milliseconds, so that what is added can be taken away again. */
import { toMilliseconds } from '../../domain/seconds.js';
import type { SeenTotals } from '../api.js';
import type { Table } from '../tables/database-engine.js';
import type { SeenRow, SeenTotal } from '../rows.js';
import { asciiIn, columnsOf, integersIn, realsIn } from '../tables/scan.js';

/** Who is seen where, as far as it is summed up. */
export type Counted = Pick<SeenRow, 'identity_id' | 'seconds' | 'tracks'>;

/** As they are kept, read a batch at a time. */
export async function keptTotals(table: Table, signal?: AbortSignal): Promise<SeenTotals> {
  const parts: SeenTotals[] = [];
  for await (const batch of columnsOf(table, ['identity_id', ...NUMBERS], [undefined], signal)) {
    parts.push({
      identity_ids: asciiIn(batch, 'identity_id'),
      seconds: realsIn(batch, 'seconds'),
      videos: integersIn(batch, 'videos'),
      photos: integersIn(batch, 'photos'),
      tracks: integersIn(batch, 'tracks'),
    });
  }
  const columns = emptyColumns(parts.reduce((n, part) => n + part.identity_ids.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const id of part.identity_ids) columns.identity_ids.push(id);
    for (const column of NUMBERS) columns[column].set(part[column], at);
    at += part.identity_ids.length;
  }
  return columns;
}

const NUMBERS = ['seconds', 'videos', 'photos', 'tracks'] as const;

function emptyColumns(rows: number): SeenTotals & { identity_ids: string[] } {
  return {
    identity_ids: [],
    seconds: new Float64Array(rows),
    videos: new Int32Array(rows),
    photos: new Int32Array(rows),
    tracks: new Int32Array(rows),
  };
}

export function inColumns(totals: readonly SeenTotal[]): SeenTotals {
  const columns = emptyColumns(totals.length);
  for (const [at, total] of totals.entries()) {
    columns.identity_ids.push(total.identity_id);
    for (const column of NUMBERS) columns[column][at] = total[column];
  }
  return columns;
}

/** @param identity_ids those who are wanted; everybody when left out */
export function inRows(totals: SeenTotals, identity_ids?: ReadonlySet<string>): SeenTotal[] {
  const { seconds, videos, photos, tracks } = totals;
  return totals.identity_ids.flatMap((identity_id, at) =>
    identity_ids && !identity_ids.has(identity_id)
      ? []
      : {
          identity_id,
          seconds: seconds[at] ?? 0,
          videos: videos[at] ?? 0,
          photos: photos[at] ?? 0,
          tracks: tracks[at] ?? 0,
        },
  );
}

/** Columns where some rows have others in their place. @param held stays as it is */
export function columnsMoved(held: SeenTotals, were: readonly Counted[], are: readonly Counted[]): SeenTotals {
  const moved = new Set([...were, ...are].map((row) => row.identity_id));
  const before = new Map(inRows(held, moved).map((total) => [total.identity_id, total]));
  const others = inColumns([...totalsMoved(before, were, are).values()]);
  const stay = Uint32Array.from(held.identity_ids.keys()).filter((at) => !moved.has(held.identity_ids[at] ?? ''));
  const columns = emptyColumns(stay.length + others.identity_ids.length);
  for (const at of stay) columns.identity_ids.push(held.identity_ids[at] ?? '');
  for (const id of others.identity_ids) columns.identity_ids.push(id);
  for (const column of NUMBERS) {
    stay.forEach((at, to) => (columns[column][to] = held[column][at] ?? 0));
    columns[column].set(others[column], stay.length);
  }
  return columns;
}

/** Of the table of who is seen where, read a batch at a time. */
export async function totalsOfTable(table: Table, signal?: AbortSignal): Promise<SeenTotal[]> {
  const sums = new Sums();
  for await (const batch of columnsOf(table, ['identity_id', 'seconds', 'tracks'], [undefined], signal)) {
    const seconds = realsIn(batch, 'seconds'),
      tracks = integersIn(batch, 'tracks');
    for (const [i, id] of asciiIn(batch, 'identity_id').entries()) sums.count(id, seconds[i] ?? 0, tracks[i] ?? 0, 1);
  }
  return [...sums.all().values()];
}

/** Of rows. */
export function totalsOf(rows: readonly Counted[]): SeenTotal[] {
  return [...totalsMoved(new Map(), [], rows).values()];
}

/**
 * Totals where some rows have others in their place.
 * @param held by identity_id, with the rows that were; it stays as it is
 */
export function totalsMoved(
  held: ReadonlyMap<string, SeenTotal>,
  were: readonly Counted[],
  are: readonly Counted[],
): ReadonlyMap<string, SeenTotal> {
  const sums = new Sums(held);
  for (const { identity_id, seconds, tracks } of were) sums.count(identity_id, seconds, tracks, -1);
  for (const { identity_id, seconds, tracks } of are) sums.count(identity_id, seconds, tracks, 1);
  return sums.all();
}

const NOTHING = { seconds: 0, videos: 0, photos: 0, tracks: 0 };

class Sums {
  readonly #totals: Map<string, SeenTotal>;
  readonly #own = new Map<string, Omit<SeenTotal, 'identity_id' | 'seconds'> & { ms: number }>();

  constructor(held: ReadonlyMap<string, SeenTotal> = new Map()) {
    this.#totals = new Map(held);
  }

  /** @param sign 1 or -1: one row more, or one less */
  count(identity_id: string, seconds: number, tracks: number, sign: 1 | -1): void {
    let own = this.#own.get(identity_id);
    if (!own) {
      const { seconds, videos, photos, tracks } = this.#totals.get(identity_id) ?? NOTHING;
      // Fields one by one here and below: spread, they take most of the time of a hundred thousand people.
      own = { ms: toMilliseconds(seconds), videos, photos, tracks };
      this.#own.set(identity_id, own);
    }
    own.ms += sign * toMilliseconds(seconds);
    own.videos += sign;
    // Whoever is in a film is there for longer than nothing.
    if (seconds === 0) own.photos += sign;
    own.tracks += sign * tracks;
  }

  all(): ReadonlyMap<string, SeenTotal> {
    for (const [identity_id, { ms, videos, photos, tracks }] of this.#own)
      if (videos === 0) this.#totals.delete(identity_id);
      else this.#totals.set(identity_id, { identity_id, seconds: ms / 1000, videos, photos, tracks });
    return this.#totals;
  }
}
