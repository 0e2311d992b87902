/** From the samples of a track to when its face is on screen. */
import { union } from '../intervals.js';
import type { Interval } from '../types.js';

/**
 * Gaps shorter than this inside one track (a blink, a turn of the head, a hand before the face) do not end an
 * appearance, seconds.
 */
export const BRIDGE_S = 1;

/** Times of samples and pictures that are this near are one, seconds. */
const EDGE_S = 1e-6;

/**
 * One shot: the samples between two cuts. `first_s`, `last_s` are its first and last sample's times; `leaps` when
 * pictures came in it, in order of time, of which the one before lies far back.
 */
export interface Shot extends Interval {
  first_s: number;
  last_s: number;
  leaps: number[];
}

/**
 * When a face is on screen, from the samples it was seen in. A sample speaks for half a sampling step to either side,
 * up to the shot's boundary: a face in a shot's first sample was there since the cut, one in its last until the next.
 * So was one in the samples of a picture that stays, from when it came until the next.
 * @param times sample times of one track, seconds, rising; all inside `shot`
 */
export function presence(times: readonly number[], shot: Shot, sampleFps: number): Interval[] {
  const half = 0.5 / sampleFps,
    near = 0.25 / sampleFps;
  // The latest picture before a sample, and the next behind it, where no other sample lies between.
  const step = 2 * half,
    from_s = (times[0] ?? Infinity) - step,
    to_s = (times.at(-1) ?? -Infinity) + step;
  const leaps = shot.leaps.filter((leap_s) => leap_s >= from_s - EDGE_S && leap_s <= to_s + EDGE_S);
  const came = (t: number) => leaps.findLast((leap_s) => leap_s <= t && t - leap_s < step - EDGE_S);
  const went = (t: number) => leaps.find((leap_s) => leap_s > t && leap_s - t <= step + EDGE_S);
  return union(
    times.map((t) => ({
      start_s: t - near <= shot.first_s ? shot.start_s : (came(t) ?? Math.max(shot.start_s, t - half)),
      end_s: t + near >= shot.last_s ? shot.end_s : (went(t) ?? Math.min(shot.end_s, t + half)),
    })),
    BRIDGE_S,
  );
}
