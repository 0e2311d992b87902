import { dot, weightedMean } from '../../src/domain/vectors.js';
import { seededRandom } from './random.js';
import { plusPlusSeeds, sphericalKMeans, type Clusters } from './spherical-k-means.js';

/** Centroids that stand for people in general, and nobody in particular. */
export interface Population {
  /** Unit vectors. */
  centroids: Float32Array[];
  /** How many people each centroid averages. */
  people: number[];
}

/** How a population is built. */
export interface PopulationOptions {
  /** The fewest centroids that will do: below 200 infants are told apart badly. */
  atLeast: number;
  /** The fewest people a centroid may average, so that it is no one's face. */
  minPeople: number;
  seed: number;
}

/**
 * Averages a crowd into centroids for population normalisation (score minus the mean similarity to the
 * nearest centroids). Every person counts once, whatever the number of their pictures; a cluster of too few
 * people is dissolved into its neighbours, and more seeds are tried until enough clusters remain.
 *
 * @param faces embeddings (unit vectors) of each person, by a key that tells people apart
 * @returns at least `atLeast` centroids, the same for the same faces and seed
 * @throws RangeError when there are too few people for that
 */
export function buildPopulation(faces: ReadonlyMap<string, readonly Float32Array[]>, options: PopulationOptions): Population {
  const { atLeast, minPeople, seed } = options;
  // By key, so that the order in which folders were read doesn't matter.
  const people = [...faces].filter(([, vectors]) => vectors.length > 0).toSorted(([p], [q]) => (p < q ? -1 : 1))
    .map(([, vectors]) => weightedMean(vectors, vectors.map(() => 1)));
  for (let seeds = atLeast; seeds * minPeople <= people.length; seeds += Math.ceil(atLeast / 4)) {
    const found = sphericalKMeans(people, plusPlusSeeds(people, seeds, seededRandom(seed)));
    const members = dissolveSmall(people, found, minPeople);
    if (members.length >= atLeast) return { centroids: members.map((group) => weightedMean(group, group.map(() => 1))), people: members.map((group) => group.length) };
  }
  throw new RangeError(`${people.length} people are too few for ${atLeast} centroids of at least ${minPeople} people each`);
}

/**
 * Gives the members of the smallest cluster to those nearest to each, until none is smaller than `minPeople`.
 * No k-means in between: it would make other clusters small, and few would be left.
 */
function dissolveSmall(people: readonly Float32Array[], { centroids, assignment }: Clusters, minPeople: number): Float32Array[][] {
  let groups = centroids.map((centroid, index) => ({ centroid, members: people.filter((_, person) => assignment[person] === index) }));
  for (;;) {
    const [smallest, ...others] = groups.toSorted((p, q) => p.members.length - q.members.length);
    if (smallest === undefined || smallest.members.length >= minPeople || others.length === 0) return groups.map(({ members }) => members);
    groups = others;
    for (const person of smallest.members) nearest(groups, person)?.members.push(person);
  }
}

function nearest<T extends { centroid: Float32Array }>(groups: readonly T[], person: Float32Array): T | undefined {
  let found: T | undefined;
  let best = -Infinity;
  for (const group of groups) {
    const similarity = dot(group.centroid, person);
    if (similarity > best) {
      best = similarity;
      found = group;
    }
  }
  return found;
}
