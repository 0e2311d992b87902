/**
 * Where one shot ends and the next begins, from tiny pictures of every frame.
 *
 * [Note: Shot boundaries] A single number a frame (ffmpeg's scene score, say) cannot tell a camera
 * flash from a cut: both jump once. So each frame comes as a thumbnail, and a boundary has to
 * 1. stand out from the changes around it (adaptive, as PySceneDetect's AdaptiveDetector), and
 * 2. separate: no frame shortly before it may look like any frame shortly after it, small camera
 *    shifts allowed for. A flash fails that, because the picture comes back.
 */

/** Size of the thumbnails, pixels. Rows of RGB, whatever the shape of the video. */
export const THUMBNAIL = { width: 48, height: 28, bytes: 48 * 28 * 3 } as const;

/** Frames looked at on either side of a suspected boundary; flashes of up to BEHIND - 1 frames are forgiven. */
const AHEAD = 3;
const BEHIND = 4;
/** Largest camera shift that is compensated, thumbnail pixels (6 % of the width). */
const SHIFT = 3;

/** Smallest mean change (0..1) that can be a cut; PySceneDetect uses 15/255 on sharper pictures. */
const MIN_CHANGE = 0.035;
/** A cut changes the picture this many times as much as the second-largest change around it … */
const MIN_RATIO = 2.5;
/** … or, where everything moves, is this large and stands out at least a little. */
const LARGE_CHANGE = 0.15;
const LARGE_RATIO = 1.5;
/** Share of the change at the boundary that must remain between every pair of frames across it. */
const SEPARATION = 0.5;

interface Seen {
  time_s: number;
  picture: Uint8Array;
  /** Mean absolute difference to the frame before, 0..1. */
  change: number;
}

/** Finds shot boundaries online: push every frame in order, read `cuts` up to `settled_s`. */
export class ShotDetector {
  /** Times of the first frames of new shots, seconds, ascending. */
  readonly cuts: number[] = [];
  /** Every boundary at or before this time is in `cuts`; grows with each frame. */
  settled_s = -Infinity;

  readonly #seen: Seen[] = [];
  /** Index in `#seen` of the next frame to be decided. */
  #next = 0;

  /** Adds a frame; `thumbnail` (THUMBNAIL.bytes of RGB) is copied. Times must ascend; a frame that goes back in time is left out. */
  push(thumbnail: Uint8Array, time_s: number): void {
    const last = this.#seen.at(-1);
    if (last && time_s <= last.time_s) return;
    const spare = this.#next > BEHIND ? this.#seen.shift() : undefined;
    if (spare) this.#next -= 1;
    const picture = spare?.picture ?? new Uint8Array(THUMBNAIL.bytes);
    picture.set(thumbnail);
    this.#seen.push({ time_s, picture, change: last ? difference(last.picture, picture, 0, 0) : 0 });
    while (this.#next + AHEAD < this.#seen.length) this.#decide();
  }

  /** No more frames: decides what is left. */
  end(): void {
    while (this.#next < this.#seen.length) this.#decide();
    this.settled_s = Infinity;
  }

  #decide(): void {
    const frame = this.#seen[this.#next];
    if (!frame) return;
    if (standsOut(this.#seen, this.#next) && separates(this.#seen, this.#next)) this.cuts.push(frame.time_s);
    this.settled_s = frame.time_s;
    this.#next += 1;
  }
}

function standsOut(seen: readonly Seen[], at: number): boolean {
  const change = seen[at]?.change ?? 0;
  if (change < MIN_CHANGE) return false;
  // The second-largest neighbour, so that one more cut close by does not hide this one, and animation
  // that moves on every third frame does not look like a row of cuts.
  const around = seen.slice(Math.max(1, at - AHEAD), at + AHEAD + 1).filter((one) => one !== seen[at]).map((one) => one.change);
  const usual = around.sort((a, b) => b - a)[1] ?? 0;
  return change >= MIN_RATIO * usual || (change >= LARGE_CHANGE && change >= LARGE_RATIO * usual);
}

function separates(seen: readonly Seen[], at: number): boolean {
  const limit = Math.max(MIN_CHANGE, SEPARATION * (seen[at]?.change ?? 0));
  for (let before = Math.max(0, at - BEHIND); before < at; before += 1) {
    for (let after = at; after <= at + AHEAD && after - before <= BEHIND; after += 1) {
      const a = seen[before];
      const b = seen[after];
      if (a && b && shiftedDifference(a.picture, b.picture, limit) < limit) return false;
    }
  }
  return true;
}

/** Smallest difference over small shifts of the picture; stops at the first one below `enough`. */
function shiftedDifference(a: Uint8Array, b: Uint8Array, enough: number): number {
  let best = Infinity;
  for (let dy = -SHIFT; dy <= SHIFT; dy += 1) {
    for (let dx = -SHIFT; dx <= SHIFT; dx += 1) {
      best = Math.min(best, difference(a, b, dx, dy));
      if (best < enough) return best;
    }
  }
  return best;
}

/** Mean absolute difference, 0..1, of `a` and `b` moved by (dx, dy), where they overlap. */
function difference(a: Uint8Array, b: Uint8Array, dx: number, dy: number): number {
  const { width, height } = THUMBNAIL;
  const columns = width - Math.abs(dx);
  const rows = height - Math.abs(dy);
  let sum = 0;
  for (let row = 0; row < rows; row += 1) {
    let from = ((row + Math.max(0, dy)) * width + Math.max(0, dx)) * 3;
    let to = ((row + Math.max(0, -dy)) * width + Math.max(0, -dx)) * 3;
    for (let n = columns * 3; n > 0; n -= 1) sum += Math.abs((a[from++] ?? 0) - (b[to++] ?? 0));
  }
  return sum / (columns * rows * 3 * 255);
}
