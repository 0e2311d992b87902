/** From the embeddings of a track's crops to one vector, and to two tracks where it followed two people. */
import { dot, weightedMean } from './vectors.js';

/** One embedded crop of a track. */
export interface EmbeddedCrop {
  time_s: number;
  quality: number;
  vector: Float32Array;
  norm: number;
}

export const POOLING = {
  /** Two halves of a track whose means are less alike than this are two people (raw cosine). */
  split: 0.12,
  /** Crops less like the pooled vector than this are left out of it. */
  outlier: 0.25,
} as const;

/**
 * Where a track jumped from one person to another: the moment between two crops at which the mean before and the mean
 * after are least alike, if they are less alike than POOLING.split and either side holds two crops. Applied again to
 * either side. @param crops in order of time @returns the times to split at, rising
 */
export function findSwitches(crops: readonly EmbeddedCrop[]): number[] {
  let worst = { at: -1, cosine: Infinity };
  for (let k = 2; k <= crops.length - 2; k++) {
    const cosine = dot(pool(crops.slice(0, k)), pool(crops.slice(k)));
    if (cosine < worst.cosine) worst = { at: k, cosine };
  }
  if (worst.at < 0 || worst.cosine >= POOLING.split) return [];
  const before = crops[worst.at - 1] as EmbeddedCrop, after = crops[worst.at] as EmbeddedCrop;
  return [...findSwitches(crops.slice(0, worst.at)), (before.time_s + after.time_s) / 2, ...findSwitches(crops.slice(worst.at))];
}

/** How much a crop counts in its track's mean: as its quality, squared. */
export function poolingWeight(crop: EmbeddedCrop): number {
  return (0.05 + crop.quality) ** 2;
}

function pool(crops: readonly EmbeddedCrop[]): Float32Array {
  return weightedMean(crops.map((c) => c.vector), crops.map(poolingWeight));
}

/**
 * The track's vector: the quality-weighted mean, once more without the crops that disagree with it.
 * @returns the L2-normalised vector, and `spread`: 1 − mean cosine of the crops to it
 */
export function poolTrack(crops: readonly EmbeddedCrop[]): { vector: Float32Array; spread: number } {
  const first = pool(crops);
  const agreeing = crops.filter((c) => dot(c.vector, first) >= POOLING.outlier);
  const used = agreeing.length > 0 ? agreeing : crops;
  const vector = used.length === crops.length ? first : pool(used);
  return { vector, spread: 1 - used.reduce((s, c) => s + dot(c.vector, vector), 0) / used.length };
}
