import { edgesAbove, type SimilarityGraph } from './similarity-graph.js';

/**
 * Chinese whispers (Biemann 2006, "Chinese Whispers: an efficient graph clustering algorithm"): everyone starts as
 * their own class and, in random order, takes the class with the most similarity among their neighbours, until none
 * changes.
 * @param threshold least score of an edge, > 0 so that weights are positive; @param random in [0, 1)
 * @returns a label per item: the index of one item of its class
 */
export function chineseWhispers(
  graph: SimilarityGraph,
  threshold: number,
  random: () => number,
  rounds = 20,
): Int32Array {
  const { n, from, to, score } = graph;
  const edges = edgesAbove(graph, threshold);
  const neighbours = Array.from({ length: n }, (): { item: number; weight: number }[] => []);
  for (let e = 0; e < edges; e++) {
    const a = from[e] as number,
      b = to[e] as number,
      weight = score[e] as number;
    neighbours[a]?.push({ item: b, weight });
    neighbours[b]?.push({ item: a, weight });
  }
  const labels = Int32Array.from({ length: n }, (_, i) => i);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let round = 0; round < rounds; round++) {
    shuffle(order, random);
    let changed = false;
    for (const item of order) {
      const label = strongest(neighbours[item] ?? [], labels);
      if (label === undefined || label === labels[item]) continue;
      labels[item] = label;
      changed = true;
    }
    if (!changed) break;
  }
  return labels;
}

/** The class with most weight; ties go to the smaller label, so that a seed tells the result. */
function strongest(neighbours: readonly { item: number; weight: number }[], labels: Int32Array): number | undefined {
  const sums = new Map<number, number>();
  for (const { item, weight } of neighbours) {
    const label = labels[item] as number;
    sums.set(label, (sums.get(label) ?? 0) + weight);
  }
  let best: number | undefined,
    most = -Infinity;
  for (const [label, sum] of sums)
    if (sum > most || (sum === most && label < (best ?? Infinity))) {
      best = label;
      most = sum;
    }
  return best;
}

/** Fisher–Yates. */
function shuffle(items: Int32Array, random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1)),
      held = items[i] as number;
    items[i] = items[j] as number;
    items[j] = held;
  }
}
