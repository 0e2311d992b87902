/** Where two pictures of a film lie so far apart that place alone no longer tells a face: see TRACKING.patience_s. */
import { isOneScene } from '../../../domain/shots/cuts.js';
import type { SmallFrame } from '../../../domain/shots/part-changes.js';
import type { Leap } from '../../../domain/tracks/open-track.js';
import { TRACKING } from '../../../domain/tracks/tracker.js';
import type { Frame } from '../../../media/film/frame-sink.js';

/** A frame that may begin anew. */
export interface LeapingFrame extends Frame {
  /** How the picture that it shows came, where the one before lies further back than the tracker's patience. */
  leap: Leap | null;
}

/**
 * The same frames, each with its leap. A film of few pictures has one at each: between them come copies of the last.
 * @param sampleFps samples a second; where they lie so far apart themselves, each is on its own anyway, and none leaps
 */
export async function* withLeaps(frames: AsyncIterable<Frame>, sampleFps: number): AsyncGenerator<LeapingFrame> {
  const areApart = 1 / sampleFps > TRACKING.patience_s;
  let shown: SmallFrame | null = null;
  for await (const frame of frames) {
    let leap: Leap | null = null;
    for (const next of frame.passed) {
      if (shown && !areApart && next.time_s - shown.time_s > TRACKING.patience_s)
        leap = { time_s: next.time_s, isOneScene: isOneScene(shown.picture, next.picture) };
      shown = next;
    }
    yield { ...frame, leap };
  }
}
