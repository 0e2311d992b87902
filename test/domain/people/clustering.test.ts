import { describe, expect, it } from 'vitest';
import { agglomerate, components, type JoinRules } from '../../../src/domain/people/clustering.js';
import { assignIdentities } from '../../../src/domain/people/identity-assignment.js';
import type { ScoredPairs } from '../../../src/domain/people/scored-pairs.js';
import { finish } from '../../support/finish.js';

/** Tracks on a line: score falls with distance, 1 − |x − y|; joined at 0.5, groups of two and more at 0.5 − group. */
function onLine(
  xs: readonly number[],
  apart: [number, number][] = [],
  group = 0,
): { found: number[][]; connected: number[][] } {
  const rules: JoinRules = {
    weight: () => 1,
    zero: () => 0.5,
    odds: () => 0,
    needed: (_, a, b) => (a > 1 && b > 1 ? -group : 0),
    most: Math.max(0, group),
    apart: (i, j) => apart.some(([a, b]) => (a === i && b === j) || (a === j && b === i)),
  };
  const score = (i: number, j: number) => 1 - Math.abs((xs[i] ?? 0) - (xs[j] ?? 0));
  const indices = [...xs.keys()];
  const all = indices.flatMap((i) => indices.map((j) => ({ i, j, score: score(i, j) })));
  const pairs: ScoredPairs = {
    i: Int32Array.from(all, (p) => p.i),
    j: Int32Array.from(all, (p) => p.j),
    score: Float32Array.from(all, (p) => p.score),
  };
  const connected = finish(components(xs.length, [pairs], rules));
  const grouped = connected.flatMap((members) =>
    finish(agglomerate(members, Float32Array.from(members.flatMap((i) => members.map((j) => score(i, j)))), rules)),
  );
  const alone = indices.filter((i) => !connected.some((c) => c.includes(i))).map((i) => [i]);
  return { connected, found: [...grouped, ...alone].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)) };
}

describe('clustering', () => {
  it('finds the groups and leaves strangers alone', () => {
    expect(onLine([0, 0.1, 5, 5.1, 9]).found).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('does not let one bad track chain two people, where connected components would', () => {
    const { connected, found } = onLine([0, 0.05, 0.4, 0.8, 0.85]);
    expect(connected).toEqual([[0, 1, 2, 3, 4]]);
    expect(found.some((g) => g.includes(0) && g.includes(4))).toBe(false);
    expect(found.some((g) => g.includes(0) && g.includes(1))).toBe(true);
  });

  it('never joins tracks kept apart, not even through a third', () => {
    expect(onLine([0, 0.1, 0.2], [[0, 2]]).found.some((g) => g.includes(0) && g.includes(2))).toBe(false);
  });

  it('asks groups for another score than single tracks, lower or higher', () => {
    const two = [0, 0.02, 0.55, 0.57];
    expect(onLine(two).found).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(onLine(two, [], 0.1).found).toEqual([[0, 1, 2, 3]]);
    const near = [0, 0.02, 0.4, 0.42];
    expect(onLine(near).found).toEqual([[0, 1, 2, 3]]);
    expect(onLine(near, [], -0.2).found).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('gives the same groups whatever the order of the tracks', () => {
    const xs = Array.from({ length: 60 }, (_, k) => 4 * Math.sin(k * k + 1)); // irregular: no ties
    const partition = (order: number[]) =>
      onLine(order.map((o) => xs[o] ?? 0))
        .found.map((g) =>
          g
            .map((i) => order[i] ?? -1)
            .sort((a, b) => a - b)
            .join(),
        )
        .sort();
    const forward = [...xs.keys()];
    expect(partition([...forward].reverse())).toEqual(partition(forward));
  });
});

describe('assignIdentities', () => {
  let n = 0;
  const fresh = () => `new_${n++}`;
  it('keeps ids where tracks stay, redirects the merged, marks the split', () => {
    const held = [
      { identity_id: 'a', track_ids: ['1', '2', '3'] },
      { identity_id: 'b', track_ids: ['4'] },
      { identity_id: 'c', track_ids: ['5', '6', '7'] },
    ];
    const { clusters, redirects } = assignIdentities(held, [['1', '2', '3', '4'], ['5', '6'], ['7'], ['8']], fresh);
    expect(clusters.slice(0, 2).map((c) => c.identity_id)).toEqual(['a', 'c']);
    expect(clusters[2]).toMatchObject({ split_from: 'c', track_ids: ['7'] });
    expect(clusters[3]).toMatchObject({ split_from: null });
    expect(redirects).toEqual([{ identity_id: 'b', merged_into: 'a' }]);
  });
});
