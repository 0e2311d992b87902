/** From the embeddings of a track's crops to one vector, and to two tracks where it followed two people. */
import { dot, weightedMean } from '../vectors.js';
import type { Leap } from './open-track.js';

/** One embedded crop of a track. */
export interface EmbeddedCrop {
  time_s: number;
  quality: number;
  vector: Float32Array;
  norm: number;
}

/** A track of more crops than this needs no mirror images. */
export const MIRRORED_CROPS = 2;

export const POOLING = {
  /**
   * Two parts of a track whose means are less alike than this are two people (raw cosine): where the track jumped, or
   * both hold a crop of this quality …
   */
  split: 0.3,
  good: 0.4,
  /** … and else: blurred and hidden faces are unlike themselves. A part without a good crop must hold two. */
  splitPoor: 0.12,
  /** Over a leap from one picture to the next the two sides are one person only if their means are this alike. */
  proof: 0.4,
  /** Crops less like the pooled vector than this are left out of it. */
  outlier: 0.25,
} as const;

/**
 * When a track went over from one person to another: at those of its `jumps` (seconds) whose two sides are too little
 * alike for one person (see POOLING), and between, wherever what was before and what comes after are.
 * @param crops in order of time
 * @param leaps those of the jumps over which nothing but the face tells that it is the same. What lies between two of
 * them without a crop goes with what is before and after it, if that is one person and the scene has stayed
 * @returns the times to split at, rising
 */
export function findSwitches(
  crops: readonly EmbeddedCrop[],
  jumps: readonly number[],
  leaps: readonly Leap[] = [],
): number[] {
  const switches: number[] = [];
  let part: EmbeddedCrop[] = [];
  /** The first leap behind the last crop of the part, in one scene: the next crop tells whether it goes on. */
  let untold: number[] = [];
  for (const [i, next] of splitAt(crops, jumps).entries()) {
    const jump_s = jumps[i - 1],
      leap = leaps.find(({ time_s }) => time_s === jump_s);
    const stays = leap?.isOneScene ?? true;
    if (leap && stays && part.length > 0 && next.length === 0) {
      untold = [untold[0] ?? leap.time_s];
      continue;
    }
    const isOne =
      leap || untold.length > 0 ? isProven(part, next) && (stays || untold.length === 0) : !isSwitch(part, next);
    if (jump_s !== undefined && !isOne) {
      switches.push(...findHalves(part), ...untold, jump_s);
      part = [];
    }
    untold = [];
    part.push(...next);
  }
  return [...switches, ...findHalves(part), ...untold];
}

function isSwitch(before: readonly EmbeddedCrop[], after: readonly EmbeddedCrop[]): boolean {
  return before.length > 0 && after.length > 0 && lacking(before, after, POOLING.split) > 0;
}

function isProven(before: readonly EmbeddedCrop[], after: readonly EmbeddedCrop[]): boolean {
  return before.length > 0 && after.length > 0 && dot(pool(before), pool(after)) >= POOLING.proof;
}

/**
 * Of crops next to each other, in order of time, the better one of each two, where there are more than four; never of
 * two on either side of a jump.
 */
export function bestOfPairs<T extends { time_s: number; quality: number }>(
  crops: readonly T[],
  jumps: readonly number[],
): T[] {
  return splitAt(crops, jumps).flatMap((part) => {
    if (part.length <= 4) return part;
    return part.flatMap((crop, i) => {
      if (i % 2 === 1) return [];
      const next = part[i + 1];
      return [next && next.quality > crop.quality ? next : crop];
    });
  });
}

/** What lies before the first of some times, between each two, and from the last on. @param times rising, seconds */
export function splitAt<T extends { time_s: number }>(items: readonly T[], times: readonly number[]): T[][] {
  return [...times, Infinity].map((to, i) =>
    items.filter(({ time_s }) => time_s >= (times[i - 1] ?? -Infinity) && time_s < to),
  );
}

/** The same where nothing is known of jumps: the two halves that are least alike, and again within either. */
function findHalves(crops: readonly EmbeddedCrop[]): number[] {
  let worst = { at: -1, time_s: 0, lacking: 0 };
  for (const [k, after] of crops.entries()) {
    const before = crops[k - 1];
    if (!before) continue;
    const here = lacking(crops.slice(0, k), crops.slice(k), POOLING.splitPoor);
    if (here > worst.lacking) worst = { at: k, time_s: (before.time_s + after.time_s) / 2, lacking: here };
  }
  if (worst.at < 0) return [];
  return [...findHalves(crops.slice(0, worst.at)), worst.time_s, ...findHalves(crops.slice(worst.at))];
}

/**
 * By how much the means of two parts are less alike than one person's; 0 or less where they may be one person's. @param
 * whenPoor what they must reach when either holds no good crop
 */
function lacking(a: readonly EmbeddedCrop[], b: readonly EmbeddedCrop[], whenPoor: number): number {
  const poor = [a, b].filter((part) => part.every((c) => c.quality < POOLING.good));
  if (poor.some((part) => part.length < 2)) return 0;
  return (poor.length > 0 ? whenPoor : POOLING.split) - dot(pool(a), pool(b));
}

/** How much a crop counts in its track's mean: as its quality, squared. */
export function poolingWeight(crop: EmbeddedCrop): number {
  return (0.05 + crop.quality) ** 2;
}

function pool(crops: readonly EmbeddedCrop[]): Float32Array {
  return weightedMean(
    crops.map((c) => c.vector),
    crops.map(poolingWeight),
  );
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
