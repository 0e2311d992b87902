import { describe, expect, it } from 'vitest';
import { cluster, components, type Clusterable } from '../../src/domain/clustering.js';
import { assignIdentities } from '../../src/domain/identity-assignment.js';

/** Tracks on a line: score falls with distance, 1 − |x − y|. */
function line(xs: readonly number[], options: { apart?: [number, number][]; threshold?: number } = {}): Clusterable {
  return {
    n: xs.length, weight: () => 1, threshold: () => options.threshold ?? 0.5,
    score: (i, j) => 1 - Math.abs(xs[i]! - xs[j]!),
    apart: (i, j) => (options.apart ?? []).some(([a, b]) => (a === i && b === j) || (a === j && b === i)),
  };
}
const groups = (labels: Int32Array) => [...new Set(labels)].map((l) => [...labels].flatMap((x, i) => (x === l ? [i] : [])));

describe('cluster', () => {
  it('finds the groups and leaves strangers alone', () => {
    expect(groups(cluster(line([0, 0.1, 5, 5.1, 9])))).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('does not let one bad track chain two people, where connected components would', () => {
    const tracks = line([0, 0.05, 0.4, 0.8, 0.85]);
    expect(components(tracks)).toEqual([[0, 1, 2, 3, 4]]);
    const found = groups(cluster(tracks));
    expect(found.some((g) => g.includes(0) && g.includes(4))).toBe(false);
    expect(found).toContainEqual(expect.arrayContaining([0, 1]));
  });

  it('never joins tracks kept apart, not even through a third', () => {
    const labels = cluster(line([0, 0.1, 0.2], { apart: [[0, 2]] }));
    expect(labels[0]).not.toBe(labels[2]);
  });

  it('gives the same groups whatever the order of the tracks', () => {
    const xs = Array.from({ length: 60 }, (_, k) => 4 * Math.sin(k * k + 1)) // irregular: no ties;
    const partition = (order: number[]) => groups(cluster(line(order.map((o) => xs[o]!)))).map((g) => g.map((i) => order[i]!).sort((a, b) => a - b).join()).sort();
    const forward = xs.map((_, k) => k);
    expect(partition([...forward].reverse())).toEqual(partition(forward));
  });
});

describe('assignIdentities', () => {
  let n = 0;
  const fresh = () => `new_${n++}`;
  it('keeps ids where tracks stay, redirects the merged, marks the split', () => {
    const held = [{ identity_id: 'a', track_ids: ['1', '2', '3'] }, { identity_id: 'b', track_ids: ['4'] }, { identity_id: 'c', track_ids: ['5', '6', '7'] }];
    const { clusters, redirects } = assignIdentities(held, [['1', '2', '3', '4'], ['5', '6'], ['7'], ['8']], fresh);
    expect(clusters.slice(0, 2).map((c) => c.identity_id)).toEqual(['a', 'c']);
    expect(clusters[2]).toMatchObject({ split_from: 'c', track_ids: ['7'] });
    expect(clusters[3]).toMatchObject({ split_from: null });
    expect(redirects).toEqual([{ identity_id: 'b', merged_into: 'a' }]);
  });
});
