import { dot, weightedMean } from '../../src/domain/vectors.js';
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { plusPlusSeeds } from './spread-seeds.js';

/** How a population is built. */
export interface PopulationOptions {
  centroids: number;
  /** How many people each centroid averages, so that it is no one's face. */
  peopleEach: number;
  seed: number;
}

/**
 * Averages a crowd into centroids for population normalisation (score minus the mean similarity to the nearest
 * centroids): around seeds spread by k-means++, each the mean of the people nearest to it. Every person counts once,
 * whatever the number of their pictures. k-means itself leaves many clusters of one or two people in a crowd of a
 * thousand, which would be faces.
 *
 * @param faces embeddings (unit vectors) of each person, by a key that tells people apart
 * @returns unit vectors, the same for the same faces and seed
 * @throws RangeError when there are too few people
 */
export function buildPopulation(
  faces: ReadonlyMap<string, readonly Float32Array[]>,
  options: PopulationOptions,
): Float32Array[] {
  const { centroids, peopleEach, seed } = options;
  // By key, so that the order in which folders were read doesn't matter.
  const people = [...faces]
    .filter(([, vectors]) => vectors.length > 0)
    .toSorted(([p], [q]) => (p < q ? -1 : 1))
    .map(([, vectors]) =>
      weightedMean(
        vectors,
        vectors.map(() => 1),
      ),
    );
  const seeds = people.length >= centroids * 2 ? plusPlusSeeds(people, centroids, seededRandom(seed)) : [];
  if (seeds.length < centroids) throw new RangeError(`${people.length} people are too few for ${centroids} centroids`);
  return seeds.map((s) => {
    const nearest = people
      .map((person) => ({ person, cosine: dot(person, s) }))
      .sort((p, q) => q.cosine - p.cosine)
      .slice(0, peopleEach);
    return weightedMean(
      nearest.map(({ person }) => person),
      nearest.map(() => 1),
    );
  });
}
