/** The network that compares vectors: what a pair scores has nothing to do with what else is compared. */
import { expect, it } from 'vitest';
import { SyntheticCast } from '../../lab/faces/synthetic-tracks.js';
import type { ScoredPairs } from '../../src/domain/grouping/scored-pairs.js';
import { scoreOf } from '../../src/domain/scores/normalised-score.js';
import { dot } from '../../src/domain/vectors.js';
import { vectorSet } from '../../src/services/grouping/group-tracks.js';
import { createNearestFinder, createPairScorer } from '../../src/vision/inference/similar-pairs.js';
import { nearestGraph, similarityGraph } from '../../src/weights/similarity-graph.js';

const tracks = new SyntheticCast(7).library(40, 700).map((t, k) => ({ ...t, population_excess: (k % 7) / 100 }));
const dimensions = tracks[0]?.vector.length ?? 0;
/** Sets of many sizes, each with its own share of the first twenty tracks, at other places. */
const SIZES = [1, 2, 5, 31, 64, 65, 127, 128, 130, 513, 700];
const sets = SIZES.map((size, k) => Array.from({ length: size }, (_, at) => (at * (2 * k + 1) + k) % tracks.length));
const those = (set: readonly number[]) => vectorSet(set.flatMap((at) => tracks[at] ?? []));

it.each([1, 2, 3])('scores two vectors alike in any set and at any place of it, on %i threads', async (threads) => {
  const scorer = await createPairScorer(similarityGraph(), dimensions, threads);
  const scores = new Map<string, Set<number>>();
  const note = (one: number | undefined, other: number | undefined, score: number | undefined) => {
    if (one === undefined || other === undefined || score === undefined) expect.unreachable('a pair of nobody');
    if (one > 20 || other > 20) return;
    const pair = [one, other].toSorted((x, y) => x - y).join(' ');
    scores.set(pair, (scores.get(pair) ?? new Set()).add(score));
  };
  for (const set of sets) {
    const all = await scorer.all(those(set));
    expect(all).toHaveLength(set.length ** 2);
    all.forEach((score, at) => note(set[Math.floor(at / set.length)], set[at % set.length], score));
    for (const other of sets) {
      const { i, j, score } = await scorer.similar(those(set), those(other), -1);
      // So low a threshold lets all pairs through, and none of what a small set is filled up with.
      expect(score).toHaveLength(set.length * other.length);
      score.forEach((s, k) => note(set[i[k] ?? -1], other[j[k] ?? -1], s));
    }
  }
  expect(scores.size).toBe((21 * 22) / 2);
  expect([...scores].filter(([, values]) => values.size > 1)).toEqual([]);
  const [one, other] = [tracks[3], tracks[8]];
  if (!one || !other) expect.unreachable('no tracks');
  const excess = (one.population_excess + other.population_excess) / 2;
  expect([...(scores.get('3 8') ?? [])][0]).toBeCloseTo(dot(one.vector, other.vector) - excess, 5);
});

it('compares a set with itself once: each pair that two sets of the same would have, but for the reverse', async () => {
  const scorer = await createPairScorer(similarityGraph(), dimensions, 2);
  const all = [...tracks.keys()];
  const one = those(all);
  const listed = ({ i, j, score }: ScoredPairs) =>
    [...score.keys()].map((k) => [i[k] ?? -1, j[k] ?? -1, score[k] ?? 0]);
  const both = listed(await scorer.similar(those(all), those(all), 0.2)).filter(([i = 0, j = 0]) => i < j);
  expect(both.length).toBeGreaterThan(1000);
  expect(listed(await scorer.similar(one, one, 0.2))).toEqual(both);
});

it('finds of each row those that score most, as many as there are', async () => {
  const nearest = await createNearestFinder(nearestGraph(), 2);
  const [some, others] = [tracks.slice(0, 600), tracks.slice(100)];
  for (const k of [1, 5, 1000]) {
    const found = await nearest(vectorSet(some), vectorSet(others), k);
    expect(found.k).toBe(Math.min(k, others.length));
    for (const [row, track] of some.entries()) {
      const scores = others.map((other) => scoreOf(track, other));
      const best = scores.toSorted((x, y) => y - x);
      for (let c = 0; c < Math.min(found.k, 20); c++) {
        expect(found.score[row * found.k + c]).toBeCloseTo(best[c] ?? NaN, 5);
        expect(scores[found.at[row * found.k + c] ?? -1]).toBeCloseTo(best[c] ?? NaN, 5);
      }
    }
  }
});

it('compares rows that are picked from shared memory as those rows alone', async () => {
  const nearest = await createNearestFinder(nearestGraph(), 2);
  const shared = (of: Float32Array) => {
    const all = new Float32Array(new SharedArrayBuffer(of.byteLength));
    all.set(of);
    return all;
  };
  const { vectors, excess } = vectorSet(tracks);
  const all = { vectors: shared(vectors), excess: shared(excess) };
  const [some, others] = [sets.at(-1) ?? [], sets.at(-2) ?? []];
  const picked = { ...all, rows: Int32Array.from(some) };
  const alone = await nearest(those(some), those(others), 7);
  expect(await nearest(picked, { ...all, rows: Int32Array.from(others) }, 7)).toEqual(alone);
  expect(await nearest(picked, those(others), 7)).toEqual(alone);
});
