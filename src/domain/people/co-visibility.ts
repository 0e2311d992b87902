/**
 * What the footage itself tells for free: faces on screen together are two people. How alike they come out says how
 * well strangers are told apart in this light, blur and compression, where a pack's calibration knows only good
 * portraits. (The cohort of score normalisation, taken from the session: Matějka et al. 2017.)
 */
import { at } from '../at.js';
import { intersect, total, union } from '../intervals.js';
import { type ComparedFace, scoreOf } from '../scores/normalised-score.js';
import type { Interval } from '../types.js';

/** Where and when a track is on screen. */
export interface OnScreen {
  video_id: string;
  /** Sorted and disjoint, seconds. */
  presence: readonly Interval[];
}

export type SeenTrack = OnScreen & ComparedFace;

/** Strangers on screen together score about this or less in ordinary footage. */
const ORDINARY = 0.15;
/** Strangers beside both of two tracks that tell enough of their light: in a crowd all pairs would be very many. */
const ENOUGH = 64;
/** From here on it may be one person twice: a mirror, a poster, a screen within the picture. */
export const SAME = 0.6;

/**
 * By how much strangers beside each track score more like it than is ordinary: to be added to its population excess
 * where tracks are joined. The median of n strangers counts, (n − 1) / n of it: one who is alike may be a lookalike,
 * several are the light. 0 for a track with less than two others beside it.
 * @param overlap_s tracks that overlap by no more than this are not surely two people (about a sampling step)
 */
export function coVisibleExcess(tracks: readonly SeenTrack[], overlap_s: number): Float32Array {
  const beside: number[][] = tracks.map(() => []);
  const isEnough = (i: number): boolean => (beside[i]?.length ?? 0) >= ENOUGH;
  for (const [i, j] of coVisiblePairs(tracks, overlap_s, (i, j) => !isEnough(i) || !isEnough(j))) {
    const score = scoreOf(at(tracks, i), at(tracks, j));
    if (score >= SAME) continue;
    for (const k of [i, j]) beside[k]?.push(score);
  }
  return Float32Array.from(beside, (scores) => {
    const median = scores.sort((a, b) => a - b)[(scores.length - 1) >> 1] ?? 0;
    return Math.max(0, median - ORDINARY) * (1 - 1 / Math.max(1, scores.length));
  });
}

/**
 * Overlap that tracks of these videos may have and still be of one person, seconds: one and a half sampling steps. None
 * for photos, which have no samples a second (0).
 */
export function overlapOf(videos: readonly { sample_fps: number }[]): number {
  return 1.5 / videos.reduce((least, v) => Math.min(least, v.sample_fps || Infinity), Infinity);
}

/**
 * Two tracks are on screen together, in one video for more than `overlap_s` (about a sampling step): they are two
 * people.
 */
export function areTogether(a: OnScreen, b: OnScreen, overlap_s: number): boolean {
  return a.video_id === b.video_id && total(intersect(a.presence, b.presence)) > overlap_s;
}

/** Two people share the screen when they are on it at once for longer than a rounding, seconds. */
const SHARED_S = 0.5;

/** Whether two people are on screen at one moment somewhere. @param a, b all tracks of each */
export function seenTogether(a: readonly OnScreen[], b: readonly OnScreen[]): boolean {
  const of = (tracks: readonly OnScreen[], video: string) =>
    union(tracks.filter((t) => t.video_id === video).flatMap((t) => t.presence));
  const there = new Set(b.map((t) => t.video_id));
  return [...new Set(a.map((t) => t.video_id))].some(
    (v) => there.has(v) && total(intersect(of(a, v), of(b, v))) > SHARED_S,
  );
}

/** Indices of tracks by their video, in order. */
export function indicesByVideo(tracks: readonly Pick<OnScreen, 'video_id'>[]): Map<string, number[]> {
  const videos = new Map<string, number[]>();
  tracks.forEach(({ video_id }, i) => {
    const own = videos.get(video_id);
    if (own) own.push(i);
    else videos.set(video_id, [i]);
  });
  return videos;
}

/**
 * Indices of all tracks that are together, video by video, by the start of the first and then of the second: a sweep
 * over time.
 * @param isWanted pairs that are looked at; all when left out
 */
export function* coVisiblePairs(
  tracks: readonly OnScreen[],
  overlap_s: number,
  isWanted: (i: number, j: number) => boolean = () => true,
): Generator<[number, number]> {
  const start = (i: number) => tracks[i]?.presence[0]?.start_s ?? 0,
    end = (i: number) => tracks[i]?.presence.at(-1)?.end_s ?? 0;
  for (const members of indicesByVideo(tracks).values()) {
    members.sort((a, b) => start(a) - start(b));
    for (const [k, i] of members.entries()) {
      for (let n = k + 1, j = members[n]; j !== undefined && start(j) < end(i); j = members[++n])
        if (isWanted(i, j) && areTogether(at(tracks, i), at(tracks, j), overlap_s)) yield [i, j];
    }
  }
}
