/** Everybody whom questions may be about, those of most tracks first: what asking about them gains is bounded by it. */
import type { Constraints } from '../../domain/edits/edits.js';
import type { Reader, SeenTotals } from '../../store/api.js';

export class RankedPeople {
  /** Are any of them seen in photos? */
  readonly inPhotos: boolean;
  readonly #totals: SeenTotals;
  /** Places in the totals. */
  readonly #order: Uint32Array;

  private constructor(totals: SeenTotals, ignored: ReadonlySet<string>) {
    this.#totals = totals;
    this.inPhotos = totals.photos.some((photos) => photos > 0);
    // One number for tracks and place: sorted without calling back, a hundred thousand take no time.
    const step = 2 ** 24;
    const keys = new Float64Array(totals.identity_ids.length);
    let size = 0;
    for (let at = 0; at < keys.length; at++)
      if (!ignored.has(totals.identity_ids[at] ?? '')) keys[size++] = at - (totals.tracks[at] ?? 0) * step;
    keys.subarray(0, size).sort();
    this.#order = new Uint32Array(size);
    for (let rank = 0; rank < size; rank++) this.#order[rank] = (((keys[rank] ?? 0) % step) + step) % step;
  }

  static async read(
    library: Pick<Reader, 'seenTotals'>,
    { ignored }: Pick<Constraints, 'ignored'>,
  ): Promise<RankedPeople> {
    return new RankedPeople(await library.seenTotals(), ignored);
  }

  get size(): number {
    return this.#order.length;
  }

  /** @param rank from 0 */
  tracks(rank: number): number {
    return this.#totals.tracks[this.#order[rank] ?? -1] ?? 0;
  }

  /** Of ranks from `from` up to `to`, not included. */
  ids(from: number, to: number): string[] {
    return Array.from(this.#order.subarray(from, to), (at) => this.#totals.identity_ids[at] ?? '');
  }

  /** On screen, of films; 0 for whoever is not there. */
  secondsOf(identity_ids: ReadonlySet<string>): ReadonlyMap<string, number> {
    const { identity_ids: all, seconds } = this.#totals;
    return new Map(all.flatMap((id, at) => (identity_ids.has(id) ? [[id, seconds[at] ?? 0] as const] : [])));
  }
}
