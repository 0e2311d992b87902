/** Everybody's means in blocks, those of most tracks first: some are kept, and the others read again when needed. */
import { atStake, type MeanTracks } from '../../domain/people/suggestions.js';
import { chunks } from '../../domain/chunks.js';
import type { VectorSet } from '../../domain/grouping/scored-pairs.js';
import type { Reader } from '../../store/api.js';
import type { RankedPeople } from './ranked-people.js';

/** Blocks that are kept: 16 of 8,192 people and 256 numbers are 134 MB. */
const KEPT = 16;
/** People who are read at once: the event loop waits for them. */
const READ = 1024;

/** Somebody in their mean. */
export interface Mean extends MeanTracks {
  identity_id: string;
  vector: Float32Array;
  excess: number;
}

/** Some people, those of most tracks first. */
export class MeanBlock {
  readonly #people: readonly Omit<Mean, 'vector'>[];
  readonly #vectors: Float32Array;
  readonly #dimensions: number;

  /** @param some in any order */
  constructor(some: readonly Mean[]) {
    const people = some.toSorted((a, b) => b.tracks - a.tracks);
    this.#dimensions = people[0]?.vector.length ?? 0;
    this.#people = people.map(({ identity_id, tracks, weight, excess }) => ({ identity_id, tracks, weight, excess }));
    this.#vectors = new Float32Array(people.length * this.#dimensions);
    people.forEach(({ vector }, k) => this.#vectors.set(vector, k * this.#dimensions));
  }

  get size(): number {
    return this.#people.length;
  }

  /** Without the vector. */
  at(k: number): Omit<Mean, 'vector'> | undefined {
    return this.#people[k];
  }

  /** How many of them, from the first on, have tracks enough to gain so much with somebody of `tracks`. */
  worth(tracks: number, gain: number): number {
    const end = this.#people.findIndex((p) => atStake(p.tracks, tracks) < gain);
    return end < 0 ? this.size : end;
  }

  /** A copy: whatever is compared moves to a worker. */
  set(from: number, to = this.size): VectorSet {
    const d = this.#dimensions;
    return {
      vectors: this.#vectors.slice(from * d, to * d),
      excess: Float32Array.from(this.#people.slice(from, to), (p) => p.excess),
    };
  }

  vector(k: number): Float32Array {
    return this.#vectors.slice(k * this.#dimensions, (k + 1) * this.#dimensions);
  }
}

export class MeanBlocks {
  /** The one that was asked for last comes last. */
  readonly #kept = new Map<number, MeanBlock>();

  /** @param size people of a block */
  constructor(
    private readonly library: Pick<Reader, 'people'>,
    private readonly people: RankedPeople,
    readonly size: number,
  ) {}

  get count(): number {
    return Math.ceil(this.people.size / this.size);
  }

  async at(block: number): Promise<MeanBlock> {
    const found = this.#kept.get(block) ?? (await this.#read(block * this.size));
    this.#kept.delete(block);
    this.#kept.set(block, found);
    for (const first of this.#kept.keys()) if (this.#kept.size > KEPT) this.#kept.delete(first);
    return found;
  }

  forget(): void {
    this.#kept.clear();
  }

  async #read(from: number): Promise<MeanBlock> {
    const rows: Mean[] = [];
    for (const identity_ids of chunks(this.people.ids(from, from + this.size), READ))
      rows.push(...(await this.library.people({ identity_ids })));
    return new MeanBlock(rows);
  }
}
