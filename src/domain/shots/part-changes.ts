/**
 * When a part of the picture became another within a shot, to the frame: samples are far between, but there is a tiny
 * picture of every frame.
 */
import type { Box } from '../types.js';
import { type FrameThumbnail, THUMBNAIL } from './frame-thumbnails.js';

/** A frame in small, without what it changed by. */
export type SmallFrame = Omit<FrameThumbnail, 'change'>;

/** The part must differ this much from before to after for its frames to tell (mean absolute difference, 0..1). */
const LEAST = 0.02;
/** Times of samples and frames that are this near are one, seconds. */
const EDGE_S = 0.001;

/** The latest frames of a video, and what changed in them. */
export class RecentFrames {
  #frames: SmallFrame[] = [];

  /** Adds frames in the order of their times. */
  add(frames: readonly SmallFrame[]): void {
    this.#frames.push(...frames);
  }

  /** Drops what nobody asks for any more: all frames before the one that is shown at that time. */
  dropBefore(time_s: number): void {
    this.#frames.splice(0, Math.max(0, this.#shownAt(time_s)));
  }

  /**
   * The time of the first frame whose part is nearer to what is shown there at `to_s` than to what was at `from_s`,
   * such that as many as can be on either side are nearer to their own.
   * @param part in shares of the picture's width and height, 0..1
   * @returns seconds, after `from_s` and up to `to_s`; null where frames are missing or show no change
   */
  changedAt(part: Box, from_s: number, to_s: number): number | null {
    const first = this.#shownAt(from_s),
      last = this.#shownAt(to_s);
    const before = this.#frames[first]?.picture,
      after = this.#frames[last]?.picture;
    if (!before || !after) return null;
    const cells = cellsOf(part);
    if (difference(before, after, cells) < LEAST) return null;
    const between = this.#frames.slice(first + 1, last + 1);
    // Of all frames at or after the change less than of none: those nearer to what is after.
    let sum = 0,
      least = 0,
      at_s: number | null = null;
    for (const { time_s, picture } of between.reverse()) {
      sum += difference(picture, after, cells) - difference(picture, before, cells);
      if (sum >= least) continue;
      least = sum;
      at_s = Math.min(time_s, to_s);
    }
    return at_s;
  }

  /** Index of the frame that is shown at a time; −1 where it is not there. */
  #shownAt(time_s: number): number {
    return this.#frames.findLastIndex((frame) => frame.time_s <= time_s + EDGE_S);
  }
}

/** Indices of the bytes of a thumbnail that show the part; at least one pixel. */
function cellsOf({ x, y, w, h }: Box): number[] {
  const { width, height } = THUMBNAIL;
  const [left, right] = cellsBetween(x, x + w, width),
    [top, bottom] = cellsBetween(y, y + h, height);
  const cells: number[] = [];
  for (let row = top; row < bottom; row++)
    for (let at = (row * width + left) * 3; at < (row * width + right) * 3; at++) cells.push(at);
  return cells;
}

/** From the first to behind the last. */
function cellsBetween(from: number, to: number, count: number): [number, number] {
  const first = Math.min(count - 1, Math.max(0, Math.floor(from * count)));
  return [first, Math.max(first + 1, Math.min(count, Math.ceil(to * count)))];
}

/** Mean absolute difference, 0..1, of two thumbnails in some of their bytes. */
function difference(a: Uint8Array, b: Uint8Array, cells: readonly number[]): number {
  return cells.reduce((sum, at) => sum + Math.abs((a[at] ?? 0) - (b[at] ?? 0)), 0) / (cells.length * 255);
}
