/** Vectors of people that don't exist, whose scores lie as those of real faces do; nothing is kept of anybody. */
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { normalise } from '../../src/domain/vectors.js';

const DIMENSIONS = 256;
/**
 * Variance falls by e in so many dimensions: scores of strangers then have the mean 0 and the deviation √(1 / (2 ×
 * this)) of real ones, 0.118, and their tail.
 */
const DECAY = 36;
const AMPLITUDE = Float32Array.from({ length: DIMENSIONS }, (_, k) => Math.exp(-k / DECAY / 2));
/** Who looks like somebody: members of a family, families among a hundred people, what members share (a cosine). */
const MEMBERS = 3,
  FAMILIES = 4,
  ALIKE = 0.45;
/** Looks a person has (light, hair, age), and how long they are beside what stays. */
const LOOKS = 4,
  LOOK = 0.5;

/** @param seed the same makes the same people */
export class MadeFaces {
  constructor(private readonly seed: number) {}

  /** A picture of somebody, of a quality from 0 to 1; `random` makes it another each time. */
  face(person: number, quality: number, random: () => number): Float32Array {
    const noise = 0.22 + 0.9 * (1 - quality) ** 1.5 + 1.1 * random() ** 5;
    return sum([
      [this.#centre(person), 1],
      [this.#direction('look', person * LOOKS + Math.floor(LOOKS * random())), LOOK],
      [direction(random), noise],
    ]);
  }

  #centre(person: number): Float32Array {
    const own = this.#direction('person', person);
    const place = person % 100;
    if (place >= FAMILIES * MEMBERS) return own;
    const family = Math.floor(person / 100) * FAMILIES + Math.floor(place / MEMBERS);
    return sum([
      [this.#direction('family', family), Math.sqrt(ALIKE)],
      [own, Math.sqrt(1 - ALIKE)],
    ]);
  }

  #direction(kind: 'person' | 'look' | 'family', number: number): Float32Array {
    const salt = { person: 1, look: 2, family: 3 }[kind];
    return direction(seededRandom(Math.imul(this.seed + salt, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)));
  }
}

/** How good a track is: most are fair, one in seven is poor. */
export function madeQuality(random: () => number): number {
  return random() < 1 / 7 ? 0.05 + 0.3 * random() : 0.45 + 0.5 * Math.sqrt(random());
}

function sum(parts: readonly (readonly [Float32Array, number])[]): Float32Array {
  const v = new Float32Array(DIMENSIONS);
  for (const [part, weight] of parts) for (let k = 0; k < DIMENSIONS; k++) v[k] = (v[k] ?? 0) + weight * (part[k] ?? 0);
  normalise(v);
  return v;
}

function direction(random: () => number): Float32Array {
  const v = new Float32Array(DIMENSIONS);
  for (let k = 0; k < DIMENSIONS; k += 2) {
    const length = Math.sqrt(-2 * Math.log(1 - random())),
      angle = 2 * Math.PI * random();
    v[k] = length * Math.cos(angle) * (AMPLITUDE[k] ?? 0);
    v[k + 1] = length * Math.sin(angle) * (AMPLITUDE[k + 1] ?? 0);
  }
  normalise(v);
  return v;
}
