/** Crops of one track that show the same: a face that keeps still is told no better by another picture of it. */
import { changeOf, JUMP, lookOf } from './crop-jumps.js';

/** What a crop needs to be told apart by. */
interface Crop {
  quality: number;
  /** CROP_SIDE² × 3 bytes RGB. */
  crop: Uint8Array;
}

/**
 * Crops that differ from a better one of them by less than a face at rest does from one sample to the next: each with
 * the one that it is most like. What is in none of these pairs, or second, is unlike all the others of that kind.
 */
export function alikeCrops<T extends Crop>(crops: readonly T[]): Map<T, T> {
  const alike = new Map<T, T>(),
    distinct: T[] = [];
  for (const crop of [...crops].sort((a, b) => b.quality - a.quality)) {
    const look = lookOf(crop.crop);
    const [nearest] = distinct
      .map((other) => ({ other, change: changeOf(look, lookOf(other.crop)) }))
      .sort((a, b) => a.change - b.change);
    if (nearest && nearest.change < JUMP.rest) alike.set(crop, nearest.other);
    else distinct.push(crop);
  }
  return alike;
}
