import { edgesAbove, type SimilarityGraph } from './similarity-graph.js';

/**
 * The plainest clustering: whoever is linked at the threshold, however indirectly, is one person. @returns a label per
 * item, the smallest index of its component
 */
export function connectedComponents(graph: SimilarityGraph, threshold: number): Int32Array {
  const parent = Int32Array.from({ length: graph.n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    for (let up = parent[at] as number; up !== at; up = parent[at] as number) {
      parent[at] = parent[up] as number;
      at = parent[at] as number;
    }
    return at;
  };
  for (let e = edgesAbove(graph, threshold) - 1; e >= 0; e--) {
    const a = root(graph.from[e] as number),
      b = root(graph.to[e] as number);
    if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
  }
  return parent.map((_, i) => root(i));
}
