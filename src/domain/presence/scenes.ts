/** Scenes: when somebody is on screen again and again, with only short gaps between. */
import type { Interval } from '../types.js';

export interface Scene<I extends Interval> extends Interval {
  /** Seconds on screen: without the gaps. */
  seconds: number;
  parts: I[];
}

/**
 * Intervals of one video at most `gap_s` apart, from the end of the one to the start of the next, are one scene.
 * @param intervals by start; where some overlap, their seconds count once. @returns by start
 */
export function scenesOf<I extends Interval>(intervals: readonly I[], gap_s: number): Scene<I>[] {
  const scenes: Scene<I>[] = [];
  for (const part of intervals) {
    const last = scenes.at(-1);
    if (!last || part.start_s - last.end_s > gap_s) {
      const { start_s, end_s } = part;
      scenes.push({ start_s, end_s, seconds: end_s - start_s, parts: [part] });
      continue;
    }
    last.seconds += Math.max(0, part.end_s - Math.max(last.end_s, part.start_s));
    last.end_s = Math.max(last.end_s, part.end_s);
    last.parts.push(part);
  }
  return scenes;
}
