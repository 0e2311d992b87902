/**
 * The vectors of an encrypted library, opened once and held in memory, and the exact search over them: what LanceDB
 * does over vectors that it can read.
 */
import type { Neighbour, TrackFilter } from '../api.js';

/** More are opened anew for every question, bytes. */
const MOST = 512e6;

/** The vectors of some tracks. */
export interface TrackVectors {
  tracks: readonly Omit<Neighbour, 'cosine'>[];
  /** n × dimensions float32, row-major. */
  data: Float32Array;
}

/** With the length of each vector, so that a question need not measure them again. */
export interface MeasuredVectors extends TrackVectors {
  lengths: Float64Array;
}

/** Held as long as the tracks are those of the state asked for, also when names or edits change. */
export class HeldVectors {
  #held: { state: string; block: Promise<MeasuredVectors> } | null = null;

  /**
   * @param state tells the tracks of one state from those of another
   * @param bytes that they will take
   * @param open reads them all
   */
  get(state: string, bytes: number, open: () => Promise<MeasuredVectors>): Promise<MeasuredVectors> {
    if (this.#held?.state === state) return this.#held.block;
    const block = open();
    if (bytes > MOST) return block;
    const mine = { state, block };
    this.#held = mine;
    block.catch(() => {
      if (this.#held === mine) this.#held = null;
    });
    return block;
  }

  /** Those of a state, if they are held. */
  peek(state: string): Promise<MeasuredVectors> | null {
    return this.#held?.state === state ? this.#held.block : null;
  }

  drop(): void {
    this.#held = null;
  }
}

/** Measures vectors. */
export function measured({ tracks, data }: TrackVectors): MeasuredVectors {
  const dimensions = data.length / Math.max(1, tracks.length);
  const lengths = Float64Array.from(tracks, (_, i) => {
    const vector = data.subarray(i * dimensions, (i + 1) * dimensions);
    return Math.sqrt(dot(vector, vector, 0));
  });
  return { tracks, data, lengths };
}

/** Those that fit a filter, in the same order; vectors are copied. */
export function someOf({ tracks: all, data }: TrackVectors, { video_ids, track_ids }: TrackFilter): TrackVectors {
  const videos = video_ids && new Set(video_ids),
    tracks = track_ids && new Set(track_ids);
  const dimensions = data.length / Math.max(1, all.length);
  const at = [...all.keys()].filter((i) => {
    const track = all[i];
    return track && (videos?.has(track.video_id) ?? true) && (tracks?.has(track.track_id) ?? true);
  });
  const some = new Float32Array(at.length * dimensions);
  at.forEach((from, to) => some.set(data.subarray(from * dimensions, (from + 1) * dimensions), to * dimensions));
  return { tracks: at.flatMap((i) => all[i] ?? []), data: some };
}

/** @returns the rows with the highest cosine, best first; of equal ones the lower id */
export function nearestIn(
  { tracks: all, data, lengths }: MeasuredVectors,
  vector: Float32Array,
  limit: number,
  filter: TrackFilter,
): Neighbour[] {
  const videos = filter.video_ids && new Set(filter.video_ids),
    tracks = filter.track_ids && new Set(filter.track_ids);
  const length = Math.sqrt(dot(vector, vector, 0));
  const found: Neighbour[] = [];
  let worst = -Infinity;
  const cut = (): void => {
    found.sort((a, b) => b.cosine - a.cosine || (a.track_id < b.track_id ? -1 : 1));
    found.length = Math.min(found.length, limit);
    if (found.length === limit) worst = found.at(-1)?.cosine ?? worst;
  };
  for (const [i, { track_id, video_id, population_excess, quality }] of all.entries()) {
    if ((videos && !videos.has(video_id)) || (tracks && !tracks.has(track_id))) continue;
    const cosine = dot(vector, data, i * vector.length) / (length * (lengths[i] ?? NaN));
    // What has no direction is like nobody, and one NaN would unsettle the order.
    if (!(cosine >= worst)) continue;
    found.push({ track_id, video_id, cosine, population_excess, quality });
    if (found.length >= 2 * limit + 1000) cut();
  }
  cut();
  return found;
}

function dot(a: Float32Array, b: Float32Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[at + i] ?? 0);
  return sum;
}
