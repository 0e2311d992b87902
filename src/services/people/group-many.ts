/**
 * Groups tracks of which there are too many to compare all pairs: each is compared with those that an index finds, the
 * surest joins are made first, and what they make meets others as a whole, by its means. Once no group has another in
 * reach that it might be joined with, there is nothing left that grouping by all pairs would join either.
 */
import { at } from '../../domain/at.js';
import { groupBy } from '../../domain/group-by.js';
import { dot } from '../../domain/vectors.js';
import { connected } from '../../domain/people/clustering.js';
import { type GroupMeans, mightGrowOne } from '../../domain/people/group-means.js';
import type { JoinRules, LinearRules } from '../../domain/people/join-rules.js';
import { type Edges, linkGroups } from '../../domain/people/sparse-clustering.js';
import { breathe, breathing } from './breathing.js';
import type { StagedTrack } from '../../store/api.js';
import { inTurns, nearGroups, type Nearest, rowsIn, SharedRoom } from './near-groups.js';

/** Groups most alike that each is compared with, of the library and of each video. */
const NEAR = 16;
/** Margins over what is needed down to which groups are joined before others are looked for, the last until all are. */
const LEVELS = [0.2, 0.1, 0.04, 0] as const;
/** Times that others are looked for at the last; and the share of groups that must have been joined for another. */
const MOST_TIMES = 6,
  SETTLED = 1e-4;
/** Groups of one video up to which all pairs are compared here and now. */
const FEW = 24;

/** Edges looked at between two breaks. */
const STRETCH = 1 << 14;

type Rules = LinearRules & Pick<JoinRules, 'most'>;

/**
 * @param pairs those that edits hold together, beside what is alike
 * @param portion tracks that are joined among each other before they meet others
 * @returns groups of indices, each rising, in the order of their first
 */
export async function groupMany(
  tracks: readonly StagedTrack[],
  pairs: readonly Edges[],
  { linear, ...others }: JoinRules & { linear: NonNullable<JoinRules['linear']> },
  portion: number,
  compare: Nearest,
  signal?: AbortSignal,
): Promise<number[][]> {
  const rules: Rules = { ...others, ...linear };
  let groups = tracks.map(
    ({ vector, population_excess }, i): GroupMeans => ({
      members: [i],
      weight: rules.weight(i),
      centroid: vector,
      excess: population_excess,
      quality: Math.sqrt(rules.quality(i)),
      unread: rules.unread(i),
    }),
  );
  if (pairs.some(({ i }) => i.length > 0))
    groups = await breathing(link(groups, pairs, { ...rules, needed: () => Infinity }, 0), signal);
  await breathe(signal);
  const free = { ...rules, atOnce: [] },
    room = new SharedRoom();
  const portions = portionsOf(groups, portion, rules);
  await breathe(signal);
  groups = [];
  for (const some of portions) {
    const edges = await edgesOf(some, room, free, LEVELS[0], compare, signal);
    for (const group of await breathing(link(some, edges, free, LEVELS[0]), signal)) groups.push(group);
  }
  for (const level of LEVELS)
    for (let times = 0; times < MOST_TIMES; times++) {
      const before = groups.length;
      const edges = await edgesOf(groups, room, free, level, compare, signal);
      groups = await breathing(link(groups, edges, free, level), signal);
      if (level > 0 || before - groups.length <= SETTLED * before) break;
    }
  return groups.map(({ members }) => members.sort((x, y) => x - y)).sort((a, b) => at(a, 0) - at(b, 0));
}

/** Groups of whole videos, by that of their first track, so many together as are soon compared. */
function portionsOf(groups: readonly GroupMeans[], most: number, rules: LinearRules): GroupMeans[][] {
  const portions: GroupMeans[][] = [];
  for (const video of groupBy(groups, ({ members }) => rules.place(at(members, 0))).values()) {
    const last = portions.at(-1);
    if (last && last.length + video.length <= most) for (const group of video) last.push(group);
    else portions.push(video);
  }
  return portions;
}

/** Joins groups over edges, component by component: what linking takes is let go after each. */
function* link(
  groups: readonly GroupMeans[],
  edges: readonly Edges[],
  rules: LinearRules,
  least: number,
): Generator<void, GroupMeans[]> {
  const parts = yield* connected(groups.length, edges, () => true);
  const now: (GroupMeans | undefined)[] = [...groups];
  for (const some of yield* edgesByPart(groups.length, parts, edges)) {
    const joined = yield* linkGroups((i) => at(groups, i), [some], rules, least);
    for (const column of [some.i, some.j])
      for (const i of column) {
        const group = joined.get(i);
        now[i] = group && meansOf(group);
      }
    yield;
  }
  return now.filter((group) => group !== undefined);
}

function meansOf({ members, weight, centroid, excess, quality, unread }: GroupMeans): GroupMeans {
  return { members, weight, centroid, excess, quality, unread };
}

/** The edges of each component. */
function* edgesByPart(n: number, parts: readonly number[][], edges: readonly Edges[]): Generator<void, Edges[]> {
  const part = new Int32Array(n).fill(-1),
    ends = new Int32Array(parts.length + 1);
  for (const [p, members] of parts.entries()) for (const i of members) part[i] = p;
  for (const { i } of edges) for (const a of i) ends[(part[a] ?? 0) + 1] = (ends[(part[a] ?? 0) + 1] ?? 0) + 1;
  yield;
  for (let p = 0; p < parts.length; p++) ends[p + 1] = (ends[p + 1] ?? 0) + (ends[p] ?? 0);
  const next = ends.slice(),
    [i, j] = [0, 1].map(() => new Int32Array(ends[parts.length] ?? 0)) as [Int32Array, Int32Array];
  for (const some of edges)
    for (const [k, a] of some.i.entries()) {
      const p = part[a] ?? 0,
        place = next[p] ?? 0;
      i[place] = a;
      j[place] = some.j[k] ?? 0;
      next[p] = place + 1;
      if (k % STRETCH === 0) yield;
    }
  return parts.map((_, p) => ({ i: i.subarray(ends[p], ends[p + 1]), j: j.subarray(ends[p], ends[p + 1]) }));
}

/** Pairs of groups that may come to be one by so much more than is needed: the most alike, anywhere and in a video. */
async function edgesOf(
  groups: readonly GroupMeans[],
  room: SharedRoom,
  rules: Rules,
  level: number,
  compare: Nearest,
  signal?: AbortSignal,
): Promise<Edges[]> {
  const all = room.hold(groups),
    near = await nearGroups(all, NEAR, compare, signal);
  const anywhere = new EdgeList(groups, rules, level);
  for (let a = 0; a < groups.length; a++) {
    for (let k = a * near.k; k < (a + 1) * near.k && (near.at[k] ?? -1) >= 0; k++)
      anywhere.add(a, near.at[k] ?? 0, near.score[k] ?? 0, rules.oddsBetween);
    if (a % STRETCH === 0) await breathe(signal);
  }
  const within = new EdgeList(groups, rules, level);
  await inTurns([...(await breathing(byPlace(groups, rules), signal))], async ([place, here]) => {
    const odds = rules.oddsIn(place);
    if (odds >= rules.oddsBetween) return;
    if (here.length <= FEW) {
      for (const [k, a] of here.entries())
        for (const b of here.slice(k + 1)) within.add(a, b, scoreOf(at(groups, a), at(groups, b)), odds);
      return;
    }
    const found = await compare.nearest(rowsIn(all, here), rowsIn(all, here), NEAR + 1, signal);
    for (const [r, a] of here.entries())
      for (let k = r * found.k; k < (r + 1) * found.k; k++)
        within.add(a, here[found.at[k] ?? 0] ?? a, found.score[k] ?? 0, odds);
  });
  return [anywhere.edges(), within.edges()];
}

/** The groups that are seen in each place, of those with two and more. */
function* byPlace(groups: readonly GroupMeans[], rules: Rules): Generator<void, Map<number, number[]>> {
  const places = new Map<number, number[]>();
  for (const [g, { members }] of groups.entries()) {
    for (const i of members) {
      const here = places.get(rules.place(i));
      if (!here) places.set(rules.place(i), [g]);
      else if (here.at(-1) !== g) here.push(g);
    }
    yield;
  }
  for (const [place, here] of places) if (here.length < 2) places.delete(place);
  return places;
}

function scoreOf(a: GroupMeans, b: GroupMeans): number {
  return dot(a.centroid, b.centroid) - (a.excess + b.excess) / 2;
}

/** Grows by those edges that may come to join. */
class EdgeList {
  readonly #i: number[] = [];
  readonly #j: number[] = [];
  #odds = NaN;
  #least = NaN;

  constructor(
    private readonly groups: readonly GroupMeans[],
    private readonly rules: Rules,
    private readonly level: number,
  ) {}

  add(a: number, b: number, score: number, odds: number): void {
    if (a === b || score < this.#leastAt(odds)) return;
    if (!mightGrowOne(score, at(this.groups, a), at(this.groups, b), this.rules, odds, this.level)) return;
    this.#i.push(Math.min(a, b));
    this.#j.push(Math.max(a, b));
  }

  /** Below this no two might: the bar rises with the odds, and what is unread only adds to them. */
  #leastAt(odds: number): number {
    if (odds !== this.#odds) {
      this.#odds = odds;
      const { base, span, needed, most } = this.rules;
      this.#least = base + Math.min(0, span) + needed(odds, 1, 1) - most(odds) + this.level;
    }
    return this.#least;
  }

  edges(): Edges {
    return { i: Int32Array.from(this.#i), j: Int32Array.from(this.#j) };
  }
}
