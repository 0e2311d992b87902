/** From tracks to what a person sees: when an identity is on screen. */
import type { Appearance } from '../answers/identity.js';
import { BRIDGE_S } from '../../domain/faces/track-presence.js';
import type { Interval } from '../../domain/types.js';

/** Presence ends at the cut itself, but for rounding, seconds. */
const EDGE = 1e-3;

/** What is needed of a track. */
export interface TrackPresence {
  track_id: string;
  video_id: string;
  presence: readonly Interval[];
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
    .flatMap((t) => t.presence.map((p) => ({ ...p, track: t })))
    .sort((a, b) => a.track.video_id.localeCompare(b.track.video_id) || a.start_s - b.start_s);
  const out: Appearance[] = [];
  for (const p of pieces) {
    const last = out.at(-1),
      s = score(p.track.track_id);
    const gap = last ? p.start_s - last.end_s : Infinity;
    if (
      last &&
      last.video_id === p.track.video_id &&
      (gap < 1e-6 ||
        (gap < BRIDGE_S && !cuts(last.video_id).some((c) => c > last.end_s - EDGE && c < p.start_s + EDGE)))
    ) {
      last.end_s = Math.max(last.end_s, p.end_s);
      if (!last.track_ids.includes(p.track.track_id)) last.track_ids.push(p.track.track_id);
      if (s !== null) last.score = Math.max(s, last.score ?? s);
    } else
      out.push({
        video_id: p.track.video_id,
        start_s: round(p.start_s),
        end_s: round(p.end_s),
        score: s,
        track_ids: [p.track.track_id],
      });
  }
  for (const a of out) a.end_s = round(a.end_s);
  return out;
}

/** Milliseconds are enough, and keep answers short. */
export function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
