/** Sums up who is seen where. Times in whole milliseconds, so that what is added can be taken away again. */
import { toMilliseconds } from '../domain/seconds.js';
import { stopIfAborted } from './abort.js';
import type { Table } from './database-engine.js';
import type { SeenRow, SeenTotal } from './rows.js';
import { asciiIn } from './scan.js';

/** Of the table, read a batch at a time. */
export async function totalsOfTable(table: Table, signal?: AbortSignal): Promise<SeenTotal[]> {
  const sums = new Sums();
  for await (const batch of table.query().select(['identity_id', 'seconds', 'tracks'])) {
    stopIfAborted(signal);
    const seconds = batch.getChild('seconds'),
      tracks = batch.getChild('tracks');
    for (const [i, id] of asciiIn(batch, 'identity_id').entries())
      sums.count(id, Number(seconds?.get(i)), Number(tracks?.get(i)), 1);
  }
  return [...sums.all().values()];
}

/** Of rows. */
export function totalsOf(rows: readonly SeenRow[]): SeenTotal[] {
  return [...totalsMoved(new Map(), [], rows).values()];
}

/**
 * Totals where some rows have others in their place.
 * @param held by identity_id, with the rows that were; it stays as it is
 */
export function totalsMoved(
  held: ReadonlyMap<string, SeenTotal>,
  were: readonly SeenRow[],
  are: readonly SeenRow[],
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
