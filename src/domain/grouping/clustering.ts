/**
 * Who is who, with the number of people unknown: average-link agglomeration of tracks on normalised scores,
 * with cannot-links between tracks that share a frame.
 *
 * [Note: incremental clustering] A merge needs an average at or above a bar, so some pair at or above it: clusters
 * never reach across the connected components of the graph of such pairs. So only components that a new track
 * touches can change, and clustering them alone gives what clustering everything would.
 */
import type { ScoredPairs } from './scored-pairs.js';
import type { JoinRules } from './join-rules.js';

/** Whether groups of any size may be joined over a pair of this score. */
export function mightJoin(
  i: number,
  j: number,
  score: number,
  rules: Pick<JoinRules, 'zero' | 'odds' | 'needed' | 'most'>,
): boolean {
  const odds = rules.odds(i, j);
  return score >= rules.zero(i, j) + rules.needed(odds, 1, 1) - rules.most(odds);
}

/** Pairs looked at between two yields. */
const STRETCH = 1 << 16;

/**
 * Connected components of the graph of pairs that might be joined, members rising, only those of two and more.
 * Yields now and then, so that a caller can let the event loop breathe.
 */
export function components(
  n: number,
  pairs: readonly ScoredPairs[],
  rules: Pick<JoinRules, 'zero' | 'odds' | 'needed' | 'most'>,
): Generator<void, number[][]> {
  return connected(n, pairs, (i, j, some, k) => mightJoin(i, j, some.score[k] ?? 0, rules));
}

/** Connected components of a graph; the same. @param counts whether the k-th of some edges is one */
export function* connected<Edges extends Pick<ScoredPairs, 'i' | 'j'>>(
  n: number,
  edges: readonly Edges[],
  counts: (i: number, j: number, some: Edges, k: number) => boolean,
): Generator<void, number[][]> {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let r = i;
    for (let up = parent[r] ?? r; up !== r; up = parent[r] ?? r) r = up;
    for (let up = parent[i] ?? r; up !== r; up = parent[i] ?? r) {
      parent[i] = r;
      i = up;
    }
    return r;
  };
  for (const some of edges) {
    for (let k = 0; k < some.i.length; k++) {
      const i = some.i[k] ?? 0,
        j = some.j[k] ?? 0,
        a = root(i),
        b = root(j);
      // Most pairs are of tracks already connected: what they may join at is not asked then.
      if (a !== b && counts(i, j, some, k)) parent[Math.max(a, b)] = Math.min(a, b);
      if (k % STRETCH === 0) yield;
    }
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const r = root(i),
      group = groups.get(r);
    if (group) group.push(i);
    else groups.set(r, [i]);
  }
  return [...groups.values()].filter((g) => g.length > 1);
}

/**
 * Average link inside one component, best pair first, never joining groups that hold two tracks kept apart.
 * Deterministic: ties go to the smaller index. Yields after every pass over a row, so that a caller can let the event
 * loop breathe.
 * @param members indices of the component's tracks; @param scores members × members, row-major
 * @returns groups of members, each rising
 */
export function* agglomerate(
  members: readonly number[],
  scores: Float32Array,
  rules: JoinRules,
): Generator<void, number[][]> {
  const n = members.length;
  // Weighted means per pair of live groups: what scores exceed zero by, −Infinity where kept apart, and the odds
  // against.
  const excess = new Float32Array(n * n),
    odds = new Float32Array(n * n);
  const weight = Float64Array.from(members, (m) => rules.weight(m));
  for (const [i, a] of members.entries()) {
    for (const [j, b] of members.entries()) {
      excess[i * n + j] =
        j < i
          ? (excess[j * n + i] ?? 0)
          : j === i || rules.apart(a, b)
            ? -Infinity
            : (scores[i * n + j] ?? 0) - rules.zero(a, b);
      odds[i * n + j] = rules.odds(a, b);
    }
    yield;
  }
  const groups = new Map(members.map((m, i) => [i, [m]]));
  const size = new Int32Array(n).fill(1);
  const value = (i: number, j: number) =>
    (excess[i * n + j] ?? 0) - rules.needed(odds[i * n + j] ?? 0, size[i] ?? 0, size[j] ?? 0);
  const nearest = new Int32Array(n).fill(-1);
  const refresh = (i: number) => {
    let best = -1,
      most = -Infinity;
    for (const j of groups.keys()) {
      const v = j === i ? -Infinity : value(i, j);
      if (v > most) {
        most = v;
        best = j;
      }
    }
    nearest[i] = best;
  };
  for (const i of groups.keys()) {
    refresh(i);
    yield;
  }
  for (;;) {
    let a = -1,
      most = -Infinity;
    for (const i of groups.keys()) {
      const j = nearest[i] ?? -1,
        v = j < 0 ? -Infinity : value(i, j);
      if (v > most) {
        most = v;
        a = i;
      }
    }
    if (a < 0 || most < 0) return [...groups.values()].map((group) => group.sort((x, y) => x - y));
    const b = nearest[a] ?? -1,
      keep = Math.min(a, b),
      gone = Math.max(a, b);
    const wk = weight[keep] ?? 0,
      wg = weight[gone] ?? 0;
    groups.get(keep)?.push(...(groups.get(gone) ?? []));
    groups.delete(gone);
    size[keep] = groups.get(keep)?.length ?? 0;
    for (const mean of [excess, odds]) {
      for (const c of groups.keys())
        if (c !== keep)
          mean[keep * n + c] = mean[c * n + keep] =
            ((mean[keep * n + c] ?? 0) * wk + (mean[gone * n + c] ?? 0) * wg) / (wk + wg);
    }
    weight[keep] = wk + wg;
    refresh(keep);
    for (const c of groups.keys()) {
      if (c === keep) continue;
      if (nearest[c] === keep || nearest[c] === gone) {
        refresh(c);
        yield;
        continue;
      }
      const before = nearest[c] ?? -1;
      if (before < 0 ? value(c, keep) > -Infinity : value(c, keep) > value(c, before)) nearest[c] = keep;
    }
    yield;
  }
}
