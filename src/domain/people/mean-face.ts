/** Somebody in the mean of their tracks: what a track that comes in is compared with before it is with any of them. */

/** A track as the mean takes it. */
export interface WeighedTrack {
  track_id: string;
  /** L2-normalised. */
  vector: Float32Array;
  quality: number;
  population_excess: number;
}

export interface MeanFace {
  /** How many. */
  tracks: number;
  /** Sum of their weights. */
  weight: number;
  /** Weighted mean of their vectors, not normalised: its dot product with a vector is the mean of theirs with it. */
  vector: Float32Array;
  /** Likewise of their population excess: what normalises scores with the mean. */
  excess: number;
  /** The track of the highest quality, of equal ones that of the lowest id. */
  best_track: string;
  best_quality: number;
  best_excess: number;
}

/** What a track counts for in means of tracks. @param quality 0..1 */
export function trackWeight(quality: number): number {
  return 0.1 + quality;
}

/** A mean that tracks are added to, one after the other. */
export class GrowingMean {
  readonly #sum: Float64Array;
  #excess = 0;
  #face: Omit<MeanFace, 'vector' | 'excess'>;

  /** @param from to go on from. @param dimensions length of a vector */
  constructor(dimensions: number, from?: MeanFace) {
    this.#sum = new Float64Array(dimensions);
    this.#face = { tracks: 0, weight: 0, best_track: '', best_quality: 0, best_excess: 0 };
    if (!from) return;
    const { vector, excess, ...face } = from;
    this.#face = face;
    for (let k = 0; k < dimensions; k++) this.#sum[k] = (vector[k] ?? 0) * face.weight;
    this.#excess = excess * face.weight;
  }

  add({ track_id, vector, quality, population_excess }: WeighedTrack): void {
    const w = trackWeight(quality),
      { tracks, weight, best_track, best_quality } = this.#face;
    for (let k = 0; k < vector.length; k++) this.#sum[k] = (this.#sum[k] ?? 0) + w * (vector[k] ?? 0);
    this.#excess += w * population_excess;
    const isBest = tracks === 0 || quality > best_quality || (quality === best_quality && track_id < best_track);
    this.#face = {
      ...this.#face,
      ...(isBest ? { best_track: track_id, best_quality: quality, best_excess: population_excess } : {}),
      tracks: tracks + 1,
      weight: weight + w,
    };
  }

  /** Takes away one that was added as it is given here: not the best. */
  remove({ vector, quality, population_excess }: WeighedTrack): void {
    const w = trackWeight(quality),
      { tracks, weight } = this.#face;
    for (let k = 0; k < vector.length; k++) this.#sum[k] = (this.#sum[k] ?? 0) - w * (vector[k] ?? 0);
    this.#excess -= w * population_excess;
    this.#face = { ...this.#face, tracks: tracks - 1, weight: weight - w };
  }

  /** @returns null without any track */
  mean(): MeanFace | null {
    const { weight, tracks } = this.#face;
    if (tracks === 0) return null;
    return { ...this.#face, excess: this.#excess / weight, vector: Float32Array.from(this.#sum, (s) => s / weight) };
  }
}
