/**
 * Which of very many groups of tracks are most alike, without comparing all: groups lie in lists around directions
 * that are common among them (spherical k-means), and each is compared with those of the few lists nearest to it. An
 * inverted file, as of Jégou et al. 2011, of unquantised vectors.
 */
import type { GroupMeans } from '../../domain/people/group-means.js';
import { spreadOver } from '../../domain/people/library-cohort.js';
import type { NearestRows, VectorSet } from '../../domain/people/scored-pairs.js';
import { normalise } from '../../domain/vectors.js';
import type { FacePipeline } from '../../vision/pipeline.js';
import { breathe } from './breathing.js';

/** What finds the rows of vectors most alike. */
export type Nearest = Pick<FacePipeline, 'nearest'>;

/** Groups of a list, at least and at most; between, as many as there are lists. */
const LIST = { least: 128, most: 512 };
/** Lists that each group is compared with, at most; and the vectors of a list that its direction is learnt from. */
const PROBES = 8,
  LEARNT_FROM = 16,
  LEARN_ROUNDS = 3;
/** Rows of a request, and requests that are under way at a time. */
const ROWS = 8192,
  AT_A_TIME = 4;

/** @returns of each group the k most like it; at −1 where there are fewer */
export async function nearGroups(
  groups: readonly GroupMeans[],
  k: number,
  compare: Nearest,
  signal?: AbortSignal,
): Promise<NearestRows> {
  const n = groups.length;
  const near: NearestRows = { k, at: new Int32Array(n * k).fill(-1), score: new Float32Array(n * k).fill(-Infinity) };
  const lists = await listsOf(groups, compare, signal);
  await inTurns(lists, async ({ members, asking }) => {
    for (let from = 0; from < asking.length; from += ROWS) {
      const rows = asking.slice(from, from + ROWS);
      const found = await compare.nearest(setOf(rows, groups), setOf(members, groups), k + 1, signal);
      for (const [r, row] of rows.entries())
        for (let c = 0; c < found.k; c++) {
          const other = members[found.at[r * found.k + c] ?? -1] ?? -1;
          if (other !== row && !insert(near, row, other, found.score[r * found.k + c] ?? 0)) break;
        }
    }
  });
  return near;
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
  members: number[];
  asking: number[];
}

async function listsOf(groups: readonly GroupMeans[], compare: Nearest, signal?: AbortSignal): Promise<List[]> {
  const all = Array.from({ length: groups.length }, (_, i) => i);
  const size = Math.min(LIST.most, Math.max(LIST.least, Math.sqrt(groups.length)));
  const count = Math.floor(groups.length / size);
  if (count < 2) return [{ members: all, asking: all }];
  const directions = await learnDirections(groups, all, count, compare, signal);
  const lists = Array.from({ length: count }, (): List => ({ members: [], asking: [] }));
  await nearestDirections(all, groups, directions, PROBES, compare, signal, (i, nearest) => {
    lists[nearest[0] ?? 0]?.members.push(i);
    for (const list of nearest) lists[list]?.asking.push(i);
  });
  return lists.filter(({ members }) => members.length > 0);
}

async function learnDirections(
  groups: readonly GroupMeans[],
  all: readonly number[],
  count: number,
  compare: Nearest,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const sample = spreadOver(all, count * LEARNT_FROM);
  const directions = setOf(spreadOver(sample, count), groups).vectors;
  const d = directions.length / count;
  const direction = (list: number) => directions.subarray(list * d, (list + 1) * d);
  for (let list = 0; list < count; list++) normalise(direction(list));
  for (let round = 0; round < LEARN_ROUNDS; round++) {
    const sums = new Float32Array(directions.length);
    await nearestDirections(sample, groups, directions, 1, compare, signal, (i, [list = 0]) => {
      const vector = groups[i]?.centroid ?? new Float32Array(0);
      for (let k = 0; k < d; k++) sums[list * d + k] = (sums[list * d + k] ?? 0) + (vector[k] ?? 0);
    });
    for (let list = 0; list < count; list++) {
      const sum = sums.subarray(list * d, (list + 1) * d);
      // One that nobody is nearest to stays where it is.
      if (normalise(sum) > 0) direction(list).set(sum);
    }
  }
  return directions;
}

/** Tells of each of these groups the directions nearest to it, nearest first, in order. */
async function nearestDirections(
  of: readonly number[],
  groups: readonly GroupMeans[],
  directions: Float32Array,
  k: number,
  compare: Nearest,
  signal: AbortSignal | undefined,
  tell: (group: number, nearest: number[]) => void,
): Promise<void> {
  const d = groups[0]?.centroid.length ?? 1;
  const parts = Array.from({ length: Math.ceil(of.length / ROWS) }, (_, p) => of.slice(p * ROWS, (p + 1) * ROWS));
  const found: Int32Array[] = [];
  await inTurns([...parts.entries()], async ([p, rows]) => {
    const excess = new Float32Array(directions.length / d);
    // Excess would draw groups away from nothing: directions have none.
    const set = { vectors: setOf(rows, groups).vectors, excess: new Float32Array(rows.length) };
    found[p] = (await compare.nearest(set, { vectors: directions.slice(), excess }, k, signal)).at;
  });
  for (const [p, rows] of parts.entries()) {
    const at = found[p] ?? new Int32Array(0),
      each = at.length / rows.length;
    for (const [r, group] of rows.entries()) tell(group, [...at.subarray(r * each, (r + 1) * each)]);
    await breathe(signal);
  }
}

/** Groups as what is compared. */
export function setOf(some: readonly number[], groups: readonly GroupMeans[]): VectorSet {
  const d = groups[0]?.centroid.length ?? 0;
  const set: VectorSet = { vectors: new Float32Array(some.length * d), excess: new Float32Array(some.length) };
  for (const [k, i] of some.entries()) {
    const group = groups[i];
    if (!group) continue;
    set.vectors.set(group.centroid, k * d);
    set.excess[k] = group.excess;
  }
  return set;
}

/** Does something with each, a few at a time. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const one = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, one));
}
