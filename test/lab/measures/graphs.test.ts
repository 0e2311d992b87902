import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { chineseWhispers } from '../../../lab/measures/chinese-whispers.js';
import { connectedComponents } from '../../../lab/measures/connected-components.js';
import { edgesAbove, similarityGraph } from '../../../lab/measures/similarity-graph.js';

/** Two tight groups of four, joined by one bridge of 0.5 between 3 and 4; 8 stands alone. */
const graph = similarityGraph(
  9,
  (i, j) => {
    if (j === 8) return 0.1;
    if (i < 4 === j < 4) return 0.8;
    return i === 3 && j === 4 ? 0.5 : 0.05;
  },
  0.1,
);
const partition = (labels: Int32Array) => {
  const groups = new Map<number, number[]>();
  labels.forEach((label, i) => groups.set(label, [...(groups.get(label) ?? []), i]));
  return [...groups.values()];
};

describe('a similarity graph', () => {
  it('keeps the edges above the floor, best first', () => {
    expect(graph.score.length).toBe(6 + 6 + 1 + 8);
    expect([edgesAbove(graph, 0.8), edgesAbove(graph, 0.5), edgesAbove(graph, 0.9)]).toEqual([12, 13, 0]);
  });

  it('is one component along a bridge, and two without it', () => {
    expect(partition(connectedComponents(graph, 0.5))).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [8]]);
    expect(partition(connectedComponents(graph, 0.51))).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8]]);
  });

  it('falls apart at the bridge under Chinese whispers, whatever the order', () => {
    for (const seed of [1, 2, 3, 4, 5])
      expect(partition(chineseWhispers(graph, 0.3, seededRandom(seed)))).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8]]);
  });

  it('settles under Chinese whispers: everyone is in the class that most of their similarity is with', () => {
    const random = seededRandom(7),
      n = 60;
    const scores = Array.from({ length: n * n }, () => (random() < 0.15 ? 0.3 + 0.5 * random() : 0));
    const sparse = similarityGraph(
      n,
      (i, j) => (i % 3 === j % 3 ? (scores[i * n + j] ?? 0) : 0.2 * (scores[i * n + j] ?? 0)),
      0.05,
    );
    const labels = chineseWhispers(sparse, 0.05, seededRandom(3));
    const sums = Array.from({ length: n }, () => new Map<number, number>());
    sparse.score.forEach((score, e) => {
      for (const [a, b] of [
        [sparse.from[e], sparse.to[e]],
        [sparse.to[e], sparse.from[e]],
      ]) {
        const label = labels[b ?? -1] ?? -1,
          sum = sums[a ?? -1];
        sum?.set(label, (sum.get(label) ?? 0) + score);
      }
    });
    expect(new Set(labels).size).toBeLessThan(12);
    sums.forEach((sum, i) => {
      if (sum.size > 0) expect(sum.get(labels[i] ?? -1)).toBe(Math.max(...sum.values()));
    });
  });
});
