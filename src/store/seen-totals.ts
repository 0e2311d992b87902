/** Sums up who is seen where. */
import { stopIfAborted } from './abort.js';
import type { Table } from './database-engine.js';
import type { SeenRow, SeenTotal } from './rows.js';

const COLUMNS = ['identity_id', 'seconds', 'tracks'] as const;

/** Of the table, read a batch at a time. */
export async function totalsOfTable(table: Table, signal?: AbortSignal): Promise<SeenTotal[]> {
  const sums = new Sums();
  for await (const batch of table.query().select([...COLUMNS])) {
    stopIfAborted(signal);
    const [ids, seconds, tracks] = COLUMNS.map((name) => batch.getChild(name));
    for (let i = 0; i < batch.numRows; i++)
      sums.count(String(ids?.get(i)), Number(seconds?.get(i)), Number(tracks?.get(i)));
  }
  return sums.all();
}

/** Of rows. */
export function totalsOf(rows: readonly SeenRow[]): SeenTotal[] {
  const sums = new Sums();
  for (const { identity_id, seconds, tracks } of rows) sums.count(identity_id, seconds, tracks);
  return sums.all();
}

class Sums {
  readonly #totals = new Map<string, SeenTotal>();

  count(identity_id: string, seconds: number, tracks: number): void {
    const held = this.#totals.get(identity_id) ?? { identity_id, seconds: 0, videos: 0, photos: 0, tracks: 0 };
    held.seconds += seconds;
    held.videos++;
    // Whoever is in a film is there for longer than nothing.
    if (seconds === 0) held.photos++;
    held.tracks += tracks;
    this.#totals.set(identity_id, held);
  }

  all(): SeenTotal[] {
    return [...this.#totals.values()];
  }
}
