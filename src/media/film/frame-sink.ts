/** Takes ffmpeg's output apart into frames, and makes ffmpeg wait for whoever reads them. */
import { Writable } from 'node:stream';
import type { SmallFrame } from '../../domain/shots/part-changes.js';
import { THUMBNAIL } from '../../domain/shots/frame-thumbnails.js';
import { ShotDetector } from '../../domain/shots/shot-detector.js';
import type { Interval, LumaWeights, Picture } from '../../domain/types.js';
import { asError } from '../../domain/errors/thrown.js';
import type { BufferPool } from './buffer-pool.js';
import { SAMPLE_TRACK, type Size, SMALL_TRACK, THUMBNAIL_TRACK, TICKS_PER_SECOND } from './frame-plan.js';
import { MatroskaStream } from './matroska-stream.js';

/** A sample: the picture that a player shows at `time_s`. */
export interface Frame {
  /** Number of the sample on the whole timeline: time_s × samples per second. */
  index: number;
  /** Seconds on the video's presentation timeline. */
  time_s: number;
  image: Picture;
  /**
   * Time of the last shot boundary after the previous sample and up to this one (the new shot's first frame); null if
   * none.
   */
  cut_s: number | null;
  /**
   * Thumbnails of the source frames after the previous sample and up to this one, of no more than the last
   * MOST_PASSED; with the first sample those before it.
   */
  passed: SmallFrame[];
}

/** Several seconds of most videos; half a megabyte. */
const MOST_PASSED = 128;

/**
 * Samples are held back for the sake of dissolves for this long at most, seconds, and no more than this many of them:
 * they are full-size pictures. Where they are dense, the boundary of a long dissolve comes late by what is missing.
 */
const HOLD_S = 1,
  HELD = 5;

/**
 * Between source frames that are minutes apart there are thousands of samples, all of one picture. They leave ffmpeg in
 * the order of their times: a sample that has another behind it has no source frame before it that is still to come.
 * What shots are told by is no further ahead than so many samples, …
 */
const WAITING = 30;
/** … so that no more than these wait, but beyond the end. */
const MOST_UNSETTLED = WAITING + 2;

/** A picture of which so many bytes are missing is read where it belongs, without a copy. */
const LARGE = 16 * 1024;

export interface FrameSinkOptions {
  size: Size;
  /** Of the second picture of each sample; null where there is none, and the first is RGB. */
  small: Size | null;
  /** How much later everything is in ffmpeg's output, seconds. */
  lead_s: number;
  /** Of the first where there are two. */
  weights: LumaWeights;
  samplesPerSecond: number;
  range: Interval;
  /** The video's end as far as it is known, seconds; Infinity where it isn't. */
  end_s: number;
  /** Finished frames that may wait for the consumer before ffmpeg is made to wait. */
  readAhead: number;
  pool: BufferPool;
}

/**
 * Takes ffmpeg's output apart into frames and holds a few for the consumer; beyond that the pipe, and so
 * ffmpeg, waits. A frame is handed out only once the shot boundaries up to its time are known, which takes
 * the thumbnails of later source frames.
 */
export class FrameSink extends Writable {
  readonly shots: ShotDetector;
  /** Times of the first and last source frame that was decoded, seconds; null before one came. */
  firstPicture_s: number | null = null;
  lastPicture_s: number | null = null;
  /** Seconds between the last two source frames. */
  lastGap_s = 0;
  /** The range's end was reached: what ffmpeg says from here on is not wanted. */
  pastRange = false;

  readonly #stream = new MatroskaStream({
    allocate: (track, bytes) => {
      if (bytes !== this.#bytesOf(track)) return null;
      return track !== THUMBNAIL_TRACK && !this.#discarding ? this.options.pool.take(bytes) : this.#scratch(bytes);
    },
    block: (track, later, data) => {
      const time = later - this.options.lead_s * TICKS_PER_SECOND;
      if (track === SAMPLE_TRACK || track === SMALL_TRACK) this.#half(track, time, data);
      else if (track === THUMBNAIL_TRACK) this.#thumbnail(time / TICKS_PER_SECOND, data);
    },
  });
  #scratchBuffer = new Uint8Array(0);
  /** Samples whose boundaries are not known yet, and samples to hand out. */
  readonly #unsettled: Omit<Frame, 'cut_s' | 'passed'>[] = [];
  readonly #ready: Frame[] = [];
  /** Thumbnails that no sample has been given with. */
  readonly #passed: SmallFrame[] = [];
  /** One size of samples whose other has not come, by time in ticks. */
  readonly #halves = new Map<number, { track: number; data: Uint8Array }>();
  #lastIndex = -Infinity;
  /** Time of the latest sample that came, wanted or not. */
  #reached_s = -Infinity;
  #previous_s: number | null = null;
  #cutsSeen = 0;
  #ended = false;
  #discarding = false;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;
  #resume: (() => void) | null = null;

  constructor(private readonly options: FrameSinkOptions) {
    super({ autoDestroy: false, emitClose: false });
    const { samplesPerSecond } = options;
    this.shots = new ShotDetector(Math.min(HOLD_S, HELD / samplesPerSecond), WAITING / samplesPerSecond);
  }

  /** The next frame; null after the last. @throws what `fail` was given. */
  async next(): Promise<Frame | null> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const frame = this.#ready.shift();
      if (frame) {
        if (this.#ready.length < this.options.readAhead) this.#letFlow();
        return frame;
      }
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Makes `next` throw, now and from here on. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  /**
   * Nothing is wanted any more: data is taken and dropped, so that ffmpeg is not stuck writing while it is told to end.
   */
  discard(): void {
    this.#discarding = true;
    this.#ready.length = 0;
    this.#unsettled.length = 0;
    this.#letFlow();
  }

  /** Where the next bytes are best written from; null: anywhere. */
  room(): Uint8Array | null {
    return this.#discarding ? null : this.#stream.room(LARGE);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#discarding) return done();
    try {
      this.#stream.push(chunk);
    } catch (error) {
      // Told to whoever waits for frames; the writer only has to be let off.
      this.fail(asError(error));
      this.discard();
      return done();
    }
    if (this.#ready.length < this.options.readAhead || this.#discarding) return done();
    this.#resume = done;
  }

  override _final(done: (error?: Error | null) => void): void {
    // Copies of the last picture, beyond any end.
    const latest_s = Math.max(this.options.end_s, (this.lastPicture_s ?? 0) + this.lastGap_s);
    while ((this.#unsettled.at(-1)?.time_s ?? -Infinity) > latest_s) {
      const late = this.#unsettled.pop();
      if (late) this.#giveBack(late.image);
    }
    this.shots.end();
    this.#settle();
    this.#ended = true;
    this.#wake?.();
    done();
  }

  #letFlow(): void {
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }

  #bytesOf(track: number): number | null {
    if (track === THUMBNAIL_TRACK) return THUMBNAIL.bytes;
    const { size, small } = this.options;
    if (track === SAMPLE_TRACK) return size.width * size.height * (small ? 1.5 : 3);
    return track === SMALL_TRACK && small ? small.width * small.height * 3 : null;
  }

  #giveBack({ data, small }: Picture): void {
    this.options.pool.give(data);
    if (small) this.options.pool.give(small.data);
  }

  #scratch(bytes: number): Uint8Array {
    if (this.#scratchBuffer.length !== bytes) this.#scratchBuffer = new Uint8Array(bytes);
    return this.#scratchBuffer;
  }

  #thumbnail(time_s: number, data: Uint8Array): void {
    this.firstPicture_s ??= time_s;
    if (this.lastPicture_s !== null && time_s > this.lastPicture_s) this.lastGap_s = time_s - this.lastPicture_s;
    this.lastPicture_s = Math.max(time_s, this.lastPicture_s ?? time_s);
    this.shots.push(data, time_s);
    if (time_s > (this.#passed.at(-1)?.time_s ?? -Infinity)) this.#passed.push({ time_s, picture: data.slice() });
    if (this.#passed.length > 2 * MOST_PASSED) this.#passed.splice(0, MOST_PASSED);
    this.#settle();
  }

  /** Of a sample in two sizes one comes after the other; without its other half, a picture is dropped. */
  #half(track: number, time: number, data: Uint8Array): void {
    const { size, small, weights } = this.options;
    if (small === null) return this.#sample(time / TICKS_PER_SECOND, { ...size, data });
    const other = this.#halves.get(time);
    if (!other || other.track === track) {
      for (const [earlier, { data: left }] of this.#halves)
        if (earlier <= time - TICKS_PER_SECOND) {
          this.#halves.delete(earlier);
          this.options.pool.give(left);
        }
      this.#halves.set(time, { track, data });
      return;
    }
    this.#halves.delete(time);
    const [large, planes] = track === SAMPLE_TRACK ? [data, other.data] : [other.data, data];
    this.#sample(time / TICKS_PER_SECOND, { ...size, data: large, weights, small: { ...small, data: planes } });
  }

  #sample(time_s: number, image: Picture): void {
    const { samplesPerSecond, range } = this.options;
    const index = Math.round(time_s * samplesPerSecond);
    const exact_s = index / samplesPerSecond;
    if (exact_s >= range.end_s) this.pastRange = true;
    this.#tellReached(exact_s);
    if (this.pastRange || exact_s < range.start_s || index <= this.#lastIndex) {
      this.#giveBack(image);
    } else {
      this.#lastIndex = index;
      this.#unsettled.push({ index, time_s: exact_s, image });
    }
    this.#settle();
    if (exact_s > this.options.end_s && this.#unsettled.length > MOST_UNSETTLED) this.#dropCopy();
  }

  /** All source frames up to the sample before this one have come. */
  #tellReached(time_s: number): void {
    const before_s = this.#reached_s;
    this.#reached_s = Math.max(this.#reached_s, time_s);
    // What the end says is known at the end only: beyond it are copies of the last picture, see _final.
    if (before_s <= this.options.end_s) this.shots.reach(before_s);
  }

  /** Beyond the end that is known there are copies of the last picture, and the latest says the least. */
  #dropCopy(): void {
    const latest = this.#unsettled.pop();
    if (latest) this.#giveBack(latest.image);
  }

  #settle(): void {
    for (let frame = this.#unsettled[0]; frame && frame.time_s <= this.shots.settled_s; frame = this.#unsettled[0]) {
      this.#unsettled.shift();
      this.#ready.push({ ...frame, cut_s: this.#cutUpTo(frame.time_s), passed: this.#passedUpTo(frame.time_s) });
      this.#previous_s = frame.time_s;
      this.#wake?.();
    }
    if (this.pastRange && this.#unsettled.length === 0) {
      this.#ended = true;
      this.#wake?.();
    }
  }

  #passedUpTo(time_s: number): SmallFrame[] {
    const later = this.#passed.findIndex((frame) => frame.time_s > time_s);
    return this.#passed.splice(0, later < 0 ? this.#passed.length : later).slice(-MOST_PASSED);
  }

  #cutUpTo(time_s: number): number | null {
    let cut: number | null = null;
    for (
      let next = this.shots.cuts[this.#cutsSeen];
      next !== undefined && next <= time_s;
      next = this.shots.cuts[this.#cutsSeen]
    ) {
      if (this.#previous_s !== null) cut = next;
      this.#cutsSeen += 1;
    }
    return cut;
  }
}
