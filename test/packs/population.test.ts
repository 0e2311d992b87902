import { describe, expect, it } from 'vitest';
import { buildPopulation } from '../../scripts/packs/population.js';
import { seededRandom } from '../../scripts/packs/random.js';
import { plusPlusSeeds, sphericalKMeans } from '../../scripts/packs/spherical-k-means.js';
import { dot, normalise } from '../../src/domain/vectors.js';

const DIMENSIONS = 8;

/** Unit vectors near one of the axes. */
function near(axis: number, random: () => number, spread = 0.2): Float32Array {
  const vector = Float32Array.from({ length: DIMENSIONS }, (_, k) => (k === axis ? 1 : 0) + spread * (random() - 0.5));
  normalise(vector);
  return vector;
}

/** `perAxis[a]` people near axis a, each with as many pictures as `pictures` says. */
function crowd(perAxis: readonly number[], pictures = 1): Map<string, Float32Array[]> {
  const random = seededRandom(7);
  return new Map(perAxis.flatMap((count, axis) =>
    Array.from({ length: count }, (_, index) => [`${axis}-${index}`, Array.from({ length: pictures }, () => near(axis, random))] as const)));
}

describe('sphericalKMeans', () => {
  it('finds the directions that vectors gather around', () => {
    const vectors = [...crowd([10, 20, 30]).values()].flat();
    const { centroids, assignment } = sphericalKMeans(vectors, plusPlusSeeds(vectors, 3, seededRandom(1)));
    const axes = centroids.map((centroid) => centroid.findIndex((value) => value > 0.95));
    expect(axes.toSorted()).toEqual([0, 1, 2]);
    for (const centroid of centroids) expect(dot(centroid, centroid)).toBeCloseTo(1, 5);
    expect([...assignment].map((index) => axes[index])).toEqual([...Array(10).fill(0), ...Array(20).fill(1), ...Array(30).fill(2)]);
  });

  it('moves on from poor seeds, and drops a centroid that nobody is near', () => {
    const random = seededRandom(3);
    const vectors = [...crowd([10, 10]).values()].flat();
    const { centroids } = sphericalKMeans(vectors, [near(0, random), near(1, random, 1), near(5, random, 0)]);
    expect(centroids).toHaveLength(2);
    expect(Math.min(...vectors.map((vector) => Math.max(...centroids.map((centroid) => dot(vector, centroid)))))).toBeGreaterThan(0.95);
  });
});

describe('plusPlusSeeds', () => {
  it('spreads its seeds: one in each of six tight groups', () => {
    const random = seededRandom(11);
    const vectors = Array.from({ length: 300 }, (_, index) => near(index % 6, random, 0.01));
    const axes = plusPlusSeeds(vectors, 6, seededRandom(2)).map((seed) => seed.findIndex((value) => value > 0.9));
    expect(axes.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('gives no more seeds than there are directions', () => {
    const same = Array.from({ length: 5 }, () => Float32Array.of(0.6, 0.8));
    expect(plusPlusSeeds(same, 3, seededRandom(1))).toHaveLength(1);
  });
});

describe('buildPopulation', () => {
  it('averages no centroid from fewer people than asked', () => {
    const { centroids, people } = buildPopulation(crowd([40, 30, 20, 3, 2]), { atLeast: 6, minPeople: 5, seed: 1 });
    expect(centroids.length).toBeGreaterThanOrEqual(6);
    expect(Math.min(...people)).toBeGreaterThanOrEqual(5);
    expect(people.reduce((sum, count) => sum + count, 0)).toBe(95);
  });

  it('counts people, not pictures: one person with many is no crowd', () => {
    const faces = crowd([12, 12], 1);
    const random = seededRandom(9);
    faces.set('often', Array.from({ length: 50 }, () => near(4, random)));
    const { centroids } = buildPopulation(faces, { atLeast: 2, minPeople: 5, seed: 1 });
    for (const centroid of centroids) expect(centroid[4]).toBeLessThan(0.3);
  });

  it('depends on faces and seed alone', () => {
    const options = { atLeast: 4, minPeople: 5, seed: 3 };
    const faces = crowd([20, 20, 20], 2);
    const population = buildPopulation(faces, options);
    expect(buildPopulation(new Map([...faces].reverse()), options)).toEqual(population);
    expect(buildPopulation(faces, { ...options, seed: 4 })).not.toEqual(population);
  });

  it('refuses when there are too few people', () => {
    expect(() => buildPopulation(crowd([20, 20]), { atLeast: 10, minPeople: 5, seed: 1 })).toThrow(/40 people are too few for 10 centroids of at least 5/);
  });
});
