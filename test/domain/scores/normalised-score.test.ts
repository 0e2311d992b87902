// Scores less what such faces share with people in general.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cohort,
  networkCosines,
  normalisedScore,
  populationExcess,
  scoreOf,
} from '../../../src/domain/scores/normalised-score.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { normalise } from '../../../src/domain/vectors.js';

const cohort = (rows: number[][], nearest: number, floor: number): Cohort => ({
  centroids: Float32Array.from(rows.flat()),
  rows: rows.length,
  nearest,
  floor,
});
const face = Float32Array.of(1, 0);
/** Whose cosine to `face` it is. */
const at = (cosine: number) => [cosine, Math.sqrt(1 - cosine ** 2)];

describe('populationExcess', () => {
  it('is the mean cosine to the nearest people beyond the ordinary', () => {
    const rows = [0.1, 0.6, 0.2, 0.4, 0.5].map(at);
    expect(populationExcess(face, cohort(rows, 2, 0.3))).toBeCloseTo(0.55 - 0.3, 6);
    expect(populationExcess(face, cohort(rows, 3, 0.3))).toBeCloseTo(0.5 - 0.3, 6);
    // All there are, where there are fewer.
    expect(populationExcess(face, cohort(rows, 9, 0.3))).toBeCloseTo(0.36 - 0.3, 6);
  });
  it('is 0 for the ordinary, and without a population', () => {
    expect(populationExcess(face, cohort([0.1, 0.2].map(at), 1, 0.3))).toBe(0);
    expect(populationExcess(face, null)).toBe(0);
  });
  it('is found among many in whatever order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 6 }), (seed, nearest) => {
        const random = seededRandom(seed),
          cosines = Array.from({ length: 20 }, () => 2 * random() - 1);
        const best = cosines.toSorted((a, b) => b - a).slice(0, nearest);
        const mean = best.reduce((s, c) => s + c, 0) / nearest;
        expect(populationExcess(face, cohort(cosines.map(at), nearest, -1))).toBeCloseTo(mean + 1, 5);
      }),
    );
  });
});

describe('a score', () => {
  it('is the cosine less the mean of both excesses', () => {
    expect(normalisedScore(0.5, 0.1, 0.3)).toBeCloseTo(0.3, 12);
    const [a, b] = [
      { vector: face, population_excess: 0.1 },
      { vector: Float32Array.from(at(0.8)), population_excess: 0.04 },
    ];
    expect(scoreOf(a, b)).toBeCloseTo(0.73, 6);
    expect(scoreOf(b, a)).toBe(scoreOf(a, b));
  });
});

describe('networkCosines', () => {
  const blocks = [
    { id: 'A', from: 0, to: 2 },
    { id: 'M', from: 2, to: 5 },
  ];
  it('compares the block of each network, whatever its length', () => {
    const a = Float32Array.of(3, 4, 1, 2, 2),
      b = Float32Array.of(4, 3, -2, -4, -4);
    const found = networkCosines(a, b, blocks);
    expect(Object.keys(found)).toEqual(['A', 'M']);
    expect(found.A).toBeCloseTo(24 / 25, 6);
    expect(found.M).toBeCloseTo(-1, 6);
  });
  it('is 0 where a network says nothing', () => {
    expect(networkCosines(new Float32Array(5), Float32Array.of(1, 0, 1, 0, 0), blocks)).toEqual({ A: 0, M: 0 });
  });
  it('is the cosine of the whole for a pack of one network', () => {
    const [a, b] = [Float32Array.of(1, 2, 3), Float32Array.of(3, 1, 2)];
    normalise(a);
    normalise(b);
    expect(networkCosines(a, b, [{ id: 'one', from: 0, to: 3 }]).one).toBeCloseTo(11 / 14, 6);
  });
});
