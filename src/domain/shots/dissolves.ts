/**
 * Dissolves, and fades through black, white or any one colour.
 *
 * [Note: Dissolves] Twin comparison (Zhang, Kankanhalli & Smoliar, Automatic partitioning of full-motion video,
 * Multimedia Systems 1, 1993) looks for changes that are small from frame to frame and add up. Pans, zooms and people
 * who walk by do that too. What they don't do is blend: in a dissolve every picture between the two ends S and E is a·S
 * + b·E + c, with a falling and b rising, where c is the colour of a fade. So of the pictures between, what least
 * squares leaves must be small. A scene under changing light blends as well, therefore S and E must not correlate.
 * Everything but that follows from the products of pictures with one another, one multiplication of two pictures for
 * each pair.
 */
import { isLightChange } from './flashes.js';
import { likeness, THUMBNAIL } from './frame-thumbnails.js';

/** Seconds between the pictures that are compared, the ticks. */
const TICK_S = 0.08;
/** Longest pause between two ticks, seconds; before it and after it is not compared. */
const PAUSE_S = 0.24;
/** Ticks from S to E. */
const SHORTEST = 3,
  LONGEST = 20;
/** Ticks before S and after E in which only motion may change the picture … */
const CALM = 2;
/** … by at most this share of the distance from S to E. */
const CALM_SHARE = 0.5;
/** Smallest root mean square distance from S to E, of 255. */
const MIN_DISTANCE = 20;
/**
 * Pictures whose values spread less than this (standard deviation, of 255), or than this share of the other's, are a
 * fade's colour and no shot.
 */
const FLAT = 6,
  FLAT_SHARE = 0.12;
/**
 * Most that a·S + b·E + c may leave of a picture between, as a share of the distance from S to E. Motion leaves 0.4 and
 * more.
 */
const RESIDUAL = 0.35;
/** By how much a and b may be outside what is possible (0..1, and 1 in sum), and how far the dissolve may go back. */
const SLACK = 0.2,
  BACK = 0.1;
/** Most of the dissolve that may happen from one tick to the next: more is a cut. */
const MOST_AT_ONCE = 0.65;
/**
 * Correlation up to which S and E are two scenes; and where E is S with more or less light, in which people may have
 * moved.
 */
const DIFFERENT_SCENE = 0.6,
  DIFFERENT_IN_LIGHT = 0.3;
/** From here to here (0 in S, 1 in E) is the middle; a fade stays in it while there is only its colour. */
const MIDDLE = [0.45, 0.55] as const;

const PIXELS = THUMBNAIL.width * THUMBNAIL.height;
const KEPT = LONGEST + 2 * CALM + 1;

interface Tick {
  time_s: number;
  slot: number;
  picture: Uint8Array;
  grey: Uint8Array;
}

/** Finds dissolves online, in the frames of one shot. */
export class DissolveFinder {
  /** Oldest first. A tick's slot is its place in the tables. */
  readonly #ticks: Tick[] = [];
  #count = 0;
  readonly #pictures = Array.from({ length: KEPT }, () => new Uint8Array(THUMBNAIL.bytes));
  readonly #greys = Array.from({ length: KEPT }, () => new Uint8Array(PIXELS));
  readonly #means = new Float64Array(KEPT);
  /** Mean products of pictures, slot × slot. */
  readonly #products = new Float64Array(KEPT * KEPT);

  /** A new shot starts. */
  reset(): void {
    this.#ticks.length = 0;
  }

  /**
   * Adds a frame, in order of time. Answers the time of the first tick after the middle of a dissolve that ended
   * shortly before it, or null.
   */
  push(picture: Uint8Array, time_s: number): number | null {
    const last = this.#ticks.at(-1);
    // A hair less, because times are rounded.
    if (last && time_s < last.time_s + TICK_S - 0.001) return null;
    if (last && time_s > last.time_s + PAUSE_S) this.reset();
    this.#add(picture, time_s);
    const end = this.#ticks.length - 1 - CALM;
    for (let start = end - SHORTEST; start >= Math.max(CALM, end - LONGEST); start -= 1) {
      const middle_s = this.#dissolve(start, end);
      if (middle_s === null) continue;
      this.#ticks.splice(0, end);
      return middle_s;
    }
    return null;
  }

  #add(picture: Uint8Array, time_s: number): void {
    if (this.#ticks.length === KEPT) this.#ticks.shift();
    const slot = this.#count++ % KEPT;
    const copy = this.#pictures[slot] ?? new Uint8Array(THUMBNAIL.bytes);
    const grey = this.#greys[slot] ?? new Uint8Array(PIXELS);
    copy.set(picture);
    let sum = 0;
    for (let i = 0, from = 0; i < PIXELS; i += 1, from += 3) {
      const value = ((picture[from] ?? 0) + 2 * (picture[from + 1] ?? 0) + (picture[from + 2] ?? 0)) >> 2;
      grey[i] = value;
      sum += value;
    }
    this.#means[slot] = sum / PIXELS;
    this.#ticks.push({ time_s, slot, picture: copy, grey });
    for (const other of this.#ticks) {
      const product = meanProduct(grey, other.grey);
      this.#products[slot * KEPT + other.slot] = product;
      this.#products[other.slot * KEPT + slot] = product;
    }
  }

  /** The time of the first tick after the middle, if it is a dissolve from tick number `start` to `end`. */
  #dissolve(start: number, end: number): number | null {
    const s = this.#ticks[start],
      e = this.#ticks[end];
    if (!s || !e) return null;
    const distance = this.#distance(s, e);
    if (distance < MIN_DISTANCE) return null;
    const before = this.#ticks.slice(start - CALM, start),
      after = this.#ticks.slice(end + 1);
    if (
      Math.max(...before.map((t) => this.#distance(t, s)), ...after.map((t) => this.#distance(e, t))) >
      CALM_SHARE * distance
    )
      return null;
    const blendOf = this.#blendsOf(s, e);
    // A dissolve that goes on beyond its ends has others.
    if (
      !blendOf ||
      before.some((t) => blendOf(t).progress < -BACK) ||
      after.some((t) => blendOf(t).progress > 1 + BACK)
    )
      return null;
    let at = 0,
      old_s = s.time_s,
      new_s: number | null = null;
    for (const t of this.#ticks.slice(start + 1, end)) {
      const { progress, outside, left } = blendOf(t);
      if (left > RESIDUAL * distance || outside > SLACK || progress < at - BACK || progress > at + MOST_AT_ONCE)
        return null;
      at = progress;
      if (at < MIDDLE[0]) old_s = t.time_s;
      if (at > MIDDLE[1]) new_s ??= t.time_s;
    }
    if (at > 1 + BACK || at < 1 - MOST_AT_ONCE) return null;
    const most = isLightChange(s.picture, e.picture) ? DIFFERENT_IN_LIGHT : DIFFERENT_SCENE;
    if (likeness(s.picture, e.picture, most) > most) return null;
    const middle_s = (old_s + (new_s ?? e.time_s)) / 2;
    return this.#ticks.find(({ time_s }) => time_s >= middle_s)?.time_s ?? null;
  }

  /**
   * Fits a·S + b·E + c to pictures: how far from S to E (0..1) one is, by how much a and b are outside what is
   * possible, and what is left (root mean square, of 255). Null when S and E are no two pictures.
   */
  #blendsOf(s: Tick, e: Tick): ((t: Tick) => { progress: number; outside: number; left: number }) | null {
    const ss = this.#covariance(s, s),
      ee = this.#covariance(e, e),
      se = this.#covariance(s, e),
      determinant = ss * ee - se * se;
    if (Math.min(ss, ee) < Math.max(FLAT ** 2, FLAT_SHARE ** 2 * Math.max(ss, ee)) || determinant <= 0) return null;
    return (t) => {
      const st = this.#covariance(s, t),
        et = this.#covariance(e, t);
      const a = (st * ee - et * se) / determinant,
        b = (et * ss - st * se) / determinant;
      return {
        progress: (1 - a + b) / 2,
        outside: Math.max(-a, -b, a + b - 1),
        left: Math.sqrt(Math.max(0, this.#covariance(t, t) - a * st - b * et)),
      };
    };
  }

  /** Root mean square, of 255. */
  #distance(a: Tick, b: Tick): number {
    return Math.sqrt(Math.max(0, this.#product(a, a) + this.#product(b, b) - 2 * this.#product(a, b)));
  }

  #covariance(a: Tick, b: Tick): number {
    return this.#product(a, b) - (this.#means[a.slot] ?? 0) * (this.#means[b.slot] ?? 0);
  }

  #product(a: Tick, b: Tick): number {
    return this.#products[a.slot * KEPT + b.slot] ?? 0;
  }
}

function meanProduct(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < PIXELS; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum / PIXELS;
}
