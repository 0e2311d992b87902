/** Random subsets of LFW's people, with all of their pictures: libraries from a film to an archive. */
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import type { EvalFace } from './scored-faces.js';

export interface PeopleSubset {
  name: string;
  people: number;
  faces: EvalFace[];
  /** Who each face shows. */
  labels: string[];
}

/** Subsets of the given sizes as far as there are people, and everyone. The same people for the same seed. */
export function peopleSubsets(
  people: ReadonlyMap<string, readonly EvalFace[]>,
  sizes: readonly number[],
  seed: number,
): PeopleSubset[] {
  const names = shuffled([...people.keys()].sort(), seed);
  return [...sizes.filter((size) => size < names.length), names.length].map((size) => {
    const chosen = names.slice(0, size);
    const pictures = chosen.flatMap((name) => (people.get(name) ?? []).map((face) => ({ name, face })));
    return {
      name: `LFW, ${size} people`,
      people: size,
      faces: pictures.map((p) => p.face),
      labels: pictures.map((p) => p.name),
    };
  });
}

/** In random order, the same for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, key: random() }))
    .sort((p, q) => p.key - q.key)
    .map(({ item }) => item);
}
