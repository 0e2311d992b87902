/**
 * Where one shot ends and the next begins, from tiny pictures of every frame. See [Note: Cuts] and [Note: Dissolves].
 */
import { CUT_LOOKAHEAD, cutAt, MIN_CHANGE } from './cuts.js';
import { DissolveFinder } from './dissolves.js';
import { FLASH_S, isLit } from './flashes.js';
import { difference, type FrameThumbnail, THUMBNAIL } from './frame-thumbnails.js';

/**
 * Frames kept on either side of the one that is decided: a flash (FLASH_S) at 60 frames a second, a part of it beyond.
 */
const KEPT = 32;

/** Finds shot boundaries online: push every frame in order, read `cuts` up to `settled_s`. */
export class ShotDetector {
  /** Times of the first frames of new shots, seconds, ascending. */
  readonly cuts: number[] = [];
  /** Every boundary at or before this time is in `cuts`; grows with each frame. */
  settled_s = -Infinity;

  readonly #seen: FrameThumbnail[] = [];
  /** Index in `#seen` of the next frame to be decided. */
  #next = 0;
  readonly #dissolves = new DissolveFinder();

  /**
   * @param hold_s how long a frame stays unsettled for the sake of dissolves, seconds: they are known once they have
   * ended. The boundary of one whose middle is settled by then comes right after what is.
   * @param wait_s how far ahead of a frame others are looked at, seconds, where frames are few
   */
  constructor(
    private readonly hold_s = 1,
    private readonly wait_s = Infinity,
  ) {}

  /**
   * Adds a frame; `thumbnail` (THUMBNAIL.bytes of RGB) is copied. Times must ascend; a frame that goes back in time is
   * left out.
   */
  push(thumbnail: Uint8Array, time_s: number): void {
    const last = this.#seen.at(-1);
    if (last && time_s <= last.time_s) return;
    const spare = this.#next > KEPT ? this.#seen.shift() : undefined;
    if (spare) this.#next -= 1;
    const picture = spare?.picture ?? new Uint8Array(THUMBNAIL.bytes);
    picture.set(thumbnail);
    this.#seen.push({ time_s, picture, change: last ? difference(last.picture, picture) : 0 });
    this.#decideUpTo(time_s);
    const decided = this.#seen[this.#next - 1];
    if (decided) this.settled_s = Math.max(this.settled_s, Math.min(decided.time_s, time_s - this.hold_s));
  }

  /** All frames up to that time were pushed: what has waited for as long as any frame does is decided. */
  reach(time_s: number): void {
    this.#decideUpTo(time_s);
    this.settled_s = Math.max(this.settled_s, time_s - this.wait_s);
  }

  /** No more frames: decides what is left. */
  end(): void {
    while (this.#next < this.#seen.length) this.#decide();
    this.settled_s = Infinity;
  }

  #decideUpTo(time_s: number): void {
    for (let frame = this.#seen[this.#next]; frame; frame = this.#seen[this.#next]) {
      const hasWaited = frame.time_s + this.wait_s <= time_s;
      if (!hasWaited && (this.#next + CUT_LOOKAHEAD >= this.#seen.length || this.#isInLight())) return;
      this.#decide();
    }
  }

  /** Light may have come with the next frame, and not be gone yet. */
  #isInLight(): boolean {
    const before = this.#seen[this.#next - 1],
      frame = this.#seen[this.#next],
      last = this.#seen.at(-1);
    if (!before || !frame || !last || frame.change < MIN_CHANGE) return false;
    if (last.time_s - before.time_s > FLASH_S || this.#seen.length - this.#next > KEPT) return false;
    return this.#seen.slice(this.#next).every(({ picture }) => isLit(before.picture, picture));
  }

  #decide(): void {
    const cut = cutAt(this.#inSight(), this.#next);
    const last = cut?.last ?? this.#next;
    const frame = this.#seen[last],
      first = cut && this.#seen[cut.first];
    this.#next = last + 1;
    if (!frame) return;
    if (first) {
      this.cuts.push(first.time_s);
      this.#dissolves.reset();
      this.settled_s = Math.max(this.settled_s, frame.time_s);
    }
    const middle_s = this.#dissolves.push(frame.picture, frame.time_s);
    if (middle_s === null) return;
    const unsettled_s = this.#seen.find(({ time_s }) => time_s > this.settled_s)?.time_s ?? frame.time_s;
    this.cuts.push(Math.max(middle_s, unsettled_s));
  }

  /** What the next frame is decided by, however much later its turn comes: the same from wherever frames began. */
  #inSight(): readonly FrameThumbnail[] {
    const frame = this.#seen[this.#next],
      last = this.#seen.at(-1);
    if (!frame || !last || last.time_s <= frame.time_s + this.wait_s) return this.#seen;
    const end_s = frame.time_s + this.wait_s;
    return this.#seen.filter(({ time_s }) => time_s <= end_s);
  }
}
