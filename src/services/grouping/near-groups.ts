/**
 * Which of very many groups of tracks are most alike, without comparing all: groups lie in lists around directions
 * that are common among them (spherical k-means), and each is compared with those of the few lists nearest to it. An
 * inverted file, as of Jégou et al. 2011, of unquantised vectors.
 */
import { spreadOver } from '../../domain/grouping/library-cohort.js';
import type { NearestRows, VectorSet } from '../../domain/grouping/scored-pairs.js';
import { normalise } from '../../domain/vectors.js';
import { breathe } from '../breathing.js';
import { type Comparing, rowsIn } from './comparing.js';

/** Groups of a list, at least and at most; between, as many as there are lists. */
const LIST = { least: 128, most: 512 };
/** Lists that each group is compared with, at most; and the vectors of a list that its direction is learnt from. */
const PROBES = 8,
  LEARNT_FROM = 16,
  LEARN_ROUNDS = 3;
/** Rows of a request, and requests that are under way at a time. */
const ROWS = 8192,
  AT_A_TIME = 4;

/** Who is alike among groups that are joined meanwhile: what stayed as it was is compared with what is new only. */
export class NearGroups {
  #directions: Float32Array | null = null;
  /** The lists of each, nearest first. */
  #lists = new Int32Array(0);

  constructor(private readonly comparing: Comparing) {}

  /**
   * @param all in shared memory (see SharedRoom)
   * @param before of each the number it had when this was asked before, −1 for what is new; all are when left out
   * @returns of each the k most like it, of what is not new those that are; at −1 where there are fewer
   */
  async find(all: VectorSet, k: number, before?: Int32Array): Promise<NearestRows> {
    const n = all.excess.length;
    const near: NearestRows = { k, at: new Int32Array(n * k).fill(-1), score: new Float32Array(n * k).fill(-Infinity) };
    const isNew = (row: number): boolean => (before?.[row] ?? -1) < 0;
    const ask = async (asking: Int32Array, members: Int32Array): Promise<void> => {
      for (let from = 0; from < asking.length && members.length > 0; from += ROWS) {
        const rows = asking.slice(from, from + ROWS);
        await this.comparing.nearest(rowsIn(all, rows), rowsIn(all, members), k + 1, (found) => {
          for (let r = 0; r < rows.length; r++)
            for (let c = r * found.k, row = rows[r] ?? -1; c < (r + 1) * found.k; c++) {
              const other = members[found.at[c] ?? -1] ?? -1;
              if (other !== row && !insert(near, row, other, found.score[c] ?? 0)) break;
            }
        });
      }
    };
    await inTurns(await this.#listsOf(all, before), async ({ members, asking }) => {
      if (!before) return ask(asking, members);
      await ask(asking.filter(isNew), members);
      await ask(
        asking.filter((row) => !isNew(row)),
        members.filter(isNew),
      );
    });
    return near;
  }

  async #listsOf(all: VectorSet, before: Int32Array | undefined): Promise<List[]> {
    const everybody = Int32Array.from(all.excess, (_, i) => i);
    const { comparing } = this,
      { signal } = comparing;
    if (!before) {
      const size = Math.min(LIST.most, Math.max(LIST.least, Math.sqrt(everybody.length))),
        count = Math.floor(everybody.length / size);
      this.#directions = count < 2 ? null : await learnDirections(all, [...everybody], count, comparing);
    }
    const directions = this.#directions;
    if (!directions) return [{ members: everybody, asking: everybody }];
    const count = directions.length / (all.vectors.length / all.excess.length),
      probes = Math.min(PROBES, count);
    const fresh = before ? everybody.filter((row) => (before[row] ?? -1) < 0) : everybody;
    const nearest = await nearestDirections(fresh, all, directions, probes, comparing);
    await breathe(signal);
    const lists = new Int32Array(everybody.length * probes);
    for (const [row, was] of before?.entries() ?? [])
      if (was >= 0) lists.set(this.#lists.subarray(was * probes, (was + 1) * probes), row * probes);
    for (const [k, row] of fresh.entries()) lists.set(nearest.subarray(k * probes, (k + 1) * probes), row * probes);
    this.#lists = lists;
    await breathe(signal);
    const asking = byList(lists, 1, probes, count);
    await breathe(signal);
    const members = byList(lists, probes, probes, count);
    return members
      .map((own, list) => ({ members: own, asking: asking[list] ?? own }))
      .filter((l) => l.members.length > 0);
  }
}

/** Keeps the best k of a row, sorted. @returns whether it is among them */
function insert({ k, at, score }: NearestRows, row: number, other: number, value: number): boolean {
  let place = row * k + k - 1;
  if (!(value > (score[place] ?? 0))) return false;
  for (; place > row * k && (score[place - 1] ?? 0) < value; place--) {
    score[place] = score[place - 1] ?? 0;
    at[place] = at[place - 1] ?? -1;
  }
  score[place] = value;
  at[place] = other;
  return true;
}

/** A list: who lies in it, and who is compared with those. */
interface List {
  members: Int32Array;
  asking: Int32Array;
}

/**
 * The rows of each list, rising.
 * @param step from one list that is looked at to the next; @param each lists of a row
 */
function byList(lists: Int32Array, step: number, each: number, count: number): Int32Array[] {
  const ends = new Int32Array(count + 1);
  for (let p = 0; p < lists.length; p += step) ends[(lists[p] ?? 0) + 1] = (ends[(lists[p] ?? 0) + 1] ?? 0) + 1;
  for (let list = 0; list < count; list++) ends[list + 1] = (ends[list + 1] ?? 0) + (ends[list] ?? 0);
  const next = ends.slice(),
    rows = new Int32Array(ends[count] ?? 0);
  for (let p = 0; p < lists.length; p += step) {
    const list = lists[p] ?? 0,
      place = next[list] ?? 0;
    rows[place] = Math.floor(p / each);
    next[list] = place + 1;
  }
  return Array.from({ length: count }, (_, list) => rows.subarray(ends[list], ends[list + 1]));
}

async function learnDirections(
  all: VectorSet,
  everybody: readonly number[],
  count: number,
  comparing: Comparing,
): Promise<Float32Array> {
  const d = all.vectors.length / all.excess.length;
  const vectorOf = (i: number) => all.vectors.subarray(i * d, (i + 1) * d);
  const sample = spreadOver(everybody, count * LEARNT_FROM),
    directions = new Float32Array(count * d);
  const direction = (list: number) => directions.subarray(list * d, (list + 1) * d);
  for (const [list, i] of spreadOver(sample, count).entries()) direction(list).set(vectorOf(i));
  for (let list = 0; list < count; list++) normalise(direction(list));
  for (let round = 0; round < LEARN_ROUNDS; round++) {
    const sums = new Float32Array(directions.length);
    const nearest = await nearestDirections(Int32Array.from(sample), all, directions, 1, comparing);
    for (const [s, i] of sample.entries()) {
      const list = nearest[s] ?? 0,
        vector = vectorOf(i);
      for (let k = 0; k < d; k++) sums[list * d + k] = (sums[list * d + k] ?? 0) + (vector[k] ?? 0);
    }
    for (let list = 0; list < count; list++) {
      const sum = sums.subarray(list * d, (list + 1) * d);
      // One that nobody is nearest to stays where it is.
      if (normalise(sum) > 0) direction(list).set(sum);
    }
  }
  return directions;
}

/** The directions nearest to each of these groups, nearest first, as many of each. */
async function nearestDirections(
  of: Int32Array,
  all: VectorSet,
  directions: Float32Array,
  most: number,
  comparing: Comparing,
): Promise<Int32Array> {
  const count = directions.length / (all.vectors.length / all.excess.length),
    k = Math.min(most, count);
  const nearest = new Int32Array(of.length * k);
  const parts = Array.from({ length: Math.ceil(of.length / ROWS) }, (_, p) => p * ROWS);
  await inTurns(parts, async (from) => {
    // Excess would draw groups away from nothing: directions have none.
    const those = { vectors: directions.slice(), excess: new Float32Array(count) };
    await comparing.nearest(rowsIn(all, of.slice(from, from + ROWS)), those, k, ({ at }) => nearest.set(at, from * k));
  });
  return nearest;
}

/** Does something with each, a few at a time. */
export async function inTurns<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  atATime = AT_A_TIME,
): Promise<void> {
  const rest = items.values();
  const one = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, one));
}
