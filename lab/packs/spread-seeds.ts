import { dot } from '../../src/domain/vectors.js';

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
