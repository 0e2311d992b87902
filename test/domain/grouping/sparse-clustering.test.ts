/** Average link without a matrix gives what the definition gives. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { agglomerate, components, mightJoin } from '../../../src/domain/grouping/clustering.js';
import type { JoinRules } from '../../../src/domain/grouping/join-rules.js';
import { singleTrack } from '../../../src/domain/grouping/group-means.js';
import { joinAtOnce } from '../../../src/domain/grouping/mass-merge.js';
import type { LinearRules } from '../../../src/domain/grouping/join-rules.js';
import { areSurelyOne, linkGroups, linkSparse } from '../../../src/domain/grouping/sparse-clustering.js';
import type { ScoredPairs } from '../../../src/domain/grouping/scored-pairs.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { dot, normalise } from '../../../src/domain/vectors.js';
import { finish } from '../../support/finish.js';

const DIMENSIONS = 8;

interface Case {
  n: number;
  vectors: Float32Array;
  excess: Float32Array;
  scores: Float32Array;
  pairs: ScoredPairs;
  rules: JoinRules & { linear: NonNullable<JoinRules['linear']> };
}

/** Tracks of a few people in a few videos, some of them kept apart; each with a quality and an excess. */
function makeCase(n: number, seed: number): Case {
  const random = seededRandom(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const people = Array.from({ length: 4 }, () => Float32Array.from({ length: DIMENSIONS }, gauss));
  const vectors = new Float32Array(n * DIMENSIONS);
  for (let i = 0; i < n; i++) {
    const of = people[Math.floor(4 * random())] ?? new Float32Array(DIMENSIONS);
    const v = of.map((x) => x + 1.2 * gauss());
    normalise(v);
    vectors.set(v, i * DIMENSIONS);
  }
  const excess = Float32Array.from({ length: n }, () => 0.1 * random());
  const quality = Array.from({ length: n }, () => random());
  const video = Array.from({ length: n }, () => Math.floor(3 * random()));
  const apart = new Set<string>();
  // Elsewhere only those that something beside the place speaks of.
  const bound = Array.from({ length: n }, () => random() < 0.4);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if ((video[i] === video[j] || (bound[i] && bound[j])) && random() < 0.15) apart.add(`${j} ${i}`);
  const q = (i: number) => quality[i] ?? NaN;
  const score = (i: number, j: number) =>
    dot(
      vectors.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS),
      vectors.subarray(j * DIMENSIONS, (j + 1) * DIMENSIONS),
    ) -
    ((excess[i] ?? 0) + (excess[j] ?? 0)) / 2;
  const linear: Omit<LinearRules, 'needed' | 'apart' | 'weight'> = {
    base: 0.2,
    span: 0.1,
    quality: q,
    place: (i) => video[i] ?? -1,
    isBound: (i) => bound[i] ?? false,
    oddsIn: (place) => 3 + place / 4,
    oddsBetween: 4,
    flatter: 0.8,
    unread: (i) => Math.max(0, 1 - 2 * q(i)),
    atOnce: [],
    sure: null,
  };
  const rules: Case['rules'] = {
    zero: (i, j) => 0.2 + 0.1 * Math.sqrt(q(i) * q(j)),
    odds: (i, j) =>
      (video[i] === video[j] ? linear.oddsIn(video[i] ?? -1) : linear.oddsBetween) *
      (1 + 0.8 * linear.unread(i) * linear.unread(j)),
    needed: (odds, a, b) => odds / 20 - 0.05 * (1 - (a + b) / (2 * a * b)),
    most: () => 0.05,
    apart: (i, j) => apart.has(`${Math.min(i, j)} ${Math.max(i, j)}`),
    weight: (i) => 0.1 + q(i),
    linear,
  };
  const list = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => [i, j] as const)).flat();
  return {
    n,
    vectors,
    excess,
    scores: Float32Array.from(list, ([i, j]) => score(i, j)),
    pairs: {
      i: Int32Array.from(list, ([i]) => i),
      j: Int32Array.from(list, ([, j]) => j),
      score: Float32Array.from(list, ([i, j]) => score(i, j)),
    },
    rules,
  };
}

/** Every group, of one as well, by its first member. */
function whole(n: number, groups: readonly (readonly number[])[]): number[][] {
  const inside = new Set(groups.flat());
  const alone = Array.from({ length: n }, (_, i) => i).filter((i) => !inside.has(i));
  return [...groups.map((g) => [...g]), ...alone.map((i) => [i])].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

function byMatrix({ n, scores }: Case, rules: JoinRules): number[][] {
  return whole(n, finish(agglomerate([...Array(n).keys()], scores, rules)));
}

function sparsely({ n, vectors, excess }: Case, pairs: readonly ScoredPairs[], rules: Case['rules']): number[][] {
  const some = pairs.map(({ i, j, score }) => {
    const kept = [...score.keys()].filter((k) => mightJoin(i[k] ?? 0, j[k] ?? 0, score[k] ?? 0, rules));
    return {
      i: Int32Array.from(kept, (k) => i[k] ?? 0),
      j: Int32Array.from(kept, (k) => j[k] ?? 0),
      score: Float32Array.from(kept, (k) => score[k] ?? 0),
    };
  });
  return whole(n, finish(linkSparse({ vectors, excess }, some, { ...rules, ...rules.linear })));
}

it('gives the groups that a matrix gives', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1e6 }), (n, seed) => {
      const one = makeCase(n, seed);
      expect(sparsely(one, [one.pairs], one.rules)).toEqual(byMatrix(one, one.rules));
    }),
    { numRuns: 200 },
  );
});

it('puts the tracks of one owner together first, like them or not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 1e6 }), (n, seed) => {
      const one = makeCase(n, seed);
      const owners = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? `owner ${i % 2}` : undefined));
      const free = { ...one.rules, apart: () => false };
      const { rules, pairs } = joinAtOnce(owners, free, [one.pairs]);
      const found = sparsely(one, pairs, { ...rules, linear: rules.linear ?? one.rules.linear });
      expect(found).toEqual(byMatrix(one, rules));
    }),
    { numRuns: 100 },
  );
});

it('lets others have a turn', () => {
  const one = makeCase(30, 5);
  const connected = finish(components(30, [one.pairs], one.rules));
  expect(connected.flat().length).toBeGreaterThan(10);
  const steps = linkSparse(one, [one.pairs], { ...one.rules, ...one.rules.linear });
  let turns = 0;
  while (!steps.next().done) turns++;
  expect(turns).toBeGreaterThan(30);
});

it('needs no pairs of tracks that nothing keeps apart from their owner, but one of each', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 1e6 }), (n, seed) => {
      const one = makeCase(n, seed);
      const owners = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? `owner ${i % 2}` : undefined));
      const own = (i: number, j: number) => owners[i] !== undefined && owners[i] === owners[j];
      const free = { ...one.rules, apart: (i: number, j: number) => !own(i, j) && one.rules.apart(i, j) };
      const { rules, pairs } = joinAtOnce(owners, free, [one.pairs]);
      const linear = { ...(rules.linear ?? one.rules.linear), sure: owners };
      const few = pairs.map(({ i, j, score }, last) => {
        const kept = [...score.keys()].filter((k) => last > 0 || !areSurelyOne(i[k] ?? 0, j[k] ?? 0, linear));
        return {
          i: Int32Array.from(kept, (k) => i[k] ?? 0),
          j: Int32Array.from(kept, (k) => j[k] ?? 0),
          score: Float32Array.from(kept, (k) => score[k] ?? 0),
        };
      });
      expect(sparsely(one, few, { ...rules, linear })).toEqual(byMatrix(one, rules));
    }),
    { numRuns: 200 },
  );
});

it('goes on from groups as from single tracks: down to one margin first, then to the next', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 1e6 }), (n, seed) => {
      const one = makeCase(n, seed),
        rules = { ...one.rules, ...one.rules.linear };
      const pairsOf = (count: number) => {
        const list = Array.from({ length: count }, (_, i) =>
          Array.from({ length: i }, (__, j) => [i, j] as const),
        ).flat();
        return { i: Int32Array.from(list, ([i]) => i), j: Int32Array.from(list, ([, j]) => j) };
      };
      let groups = [...Array(n).keys()].map((i) => singleTrack(i, one, rules));
      for (const least of [0.3, 0.1, 0]) {
        const before = groups;
        const at = (i: number) => before[i] ?? expect.unreachable('no such group');
        groups = [...finish(linkGroups(at, [pairsOf(before.length)], rules, least)).entries()]
          .sort(([a], [b]) => a - b)
          .map(([, group]) => group);
        if (before.length === 1) groups = before;
      }
      const found = groups.map(({ members }) => [...members].sort((x, y) => x - y));
      expect(whole(n, found)).toEqual(byMatrix(one, one.rules));
    }),
    { numRuns: 200 },
  );
});
