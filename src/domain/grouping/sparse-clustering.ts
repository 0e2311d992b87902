/**
 * Average link where there are too many tracks for a matrix of all pairs.
 *
 * [Note: Means by centroids] What a score exceeds zero by is linear in either track: v·w − (e + f) / 2 − base − span ×
 * √p × √q, for vectors v and w, population excesses e and f, and qualities p and q. So are the odds, of tracks in two
 * places or in one. So the weighted mean over all pairs of two groups is that same expression of the weighted means of
 * the groups, exactly: no pair need be kept. And as no two groups are joined none of whose pairs might be (the note in
 * clustering.ts), only groups with such a pair between them are looked at. The groups come out as those of
 * `agglomerate`, but for rounding.
 */
import { type GroupMeans, marginOf, placed, type PlacedGroup, singleTrack, takeInto } from './group-means.js';
import type { LinearRules } from './join-rules.js';
import type { ScoredPairs, VectorSet } from './scored-pairs.js';

/** Whether two tracks are put together whatever else is said. */
export function areSurelyOne(a: number, b: number, { sure }: Pick<LinearRules, 'sure'>): boolean {
  const owner = sure?.[a];
  return owner !== undefined && owner === sure?.[b];
}

interface Group extends PlacedGroup {
  /** Groups that it might be joined with, by the margin over what is needed; −Infinity where it may not. */
  near: Map<number, number>;
  /** The one of them with the greatest margin, and that. */
  best: number;
  most: number;
}

/** Which groups might be joined, in any order, also twice. */
export type Edges = Pick<ScoredPairs, 'i' | 'j'>;

/**
 * Joins the best two groups again and again. Ties go to the smaller index. Yields now and then.
 * @param set of all tracks; @param edges pairs that might be joined
 * @returns groups of two and more, members rising
 */
export function* linkSparse(set: VectorSet, edges: Iterable<Edges>, rules: LinearRules): Generator<void, number[][]> {
  const groups = yield* linkGroups((i) => singleTrack(i, set, rules), edges, rules);
  return [...groups.values()].flatMap(({ members }) => (members.length > 1 ? [members.sort((x, y) => x - y)] : []));
}

/**
 * The same from groups on that there are already.
 * @param start a group by its index; @param least margin over what is needed, below which none are joined
 * @returns the groups that there are then of those with edges, each at the smallest index of what it is made of
 */
export function* linkGroups(
  start: (i: number) => GroupMeans,
  edges: Iterable<Edges>,
  rules: LinearRules,
  least = 0,
): Generator<void, Map<number, PlacedGroup>> {
  const groups = new Map<number, Group>();
  const groupOf = (i: number): Group => {
    const known = groups.get(i) ?? {
      ...placed(start(i), rules),
      near: new Map<number, number>(),
      best: -1,
      most: -Infinity,
    };
    groups.set(i, known);
    return known;
  };
  for (const { i, j } of edges) {
    for (let k = 0; k < i.length; k++) {
      const a = i[k] ?? 0,
        b = j[k] ?? 0;
      const one = groupOf(a),
        other = groupOf(b);
      if (a === b || one.near.has(b)) continue;
      const margin = marginOf(one, other, rules);
      one.near.set(b, margin);
      other.near.set(a, margin);
      if (k % STRETCH === 0) yield;
    }
    yield;
  }
  for (const owners of rules.atOnce) yield* joinOwned(groups, owners, rules);

  const queue = new Queue();
  const refresh = (at: number, group: Group): void => {
    group.best = -1;
    group.most = -Infinity;
    for (const [other, value] of group.near)
      if (value > group.most || (value === group.most && other < group.best)) {
        group.most = value;
        group.best = other;
      }
    if (group.most >= least) queue.push(group.most, at, group.best);
  };
  for (const [at, group] of groups) {
    for (const [other, value] of group.near)
      if (Number.isNaN(value)) {
        const far = groups.get(other);
        if (!far) continue;
        const margin = marginOf(group, far, rules);
        group.near.set(other, margin);
        far.near.set(at, margin);
      }
    yield;
  }
  for (const [at, group] of groups) {
    refresh(at, group);
    yield;
  }

  for (let next = queue.pop(); next; next = queue.pop()) {
    const { value, a, b } = next;
    const one = groups.get(a),
      other = groups.get(b);
    // What was pushed before either of them changed.
    if (!one || !other || one.best !== b || one.most !== value) continue;
    if (yield* areApart(one, other, rules)) {
      one.near.set(b, -Infinity);
      other.near.set(a, -Infinity);
      refresh(a, one);
      if (other.best === a) refresh(b, other);
      continue;
    }
    const keep = Math.min(a, b),
      gone = Math.max(a, b);
    const merged = merge(groups, keep, gone);
    for (const [at, held] of merged.near) {
      const c = groups.get(at);
      if (!c) continue;
      const margin = held === -Infinity ? held : marginOf(merged, c, rules);
      merged.near.set(at, margin);
      c.near.set(keep, margin);
      if (margin > c.most || (margin === c.most && keep <= c.best)) {
        c.best = keep;
        c.most = margin;
        if (margin >= least) queue.push(margin, at, keep);
      } else if (c.best === keep || c.best === gone) refresh(at, c);
    }
    refresh(keep, merged);
    yield;
  }
  return groups;
}

/** Pairs looked at between two yields. */
const STRETCH = 1 << 14;

/** Only tracks of one place, and those that are bound, can be kept apart. */
function* areApart(a: Group, b: Group, { apart }: LinearRules): Generator<void, boolean> {
  const [few, many] = a.places.size <= b.places.size ? [a, b] : [b, a];
  let looked = 0;
  const tracks = function* (some: readonly number[], others: readonly number[]): Generator<void, boolean> {
    for (const i of some) {
      if (others.some((j) => apart(i, j))) return true;
      looked += others.length;
      if (looked < STRETCH) continue;
      looked = 0;
      yield;
    }
    return false;
  };
  for (const [place, { members }] of few.places) {
    const beside = many.places.get(place);
    if (beside && (yield* tracks(members, beside.members))) return true;
  }
  return yield* tracks(few.bound, many.bound);
}

/** Makes `gone` part of `keep`; the margins to others are still to be computed, but where they are −Infinity. */
function merge(groups: Map<number, Group>, keep: number, gone: number): Group {
  const a = groups.get(keep),
    b = groups.get(gone);
  if (!a || !b) throw new Error('a group is joined that is no more');
  takeInto(a, b);
  for (const [at, value] of b.near) {
    groups.get(at)?.near.delete(gone);
    if (at !== keep && a.near.get(at) !== -Infinity) a.near.set(at, value);
  }
  a.near.delete(gone);
  groups.delete(gone);
  return a;
}

/** Puts the tracks of one owner together, the first with each after it that is not kept apart from any of it. */
function* joinOwned(
  groups: Map<number, Group>,
  owners: readonly (string | undefined)[],
  rules: LinearRules,
): Generator<void, void> {
  const started = new Map<string, number[]>();
  for (const at of [...groups.keys()].sort((a, b) => a - b)) {
    const group = groups.get(at);
    const owner = group?.members.map((m) => owners[m]).find((o) => o !== undefined);
    if (!group || owner === undefined) continue;
    const heads = started.get(owner) ?? [];
    started.set(owner, heads);
    let head: number | undefined;
    for (const h of heads) {
      const others = groups.get(h);
      if (!others || (owners !== rules.sure && (yield* areApart(others, group, rules)))) continue;
      head = h;
      break;
    }
    if (head === undefined) heads.push(at);
    else {
      const merged = merge(groups, head, at);
      for (const other of merged.near.keys()) {
        merged.near.set(other, NaN);
        groups.get(other)?.near.set(head, NaN);
      }
    }
    yield;
  }
}

/** The pair with the greatest value first, of equals the smaller index: a binary heap. */
class Queue {
  readonly #heap: { value: number; a: number; b: number }[] = [];

  push(value: number, a: number, b: number): void {
    const heap = this.#heap;
    let at = heap.push({ value, a, b }) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.#before(at, up)) break;
      this.#swap(at, up);
      at = up;
    }
  }

  pop(): { value: number; a: number; b: number } | undefined {
    const heap = this.#heap,
      first = heap[0],
      last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      let least = at;
      for (const child of [left, left + 1]) if (child < heap.length && this.#before(child, least)) least = child;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(x: number, y: number): boolean {
    const p = this.#heap[x],
      q = this.#heap[y];
    return p !== undefined && q !== undefined && (p.value > q.value || (p.value === q.value && p.a < q.a));
  }

  #swap(x: number, y: number): void {
    const held = this.#heap[x];
    const other = this.#heap[y];
    if (!held || !other) return;
    this.#heap[x] = other;
    this.#heap[y] = held;
  }
}
