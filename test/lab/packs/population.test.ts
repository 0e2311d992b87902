import { describe, expect, it } from 'vitest';
import { buildPopulation } from '../../../lab/packs/population.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { plusPlusSeeds } from '../../../lab/packs/spread-seeds.js';
import { dot, normalise } from '../../../src/domain/vectors.js';

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
  return new Map(
    perAxis.flatMap((count, axis) =>
      Array.from(
        { length: count },
        (_, index) => [`${axis}-${index}`, Array.from({ length: pictures }, () => near(axis, random))] as const,
      ),
    ),
  );
}

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
  it('averages as many people as asked, of one kind where there are enough', () => {
    const centroids = buildPopulation(crowd([40, 30, 20]), { centroids: 12, peopleEach: 5, seed: 1 });
    expect(centroids).toHaveLength(12);
    for (const centroid of centroids) {
      expect(dot(centroid, centroid)).toBeCloseTo(1, 5);
      expect(Math.max(...centroid)).toBeGreaterThan(0.95);
    }
  });

  it("is no one's face: even the loner is averaged with others", () => {
    const faces = crowd([20]);
    faces.set('loner', [Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0)]);
    for (const centroid of buildPopulation(faces, { centroids: 10, peopleEach: 5, seed: 1 }))
      expect(centroid[4]).toBeLessThan(0.5);
  });

  it('counts people, not pictures: one person with many is no crowd', () => {
    const faces = crowd([12, 12]);
    faces.set(
      'often',
      Array.from({ length: 50 }, () => Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0)),
    );
    for (const centroid of buildPopulation(faces, { centroids: 8, peopleEach: 5, seed: 1 }))
      expect(centroid[4]).toBeLessThan(0.5);
  });

  it('depends on faces and seed alone', () => {
    const options = { centroids: 6, peopleEach: 5, seed: 3 };
    const faces = crowd([20, 20, 20], 2);
    const population = buildPopulation(faces, options);
    expect(buildPopulation(new Map([...faces].reverse()), options)).toEqual(population);
    expect(buildPopulation(faces, { ...options, seed: 4 })).not.toEqual(population);
  });

  it('refuses when there are too few people', () => {
    expect(() => buildPopulation(crowd([20, 20]), { centroids: 30, peopleEach: 5, seed: 1 })).toThrow(
      /40 people are too few for 30 centroids/,
    );
  });
});
