/**
 * Groups tracks of which there are too many to compare all pairs: each is compared with those that an index finds, the
 * surest joins are made first, and what they make meets others as a whole, by its means. Once no group has another in
 * reach that it might be joined with, there is nothing left that grouping by all pairs would join either.
 */
import { at } from '../../domain/at.js';
import { groupBy } from '../../domain/group-by.js';
import { dot } from '../../domain/vectors.js';
import { connected } from '../../domain/people/clustering.js';
import { type GroupMeans, marginGrown } from '../../domain/people/group-means.js';
import type { JoinRules, LinearRules } from '../../domain/people/join-rules.js';
import { type Edges, linkGroups } from '../../domain/people/sparse-clustering.js';
import { breathe, breathing } from './breathing.js';
import type { StagedTrack } from '../../store/api.js';
import { Comparing, type Nearest, rowsIn, SharedRoom } from './comparing.js';
import { inTurns, NearGroups } from './near-groups.js';

/** Groups most alike that each is compared with, of the library and of each video. */
const NEAR = 16;
/** Margins over what is needed down to which groups are joined before others are looked for, the last until all are. */
const LEVELS = [0.2, 0.1, 0.04, 0] as const;
/** Times that others are looked for at the last; and the share of groups that must have been joined for another. */
const MOST_TIMES = 6,
  SETTLED = 1e-4;
/** Groups of one video up to which all pairs are compared here and now. */
const FEW = 24;

/** Portions at a time: while one is joined, others are compared. */
const PORTIONS = 2;

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
  const single = (i: number): GroupMeans => ({
    members: [i],
    weight: rules.weight(i),
    centroid: at(tracks, i).vector,
    excess: at(tracks, i).population_excess,
    quality: Math.sqrt(rules.quality(i)),
    unread: rules.unread(i),
  });
  const held = await breathing(heldTogether(single, pairs, rules), signal);
  await breathe(signal);
  const inHeld = new Set([...held.values()].flatMap(({ members }) => members));
  const starts = Array.from(tracks, (_, i) => i).filter((i) => held.has(i) || !inHeld.has(i));
  await breathe(signal);
  const portions = portionsOf(starts, portion, rules);
  await breathe(signal);
  const free = { ...rules, atOnce: [] },
    comparing = new Comparing(compare, signal);
  const joined: GroupMeans[][] = [],
    rooms = Array.from({ length: PORTIONS }, () => new SharedRoom());
  const room = at(rooms, 0);
  await inTurns(
    [...portions.entries()],
    async ([p, indices]) => {
      const own = rooms.pop() ?? new SharedRoom();
      const some = indices.map((i) => held.get(i) ?? single(i));
      const edges = await new Meetings(free, own, comparing).edges(some, LEVELS[0]);
      joined[p] = await breathing(link(some, edges, free, LEVELS[0]), signal);
      rooms.push(own);
    },
    PORTIONS,
  );
  let groups = joined.flat();
  const meeting = new Meetings(free, room, comparing);
  for (const level of LEVELS)
    for (let times = 0; times < MOST_TIMES; times++) {
      const before = groups.length;
      const edges = await meeting.edges(groups, level);
      groups = await breathing(link(groups, edges, free, level), signal);
      if (level > 0 || before - groups.length <= SETTLED * before) break;
    }
  return groups.map(({ members }) => members.sort((x, y) => x - y)).sort((a, b) => at(a, 0) - at(b, 0));
}

/** What edits hold together, each by the first of its tracks. */
function* heldTogether(
  single: (i: number) => GroupMeans,
  pairs: readonly Edges[],
  rules: Rules,
): Generator<void, Map<number, GroupMeans>> {
  const spokenOf = new Set<number>();
  for (const { i, j } of pairs) for (const column of [i, j]) for (const track of column) spokenOf.add(track);
  const tracks = [...spokenOf].sort((a, b) => a - b),
    numbers = new Map(tracks.map((track, n) => [track, n]));
  yield;
  const numbered = (column: Int32Array) => column.map((track) => numbers.get(track) ?? -1);
  const edges = pairs.map(({ i, j }) => ({ i: numbered(i), j: numbered(j) }));
  yield;
  const groups = yield* link(tracks.map(single), edges, { ...rules, needed: () => Infinity }, 0);
  return new Map(groups.map((group) => [at(group.members, 0), group]));
}

/** The groups that start with these tracks, of whole videos, so many together as are soon compared. */
function portionsOf(starts: readonly number[], most: number, rules: LinearRules): number[][] {
  const portions: number[][] = [];
  for (const video of groupBy(starts, (i) => rules.place(i)).values()) {
    const last = portions.at(-1);
    if (last && last.length + video.length <= most) for (const start of video) last.push(start);
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
        const group = joined.get(i),
          was = at(groups, i);
        // What has not grown stays the same object: others know it by that.
        now[i] = group && (group.members.length === was.members.length ? was : meansOf(group));
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

/**
 * Pairs of groups that may come to be one by so much more than is needed: the most alike, anywhere and in a video.
 * Asked again it looks for those of groups that are new, and knows the others.
 */
class Meetings {
  readonly #near: NearGroups;
  #groups: readonly GroupMeans[] = [];
  /** Of those, whom more than are looked at might be joined with. */
  #crowded = new Uint8Array(0);
  #anywhere: EdgeList;

  constructor(
    private readonly rules: Rules,
    private readonly room: SharedRoom,
    private readonly comparing: Comparing,
  ) {
    this.#near = new NearGroups(comparing);
    this.#anywhere = new EdgeList([], rules);
  }

  async edges(groups: readonly GroupMeans[], level: number): Promise<Edges[]> {
    const { rules, comparing } = this,
      { signal } = comparing;
    const all = this.room.hold(groups),
      before = this.#before(groups);
    const near = await this.#near.find(all, NEAR, before);
    const anywhere = this.#known(groups, before);
    this.#crowded = new Uint8Array(groups.length);
    for (let a = 0; a < groups.length; a++) {
      let might = 0;
      for (let k = a * near.k; k < (a + 1) * near.k && (near.at[k] ?? -1) >= 0; k++)
        if (anywhere.add(a, near.at[k] ?? 0, near.score[k] ?? 0, rules.oddsBetween)) might++;
      if (might === near.k) this.#crowded[a] = 1;
      if (a % STRETCH === 0) await breathe(signal);
    }
    this.#groups = groups;
    this.#anywhere = anywhere;
    const within = new EdgeList(groups, rules);
    await inTurns([...(await breathing(byPlace(groups, rules), signal))], async ([place, here]) => {
      const odds = rules.oddsIn(place);
      if (odds >= rules.oddsBetween) return;
      if (here.length <= FEW) {
        for (const [k, a] of here.entries())
          for (const b of here.slice(k + 1)) within.add(a, b, scoreOf(at(groups, a), at(groups, b)), odds);
        return;
      }
      await comparing.nearest(rowsIn(all, here), rowsIn(all, here), NEAR + 1, (found) => {
        for (const [r, a] of here.entries())
          for (let k = r * found.k; k < (r + 1) * found.k; k++)
            within.add(a, here[found.at[k] ?? 0] ?? a, found.score[k] ?? 0, odds);
      });
    });
    return [anywhere.edges(level), within.edges(level)];
  }

  /** Where each was when this was asked before: −1 of those that have grown since, and of those who were crowded. */
  #before(groups: readonly GroupMeans[]): Int32Array | undefined {
    if (this.#groups.length === 0) return undefined;
    const known = new Map(this.#groups.map((group, i) => [group, this.#crowded[i] === 1 ? -1 : i]));
    return Int32Array.from(groups, (group) => known.get(group) ?? -1);
  }

  /** Pairs that were found before of those that are as they were. */
  #known(groups: readonly GroupMeans[], before: Int32Array | undefined): EdgeList {
    const now = new Int32Array(this.#groups.length).fill(-1);
    for (const [row, was] of before?.entries() ?? []) if (was >= 0) now[was] = row;
    return this.#anywhere.among(groups, now);
  }
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
  readonly #margin: number[] = [];
  #odds = NaN;
  #least = NaN;

  constructor(
    private readonly groups: readonly GroupMeans[],
    private readonly rules: Rules,
  ) {}

  /** @returns whether they may */
  add(a: number, b: number, score: number, odds: number): boolean {
    if (a === b || score < this.#leastAt(odds)) return false;
    const margin = marginGrown(score, at(this.groups, a), at(this.groups, b), this.rules, odds);
    if (margin < 0) return false;
    this.#push(a, b, margin);
    return true;
  }

  #push(a: number, b: number, margin: number): void {
    this.#i.push(Math.min(a, b));
    this.#j.push(Math.max(a, b));
    this.#margin.push(margin);
  }

  /** Below this no two might: the bar rises with the odds, and what is unread only adds to them. */
  #leastAt(odds: number): number {
    if (odds !== this.#odds) {
      this.#odds = odds;
      const { base, span, needed, most } = this.rules;
      this.#least = base + Math.min(0, span) + needed(odds, 1, 1) - most(odds);
    }
    return this.#least;
  }

  /** Those whose ends are among other groups as they were. @param now their numbers there, −1 where they are not */
  among(groups: readonly GroupMeans[], now: Int32Array): EdgeList {
    const kept = new EdgeList(groups, this.rules);
    for (const [k, margin] of this.#margin.entries()) {
      const a = now[this.#i[k] ?? -1] ?? -1,
        b = now[this.#j[k] ?? -1] ?? -1;
      if (a >= 0 && b >= 0) kept.#push(a, b, margin);
    }
    return kept;
  }

  /** @param least margin of those that are wanted */
  edges(least: number): Edges {
    const is = (_: number, k: number): boolean => (this.#margin[k] ?? -1) >= least;
    return { i: Int32Array.from(this.#i.filter(is)), j: Int32Array.from(this.#j.filter(is)) };
  }
}
