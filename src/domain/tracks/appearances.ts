/** From tracks to what a person sees: when an identity is on screen. */
import { byText } from '../order.js';
import { BRIDGE_S } from './track-presence.js';
import { toMilliseconds } from '../seconds.js';
import type { Interval } from '../types.js';

/** Presence ends at the cut itself, and two that touch touch, but for rounding, milliseconds. */
const EDGE_MS = 1;

/** What is needed of a track. */
export interface TrackPresence {
  track_id: string;
  video_id: string;
  presence: readonly Interval[];
}

/** Somebody in one video, from one moment to another. */
export interface Appearance extends Interval {
  video_id: string;
  /** Of the best of its tracks, to what was asked for; null where nothing was compared. */
  score: number | null;
  track_ids: string[];
}

/**
 * The appearances of one identity: its tracks' presence, united per video, gaps under BRIDGE_S joined unless a cut lies
 * in them.
 * @param cuts per video, seconds, rising; @param score of a track to what was asked for, or null
 */
export function appearancesOf(
  tracks: readonly TrackPresence[],
  cuts: (video_id: string) => readonly number[],
  score: (track_id: string) => number | null = () => null,
): Appearance[] {
  const pieces = tracks
    .flatMap((t) => t.presence.map((p) => ({ from: toMilliseconds(p.start_s), to: toMilliseconds(p.end_s), track: t })))
    .sort((a, b) => byText(a.track.video_id, b.track.video_id) || a.from - b.from);
  const cutBetween = (video_id: string, from: number, to: number): boolean =>
    cuts(video_id).some((c) => toMilliseconds(c) >= from - EDGE_MS && toMilliseconds(c) <= to + EDGE_MS);
  const out: Appearance[] = [];
  let end = -Infinity;
  for (const { from, to, track } of pieces) {
    const last = out.at(-1),
      s = score(track.track_id),
      gap = from - end;
    if (
      last &&
      last.video_id === track.video_id &&
      (gap <= EDGE_MS || (gap < BRIDGE_S * 1000 && !cutBetween(last.video_id, end, from)))
    ) {
      end = Math.max(end, to);
      last.end_s = end / 1000;
      if (!last.track_ids.includes(track.track_id)) last.track_ids.push(track.track_id);
      if (s !== null) last.score = Math.max(s, last.score ?? s);
    } else {
      end = to;
      out.push({
        video_id: track.video_id,
        start_s: from / 1000,
        end_s: to / 1000,
        score: s,
        track_ids: [track.track_id],
      });
    }
  }
  return out;
}
