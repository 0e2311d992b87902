/** From the samples of a track to when its face is on screen. */
import { union } from '../intervals.js';
import type { Interval } from '../types.js';

/**
 * Gaps shorter than this inside one track (a blink, a turn of the head, a hand before the face) do not end an
 * appearance, seconds.
 */
export const BRIDGE_S = 1;

/** One shot: the samples between two cuts. `first_s`, `last_s` are its first and last sample's times. */
export interface Shot extends Interval {
  first_s: number;
  last_s: number;
}

/**
 * When a face is on screen, from the samples it was seen in. A sample speaks for half a sampling step to either side,
 * up to the shot's boundary: a face in a shot's first sample was there since the cut, one in its last until the next.
 * @param times sample times of one track, seconds, rising; all inside `shot`
 */
export function presence(times: readonly number[], shot: Shot, sampleFps: number): Interval[] {
  const half = 0.5 / sampleFps,
    near = 0.25 / sampleFps;
  return union(
    times.map((t) => ({
      start_s: t - near <= shot.first_s ? shot.start_s : Math.max(shot.start_s, t - half),
      end_s: t + near >= shot.last_s ? shot.end_s : Math.min(shot.end_s, t + half),
    })),
    BRIDGE_S,
  );
}
