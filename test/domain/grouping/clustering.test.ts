import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agglomerate, components } from '../../../src/domain/grouping/clustering.js';
import type { JoinRules } from '../../../src/domain/grouping/join-rules.js';
import type { ScoredPairs } from '../../../src/domain/grouping/scored-pairs.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
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
    most: () => Math.max(0, group),
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

describe('against plain average link', () => {
  interface Case {
    n: number;
    scores: Float32Array;
    rules: JoinRules;
    pairs: ScoredPairs[];
  }
  /** Tracks in a few heaps, with qualities, bars, odds and cannot-links of their own. */
  const some = fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 1e6 })).map(([n, seed]): Case => {
    const random = seededRandom(seed);
    const heap = Array.from({ length: n }, () => Math.floor(random() * 3));
    const matrix = (value: (i: number, j: number) => number) => {
      const held = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (j > i ? value(i, j) : 0)));
      return (i: number, j: number) => held[Math.min(i, j)]?.[Math.max(i, j)] ?? NaN;
    };
    const score = matrix((i, j) => (heap[i] === heap[j] ? 0.35 : 0.1) + 0.4 * random());
    const zero = matrix(() => 0.2 + 0.1 * random()),
      odds = matrix(() => 2 + 3 * random()),
      apart = matrix(() => Number(random() < 0.08));
    const weights = Array.from({ length: n }, () => 0.1 + random());
    const indices = Array.from({ length: n }, (_, i) => i);
    const all = indices.flatMap((i) => indices.filter((j) => j > i).map((j) => ({ i, j, score: score(i, j) })));
    const columns = (of: typeof all): ScoredPairs => ({
      i: Int32Array.from(of, (p) => p.i),
      j: Int32Array.from(of, (p) => p.j),
      score: Float32Array.from(of, (p) => p.score),
    });
    return {
      n,
      scores: Float32Array.from(indices.flatMap((i) => indices.map((j) => (i === j ? 1 : score(i, j))))),
      pairs: [columns(all.filter((_, k) => k % 3 === 0)), columns(all.filter((_, k) => k % 3 > 0))],
      rules: {
        zero,
        odds,
        needed: (o, a, b) => o / 20 - 0.05 * (1 - (a + b) / (2 * a * b)),
        most: () => 0.05,
        apart: (i, j) => apart(i, j) === 1,
        weight: (i) => weights[i] ?? NaN,
      },
    };
  });

  /** Every pair of groups looked at, every time: the definition. */
  function plain({ n, scores, rules }: Case): number[][] {
    const groups = Array.from({ length: n }, (_, i) => [i]);
    const mean = (a: number[], b: number[], value: (i: number, j: number) => number) => {
      const pairs = a.flatMap((i) => b.map((j) => ({ by: rules.weight(i) * rules.weight(j), value: value(i, j) })));
      return pairs.reduce((s, p) => s + p.by * p.value, 0) / pairs.reduce((s, p) => s + p.by, 0);
    };
    for (;;) {
      let most = 0,
        best: [number, number] | undefined;
      for (const [x, a] of groups.entries())
        for (const [y, b] of groups.slice(0, x).entries()) {
          if (a.some((i) => b.some((j) => rules.apart(i, j)))) continue;
          const above = mean(a, b, (i, j) => (scores[i * n + j] ?? NaN) - rules.zero(i, j));
          const value = above - rules.needed(mean(a, b, rules.odds), a.length, b.length);
          if (value >= most) {
            most = value;
            best = [y, x];
          }
        }
      if (!best) return groups.map((g) => g.sort((p, q) => p - q)).sort((p, q) => (p[0] ?? 0) - (q[0] ?? 0));
      const [gone] = groups.splice(best[1], 1);
      groups[best[0]]?.push(...(gone ?? []));
    }
  }
  const sorted = (groups: number[][]) => groups.sort((p, q) => (p[0] ?? 0) - (q[0] ?? 0));

  it('groups are the same', () => {
    fc.assert(
      fc.property(some, (one) => {
        const members = Array.from({ length: one.n }, (_, i) => i);
        expect(sorted(finish(agglomerate(members, one.scores, one.rules)))).toEqual(plain(one));
      }),
      { numRuns: 150 },
    );
  });

  it('what is connected can be clustered by itself', () => {
    fc.assert(
      fc.property(some, (one) => {
        const connected = finish(components(one.n, one.pairs, one.rules));
        const apart = connected.flatMap((members) =>
          finish(
            agglomerate(
              members,
              Float32Array.from(members.flatMap((i) => members.map((j) => one.scores[i * one.n + j] ?? NaN))),
              one.rules,
            ),
          ),
        );
        const alone = Array.from({ length: one.n }, (_, i) => i).filter((i) => !connected.some((c) => c.includes(i)));
        expect(sorted([...apart, ...alone.map((i) => [i])])).toEqual(plain(one));
      }),
      { numRuns: 150 },
    );
  });
});

describe('components', () => {
  const pairsOf = (...list: [number, number, number][]): ScoredPairs => ({
    i: Int32Array.from(list, ([i]) => i),
    j: Int32Array.from(list, ([, j]) => j),
    score: Float32Array.from(list, ([, , score]) => score),
  });
  const rules = { zero: () => 0.25, odds: () => 4, needed: (odds: number) => odds / 16, most: () => 0.125 };
  const connected = (n: number, ...lists: ScoredPairs[]) => finish(components(n, lists, rules));

  it('connect what reaches zero and what is needed, less the largest allowance', () => {
    // 0.25 + 4 / 16 − 0.125
    expect(connected(2, pairsOf([0, 1, 0.375]))).toEqual([[0, 1]]);
    expect(connected(2, pairsOf([0, 1, 0.374]))).toEqual([]);
  });
  it('go on over several lists, in whatever order their pairs come', () => {
    expect(connected(7, pairsOf([5, 6, 1], [3, 4, 0.1]), pairsOf([4, 5, 1], [6, 1, 1], [0, 2, 1]))).toEqual([
      [0, 2],
      [1, 4, 5, 6],
    ]);
    const chain = Array.from({ length: 40 }, (_, k): [number, number, number] => [40 - k, 39 - k, 1]);
    expect(connected(42, pairsOf(...chain))).toEqual([Array.from({ length: 41 }, (_, k) => k)]);
  });
  it('are none where there is nothing', () => {
    expect(connected(3)).toEqual([]);
    expect(connected(0)).toEqual([]);
  });
  it('let others have a turn, however many pairs there are', () => {
    const column = (by: number) => Int32Array.from({ length: 140_000 }, (_, k) => (k + by) % 3);
    const many = { i: column(0), j: column(1), score: new Float32Array(140_000).fill(1) };
    const steps = components(3, [many], rules);
    let turns = 0;
    while (!steps.next().done) turns++;
    expect(turns).toBe(3);
  });
});

it('agglomeration lets others have a turn after each row', () => {
  const n = 20,
    rules: JoinRules = {
      zero: () => 0,
      odds: () => 0,
      needed: () => 0.5,
      most: () => 0,
      apart: () => false,
      weight: () => 1,
    };
  const steps = agglomerate(
    Array.from({ length: n }, (_, i) => i),
    new Float32Array(n * n).fill(1),
    rules,
  );
  let turns = 0;
  while (!steps.next().done) turns++;
  // One a row before it starts, and one a merge at least.
  expect(turns).toBeGreaterThanOrEqual(n + n - 1);
});

it('ties go to the smaller index, whatever the track is called', () => {
  const rules: JoinRules = {
    zero: () => 0,
    odds: () => 0,
    needed: (_, a, b) => (a + b > 2 ? 9 : 0.5),
    most: () => 0,
    apart: () => false,
    weight: () => 1,
  };
  expect(finish(agglomerate([30, 10, 20, 40], new Float32Array(16).fill(1), rules))).toEqual([
    [10, 30],
    [20, 40],
  ]);
});
