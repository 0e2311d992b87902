/**
 * Who is who, with the number of people unknown: average-link agglomeration of tracks on normalised scores,
 * with cannot-links between tracks that share a frame.
 *
 * [Note: incremental clustering] A merge needs an average at or above the threshold, so some pair at or above it: clusters never
 * reach across the connected components of the graph of such pairs. So only components that a new track
 * touches can change, and clustering them alone gives what clustering everything would.
 */

/** What clustering needs to know of n tracks. */
export interface Clusterable {
  n: number;
  /** Score of two tracks: normalised similarity. */
  score(i: number, j: number): number;
  /** True when two tracks can't be one person (on screen at the same moment in the same video). */
  apart(i: number, j: number): boolean;
  /** How much a track counts in averages, > 0. */
  weight(i: number): number;
  /** Least average score at which two groups are one person. */
  threshold(i: number, j: number): number;
}

/**
 * Clusters tracks. Deterministic: the result depends on the tracks, not on their order (ties by index).
 * @returns for each track the smallest index of its cluster
 */
export function cluster(tracks: Clusterable): Int32Array {
  const labels = Int32Array.from({ length: tracks.n }, (_, i) => i);
  for (const members of components(tracks)) agglomerate(tracks, members, labels);
  return labels;
}

/** Connected components of the graph of pairs at or above the threshold, each rising, only those of two and more. */
export function components(tracks: Pick<Clusterable, 'n' | 'score' | 'threshold'>): number[][] {
  const parent = Int32Array.from({ length: tracks.n }, (_, i) => i);
  const root = (i: number): number => {
    let r = i;
    while ((parent[r] as number) !== r) r = parent[r] as number;
    while ((parent[i] as number) !== r) { const next = parent[i] as number; parent[i] = r; i = next; }
    return r;
  };
  for (let i = 0; i < tracks.n; i++) {
    for (let j = i + 1; j < tracks.n; j++) {
      const a = root(i), b = root(j);
      if (a !== b && tracks.score(i, j) >= tracks.threshold(i, j)) parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < tracks.n; i++) {
    const r = root(i);
    const group = groups.get(r);
    if (group) group.push(i); else groups.set(r, [i]);
  }
  return [...groups.values()].filter((g) => g.length > 1);
}

/** Average link inside one component, best pair first, never joining groups that hold two tracks kept apart. */
function agglomerate(tracks: Clusterable, members: readonly number[], labels: Int32Array): void {
  const n = members.length;
  // Excess of the weighted mean score over the weighted mean threshold, per pair of live groups; −Infinity where kept apart.
  const excess = new Float64Array(n * n).fill(-Infinity);
  const weight = Float64Array.from(members, (m) => tracks.weight(m));
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const a = members[i] as number, b = members[j] as number;
      const e = tracks.apart(a, b) ? -Infinity : tracks.score(a, b) - tracks.threshold(a, b);
      excess[i * n + j] = excess[j * n + i] = e;
    }
  }
  const live = Array.from({ length: n }, (_, i) => i);
  const nearest = new Int32Array(n).fill(-1);
  const refresh = (i: number) => {
    let best = -1, value = -Infinity;
    for (const j of live) if (j !== i && (excess[i * n + j] as number) > value) { value = excess[i * n + j] as number; best = j; }
    nearest[i] = best;
  };
  for (const i of live) refresh(i);
  for (;;) {
    let a = -1, value = -Infinity;
    for (const i of live) {
      const j = nearest[i] as number;
      if (j >= 0 && (excess[i * n + j] as number) > value) { value = excess[i * n + j] as number; a = i; }
    }
    if (a < 0 || value < 0) return;
    const b = nearest[a] as number, keep = Math.min(a, b), gone = Math.max(a, b);
    const wk = weight[keep] as number, wg = weight[gone] as number;
    for (const c of live) {
      if (c === keep || c === gone) continue;
      const merged = ((excess[keep * n + c] as number) * wk + (excess[gone * n + c] as number) * wg) / (wk + wg);
      excess[keep * n + c] = excess[c * n + keep] = merged;
    }
    weight[keep] = wk + wg;
    live.splice(live.indexOf(gone), 1);
    const kept = labels[members[keep] as number] as number, dropped = labels[members[gone] as number] as number;
    const to = Math.min(kept, dropped);
    for (const m of members) if (labels[m] === kept || labels[m] === dropped) labels[m] = to;
    refresh(keep);
    for (const c of live) if (c !== keep && (nearest[c] === keep || nearest[c] === gone || (excess[c * n + keep] as number) > (excess[c * n + (nearest[c] as number)] as number))) refresh(c);
  }
}
