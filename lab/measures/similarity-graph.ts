/** Pairs of items that are alike enough to matter, for baselines that cluster a graph. */

/** Edges by falling score; `from[e]` < `to[e]`. */
export interface SimilarityGraph {
  /** Number of items. */
  n: number;
  from: Int32Array;
  to: Int32Array;
  score: Float64Array;
}

/** All pairs of n items that score at least `floor`. @param score of items i < j */
export function similarityGraph(n: number, score: (i: number, j: number) => number, floor: number): SimilarityGraph {
  const edges: { i: number; j: number; s: number }[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const s = score(i, j);
      if (s >= floor) edges.push({ i, j, s });
    }
  }
  edges.sort((p, q) => q.s - p.s);
  return {
    n,
    from: Int32Array.from(edges, (e) => e.i),
    to: Int32Array.from(edges, (e) => e.j),
    score: Float64Array.from(edges, (e) => e.s),
  };
}

/** How many edges score at least `threshold`: they are the first ones. */
export function edgesAbove({ score }: SimilarityGraph, threshold: number): number {
  let low = 0,
    high = score.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((score[mid] as number) >= threshold) low = mid + 1;
    else high = mid;
  }
  return low;
}
