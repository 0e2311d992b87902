import { dot, normalise } from '../../src/domain/vectors.js';

/** A partition of unit vectors by direction. */
export interface Clusters {
  /** Unit vectors; every one has at least one member. */
  centroids: Float32Array[];
  /** For each vector, the index of its centroid, which is the nearest one. */
  assignment: Int32Array;
}

/**
 * Spherical k-means (Dhillon and Modha, Machine Learning 42, 2001): Lloyd's iteration on unit vectors with
 * the cosine for similarity and the normalised mean for centroid. A cluster that loses its last member goes.
 *
 * @param vectors unit vectors of equal length
 * @param seeds the centroids to start from
 * @param maxIterations iterations after which it stops even where assignments still change
 */
export function sphericalKMeans(vectors: readonly Float32Array[], seeds: readonly Float32Array[], maxIterations = 100): Clusters {
  let centroids = [...seeds];
  let assignment = assign(vectors, centroids);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    centroids = means(vectors, assignment, centroids.length);
    const next = assign(vectors, centroids);
    const settled = next.every((cluster, index) => cluster === assignment[index]);
    assignment = next;
    if (settled) break;
  }
  return withoutEmpty(centroids, assignment);
}

/**
 * k-means++ seeding (Arthur and Vassilvitskii, SODA 2007): each further seed is drawn with a chance
 * proportional to its squared distance from the nearest seed so far, which on unit vectors is 2 − 2·cos.
 *
 * @returns `count` of the vectors, fewer when the vectors have fewer distinct directions
 */
export function plusPlusSeeds(vectors: readonly Float32Array[], count: number, random: () => number): Float32Array[] {
  const seeds: Float32Array[] = [];
  const distances = vectors.map(() => 1);
  while (seeds.length < count) {
    const chosen = vectors[draw(distances, random)];
    if (chosen === undefined) break;
    seeds.push(chosen);
    vectors.forEach((vector, index) => {
      const distance = Math.max(0, 2 - 2 * dot(vector, chosen));
      // Rounding must not let a seed be drawn twice.
      const fresh = distance < 1e-6 ? 0 : distance;
      distances[index] = seeds.length === 1 ? fresh : Math.min(distances[index] ?? 0, fresh);
    });
  }
  return seeds;
}

/** An index drawn with a chance proportional to its weight; −1 when all weights are 0. */
function draw(weights: readonly number[], random: () => number): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  let last = -1;
  for (const [index, weight] of weights.entries()) {
    if (weight <= 0) continue;
    last = index;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

function assign(vectors: readonly Float32Array[], centroids: readonly Float32Array[]): Int32Array {
  return Int32Array.from(vectors, (vector) => {
    let nearest = -1;
    let best = -Infinity;
    centroids.forEach((centroid, index) => {
      const similarity = dot(vector, centroid);
      if (similarity > best) {
        best = similarity;
        nearest = index;
      }
    });
    return nearest;
  });
}

function means(vectors: readonly Float32Array[], assignment: Int32Array, count: number): Float32Array[] {
  const sums = Array.from({ length: count }, () => new Float32Array(vectors[0]?.length ?? 0));
  vectors.forEach((vector, index) => {
    const sum = sums[assignment[index] ?? -1];
    if (sum !== undefined) vector.forEach((value, k) => (sum[k] = (sum[k] ?? 0) + value));
  });
  for (const sum of sums) normalise(sum);
  return sums;
}

function withoutEmpty(centroids: readonly Float32Array[], assignment: Int32Array): Clusters {
  const used = new Set(assignment);
  const kept = [...centroids.keys()].filter((index) => used.has(index));
  const renumbered = new Map(kept.map((index, position) => [index, position]));
  return {
    centroids: kept.flatMap((index) => centroids[index] ?? []),
    assignment: assignment.map((index) => renumbered.get(index) ?? -1),
  };
}
