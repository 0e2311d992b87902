/** Everybody in the mean of their tracks, held in memory and carried over from state to state. */
import { setImmediate as breathe } from 'node:timers/promises';
import { CodedMeans } from '../../domain/people/coded-means.js';
import { chunks } from '../../domain/chunks.js';
import { type ComparedFace, scoreOf } from '../../domain/scores/normalised-score.js';
import { byText } from '../../domain/order.js';
import type { MeansBlock, State } from '../../store/api.js';
import { IdNumbers } from '../../store/tables/id-numbers.js';
import { type Before, carriedOver } from '../kept-per-state.js';
import type { KeptPeople } from './kept-people.js';

/** People that are read at once. */
const BLOCK = 2048,
  ANEW = 1024;
/** With more who changed all are read again. */
const MOST_CHANGED = 2000;

export interface NearPerson {
  identity_id: string;
  score: number;
}

/** Not to be changed. */
export interface Means {
  /** Null for whoever has no tracks. */
  of(identity_id: string): ComparedFace | null;
  /** Those most like a face of those that are wanted, best first. */
  nearest(face: ComparedFace, most: number, isWanted: (identity_id: string) => boolean): NearPerson[];
}

export function keptMeans(seenIn: KeptPeople['seenIn']): (state: State) => Promise<Means> {
  return carriedOver<MeansOfState>(
    async (state, _, before) => (before && (await MeansOfState.after(state, before, seenIn))) ?? MeansOfState.at(state),
  );
}

class MeansOfState implements Means {
  private constructor(
    /** By place of the means, which are of the state that all were read at. */
    private readonly people: IdNumbers,
    private readonly means: CodedMeans,
    /** Those who changed since; null for whoever has no tracks now. */
    private readonly changed: ReadonlyMap<string, ComparedFace | null>,
  ) {}

  static async at(state: State): Promise<MeansOfState> {
    const { people: count } = await state.counts();
    const people = new IdNumbers('identity', count);
    let means: CodedMeans | null = null;
    for await (const { identity_ids, vectors, excess } of blocksOf(state, count)) {
      const d = vectors.length / Math.max(1, identity_ids.length);
      means ??= new CodedMeans(d, count);
      for (const [k, id] of identity_ids.entries()) {
        people.add(Buffer.from(id, 'latin1'), 0);
        means.add({ vector: vectors.subarray(k * d, (k + 1) * d), population_excess: excess[k] ?? 0 });
      }
      await breathe();
    }
    return new MeansOfState(people, means ?? new CodedMeans(0), new Map());
  }

  /** @returns null where it is better to read all again */
  static async after(
    state: State,
    { state: earlier, made, changes: { video_ids, identity_ids } }: Before<MeansOfState>,
    seenIn: KeptPeople['seenIn'],
  ): Promise<MeansOfState | null> {
    // Tracks of a film that went, or is in another light, are some of theirs who do not change by themselves.
    const [were, are] =
      video_ids.size > 0
        ? await Promise.all([
            // That state may be no more.
            earlier.seen({ video_ids: [...video_ids] }).catch(() => null),
            seenIn(state, video_ids),
          ])
        : [[], []];
    if (!were) return null;
    const ids = new Set([...identity_ids, ...[...were, ...are].map((row) => row.identity_id)]);
    if (ids.size === 0) return made;
    if (made.changed.size + ids.size > MOST_CHANGED) return null;
    const changed = new Map<string, ComparedFace | null>(made.changed);
    for (const id of ids) changed.set(id, null);
    for (const { identity_id, vector, excess } of await state.people({ identity_ids: [...ids] }))
      changed.set(identity_id, { vector, population_excess: excess });
    return new MeansOfState(made.people, made.means, changed);
  }

  of(identity_id: string): ComparedFace | null {
    const now = this.changed.get(identity_id);
    if (now !== undefined) return now;
    const place = this.people.numberOf(identity_id);
    return place < 0 ? null : this.means.at(place);
  }

  nearest(face: ComparedFace, most: number, isWanted: (identity_id: string) => boolean): NearPerson[] {
    const found = this.means
      .nearest(face, most, (place) => {
        const id = this.people.idOf(place);
        return !this.changed.has(id) && isWanted(id);
      })
      .map(({ place, score }) => ({ identity_id: this.people.idOf(place), score }));
    for (const [identity_id, mean] of this.changed)
      if (mean && isWanted(identity_id)) found.push({ identity_id, score: scoreOf(face, mean) });
    return found.sort((a, b) => b.score - a.score || byText(a.identity_id, b.identity_id)).slice(0, most);
  }
}

/** Everybody; of a library from before their means were kept those are made. */
async function* blocksOf(
  state: State,
  count: number,
): AsyncGenerator<Pick<MeansBlock, 'identity_ids' | 'vectors' | 'excess'>> {
  let read = 0;
  for (let from = 0; from < count; from += BLOCK) {
    const block = await state.means({ from, limit: BLOCK });
    read += block.identity_ids.length;
    if (read === 0) break;
    yield block;
  }
  if (read > 0 || count === 0) return;
  const { identity_ids } = await state.seenTotals();
  for (const some of chunks(identity_ids, ANEW)) {
    const rows = await state.people({ identity_ids: some });
    const d = rows[0]?.vector.length ?? 0,
      vectors = new Float32Array(rows.length * d);
    rows.forEach(({ vector }, k) => vectors.set(vector, k * d));
    yield {
      identity_ids: rows.map((row) => row.identity_id),
      vectors,
      excess: Float32Array.from(rows, (row) => row.excess),
    };
  }
}
