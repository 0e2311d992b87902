/**
 * Groups tracks of which there are too many to compare all pairs: each is compared with those that an index finds, the
 * surest joins are made first, and what they make meets others as a whole, by its means. Once no group has another in
 * reach that it might be joined with, there is nothing left that grouping by all pairs would join either.
 */
import { at } from '../../domain/at.js';
import { groupBy } from '../../domain/group-by.js';
import { connected } from '../../domain/grouping/clustering.js';
import { type GroupMeans, singleFace } from '../../domain/grouping/group-means.js';
import type { JoinRules, LinearRules } from '../../domain/grouping/join-rules.js';
import { type Edges, linkGroups } from '../../domain/grouping/sparse-clustering.js';
import { breathe, breathing } from '../breathing.js';
import type { StagedTrack } from '../../store/api.js';
import { Comparing, type Nearest, SharedRoom } from './comparing.js';
import { edgesWithin, Meetings, type Rules } from './meetings.js';
import { inTurns } from './near-groups.js';

/** Margins over what is needed down to which groups are joined before others are looked for, the last until all are. */
const LEVELS = [0.2, 0.1, 0.04, 0] as const;
/** Times that others are looked for at the last; and the share of groups that must have been joined for another. */
const MOST_TIMES = 6,
  SETTLED = 1e-4;
/** Portions at a time: while one is joined, others are compared. */
const PORTIONS = 2;

/** Edges looked at between two breaks. */
const STRETCH = 1 << 14;

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
  const single = (i: number): GroupMeans => singleFace(i, at(tracks, i), rules);
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

/**
 * The same of each place by itself, over what is alike there: who is seen where, if not whom else they are.
 */
export async function groupWithin(
  tracks: readonly StagedTrack[],
  { linear, ...others }: JoinRules & { linear: NonNullable<JoinRules['linear']> },
  portion: number,
  compare: Nearest,
  signal?: AbortSignal,
): Promise<number[][]> {
  const rules: Rules = { ...others, ...linear },
    comparing = new Comparing(compare, signal),
    room = new SharedRoom();
  const found: number[][] = [];
  for (const indices of portionsOf([...tracks.keys()], portion, rules)) {
    const some = indices.map((i) => singleFace(i, at(tracks, i), rules));
    const edges = await edgesWithin(some, room.hold(some), rules, 0, comparing);
    for (const { members } of await breathing(link(some, [edges], rules, 0), signal)) found.push(members);
  }
  return found;
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
