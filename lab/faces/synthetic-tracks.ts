/** Tracks of people that don't exist, whose vectors score like those of real faces. */
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { deriveId } from '../../src/domain/ids.js';
import { normalise } from '../../src/domain/vectors.js';
import type { GroupedTrack } from '../../src/services/grouping/group-tracks.js';

const DIMENSIONS = 256;
/**
 * Parts of a vector, as lengths: what all faces share, what a kind of people shares, and one of the looks a person has
 * (light, hair, age). Together with the noise they give impostor scores of mean 0.03 and deviation 0.07, genuine ones
 * of median 0.68 and 5th percentile 0.45.
 */
const SHARED = 0.2,
  KIND = 0.55,
  KINDS = 10,
  LOOK = 0.4,
  LOOKS = 4;

export interface SyntheticTrack extends GroupedTrack {
  /** Who it really is. */
  person: string;
}

/** Makes people and tracks of them; the same seed makes the same. */
export class SyntheticCast {
  readonly #random: () => number;
  readonly #shared: Float32Array;
  readonly #kinds: Float32Array[];
  readonly #people = new Map<string, Float32Array>();
  readonly #looks = new Map<string, Float32Array>();
  /** Where the next track of a video begins, seconds. */
  readonly #clock = new Map<string, number>();

  constructor(readonly seed: number) {
    this.#random = seededRandom(seed);
    this.#shared = this.#direction();
    this.#kinds = Array.from({ length: KINDS }, () => this.#direction());
  }

  /** A track of somebody in a video, after all others of that video: nobody shares a frame unless a test says so. */
  track(person: string, video: string, fields: Partial<GroupedTrack> = {}): SyntheticTrack {
    const start_s = this.#clock.get(video) ?? 0;
    this.#clock.set(video, start_s + 3);
    const quality = fields.quality ?? 0.2 + 0.75 * this.#random();
    return {
      person,
      track_id: deriveId('track', String(this.seed), video, String(start_s)),
      video_id: deriveId('video', video),
      vector: this.#look(person, quality),
      population_excess: 0,
      quality,
      presence: [{ start_s, end_s: start_s + 2 }],
      ...fields,
    };
  }

  /**
   * `count` tracks of people whose share of them falls with their number, as in real footage, in videos of about 20
   * tracks.
   */
  library(people: number, count: number): SyntheticTrack[] {
    const shares = Array.from({ length: people }, (_, p) => 1 / (p + 1));
    const all = shares.reduce((a, b) => a + b, 0),
      videos = Math.ceil(count / 20);
    return Array.from({ length: count }, (_, k) => {
      // Everyone once, the rest by their shares.
      let p = k;
      if (k >= people)
        for (let left = this.#random() * all, q = 0; left > 0 && q < people; q++) {
          left -= shares[q] ?? 0;
          p = q;
        }
      return this.track(`person-${p}`, `video-${Math.floor(this.#random() * videos)}`);
    });
  }

  /** Shuffled, by the cast's own dice. */
  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: this.#random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }

  #look(person: string, quality: number): Float32Array {
    const centre = this.#kept(this.#people, person, () =>
      mix([
        [this.#shared, SHARED],
        [this.#kinds[Math.floor(this.#random() * KINDS)] ?? this.#shared, KIND],
        [this.#direction(), 1],
      ]),
    );
    const look = this.#kept(this.#looks, `${person} ${Math.floor(this.#random() * LOOKS)}`, () => this.#direction());
    // Poor pictures are noisier, and pictures of one quality differ.
    const noise = 0.15 + 1.35 * (1 - quality) ** 2 + 0.65 * this.#random() ** 4;
    return mix([
      [centre, 1],
      [look, LOOK],
      [this.#direction(), noise],
    ]);
  }

  #kept(held: Map<string, Float32Array>, key: string, make: () => Float32Array): Float32Array {
    const known = held.get(key) ?? make();
    held.set(key, known);
    return known;
  }

  /** A random direction, uniformly distributed. */
  #direction(): Float32Array {
    const v = new Float32Array(DIMENSIONS);
    for (let k = 0; k < DIMENSIONS; k += 2) {
      const length = Math.sqrt(-2 * Math.log(1 - this.#random())),
        angle = 2 * Math.PI * this.#random();
      v[k] = length * Math.cos(angle);
      v[k + 1] = length * Math.sin(angle);
    }
    normalise(v);
    return v;
  }
}

/** The direction of a weighted sum. */
export function mix(parts: readonly (readonly [Float32Array, number])[]): Float32Array {
  const v = new Float32Array(DIMENSIONS);
  for (const [part, weight] of parts) for (let k = 0; k < DIMENSIONS; k++) v[k] = (v[k] ?? 0) + weight * (part[k] ?? 0);
  normalise(v);
  return v;
}

/** One of 256 directions that have nothing in common. */
export function axis(k: number): Float32Array {
  return Float32Array.from({ length: DIMENSIONS }, (_, i) => (i === k ? 1 : 0));
}

/**
 * A unit vector that scores so much with one direction; the rest of it lies along another, at a right angle to the
 * first.
 */
export function scoring(like: Float32Array, score: number, rest: Float32Array): Float32Array {
  return mix([
    [like, score],
    [rest, Math.sqrt(1 - score ** 2)],
  ]);
}
