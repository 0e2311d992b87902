/** Poor tracks of nobody whom the video has shown well so far: it may show them well later. */
import { total } from '../../../domain/intervals.js';
import type { Interval } from '../../../domain/types.js';

/** Tracks that wait at once: with their crops some megabytes. */
const MOST = 24;

interface Poor {
  quality: number;
  presence: readonly Interval[];
}

export class WaitingTracks<T extends Poor> {
  #waiting: T[];

  /** @param from those that an earlier pass left */
  constructor(from: readonly T[] = []) {
    this.#waiting = [...from];
  }

  /**
   * Once too many wait, who is known by now is told, and of the others half are given up, those that show least.
   * @returns whose turn has come
   */
  add(tracks: readonly T[], isSomebody: (track: T) => boolean): T[] {
    this.#waiting.push(...tracks);
    if (this.#waiting.length <= MOST) return [];
    const known = this.take(isSomebody);
    const best = new Set([...this.#waiting].sort((a, b) => shown(b) - shown(a)).slice(0, MOST / 2));
    this.#waiting = this.#waiting.filter((track) => best.has(track));
    return known;
  }

  /** Takes out those who are somebody now. */
  take(isSomebody: (track: T) => boolean): T[] {
    const known = new Set(this.#waiting.filter(isSomebody));
    this.#waiting = this.#waiting.filter((track) => !known.has(track));
    return [...known];
  }

  /** Those that wait, in the order in which they came. */
  state(): T[] {
    return [...this.#waiting];
  }
}

function shown({ quality, presence }: Poor): number {
  return quality * total(presence);
}
