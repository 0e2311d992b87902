/** A face that is followed: what a track is made of, and which crops of it are kept. */
import { at } from '../at.js';
import type { Box, Face } from '../types.js';
import { changeOf, type CropLook, isJump, lookOf } from './crop-jumps.js';

export const KEPT = {
  /** Crops a track, spread over its time; where it jumped, so many of the time between two jumps. */
  crops: 8,
  /** Crops of profiles a track. */
  profiles: 4,
} as const;

/** A face at one moment of a track. */
export interface TrackSample {
  time_s: number;
  box: Box;
  score: number;
  quality: number;
}

/** A crop that may be embedded. */
export interface TrackCrop {
  time_s: number;
  quality: number;
  box: Box;
  crop: Uint8Array;
}

/** A picture that came so long after the one before that there may be another face in the same place. */
export interface Leap {
  time_s: number;
  /** Whether the two pictures are alike as a whole: a face that can't be told may be followed if others tell it. */
  isOneScene: boolean;
}

/** When what is in a box became another between two moments, seconds; null where that can't be told. */
export type ChangedAt = (box: Box, from_s: number, to_s: number) => number | null;

/**
 * A finished track, before it is embedded. `crops` are the best of equal stretches of its time, or of the time between
 * two `jumps`, in order of time; at each of those (seconds) it may have gone over to another face: when the picture
 * changed there, or in the middle between the crops. Some of the jumps are `leaps`: there it has gone over unless the
 * crops on both sides are one person's. `profiles` are the best crops of faces that were gated as such.
 */
export interface TrackDraft {
  shot: number;
  samples: TrackSample[];
  crops: TrackCrop[];
  jumps: number[];
  leaps: Leap[];
  profiles: TrackCrop[];
}

/** A track that is followed, as plain data. */
export interface OpenTrack extends TrackDraft {
  vx: number;
  vy: number;
  /** Crops kept since the last jump, which was at `from_s`. */
  recent: TrackCrop[];
  from_s: number;
  /** Seconds each of them stands for. */
  bucket_s: number;
  /**
   * The last crop, and when the one before it was: the next one tells whether the track jumped to it from another face.
   */
  newest?: (TrackCrop & { look: CropLook; since_s: number }) | undefined;
  /** How much each of the last crops differs from the one before it, in order of time. */
  changes: number[];
}

/** What is known beside the faces that are followed. */
export interface Following {
  sampleFps: number;
  changedAt: ChangedAt;
  /** How the picture came in which the next faces are; null where the one before is near. */
  leap: Leap | null;
}

/** What a track takes of a face. */
export type Seen = Pick<Face, 'box' | 'score' | 'quality'> & {
  crop?: Uint8Array | undefined;
  profile?: { crop: Uint8Array; quality: number } | undefined;
};

export function last(t: OpenTrack): TrackSample {
  return at(t.samples, t.samples.length - 1);
}

/** What a track is made of is never changed, only its lists are. */
export function copyOf(t: OpenTrack): OpenTrack {
  return {
    ...t,
    samples: [...t.samples],
    crops: [...t.crops],
    jumps: [...t.jumps],
    leaps: [...t.leaps],
    profiles: [...t.profiles],
    recent: [...t.recent],
    changes: [...t.changes],
  };
}

/** A face becomes the newest of the track. */
export function add(track: OpenTrack, face: Seen, time_s: number, context: Following): void {
  if (context.leap && track.samples.length > 0) goOver(track, context.leap, context.sampleFps);
  track.samples.push({ time_s, box: face.box, score: face.score, quality: face.quality });
  if (face.profile) addProfile(track, { time_s, box: face.box, ...face.profile });
  if (!face.crop) return;
  const before = track.newest,
    look = lookOf(face.crop);
  track.newest = {
    time_s,
    quality: face.quality,
    box: face.box,
    crop: face.crop,
    look,
    since_s: before?.time_s ?? time_s,
  };
  if (!before) return;
  track.changes = [...track.changes.slice(-3), changeOf(before.look, look)];
  if (isJump(track.changes)) jump(track, before, context);
  keep(track, before);
}

/** Keeps the best, in order of time. */
function addProfile(track: OpenTrack, profile: TrackCrop): void {
  track.profiles.push(profile);
  if (track.profiles.length <= KEPT.profiles) return;
  const least = Math.min(...track.profiles.map(({ quality }) => quality));
  track.profiles.splice(
    track.profiles.findIndex(({ quality }) => quality === least),
    1,
  );
}

/** From this crop on it may be another face. */
function jump(
  track: OpenTrack,
  { time_s, since_s, box }: NonNullable<OpenTrack['newest']>,
  { sampleFps, changedAt }: Following,
): void {
  track.jumps.push(changedAt(box, since_s, time_s) ?? (since_s + time_s) / 2);
  track.crops.push(...track.recent);
  track.changes = track.changes.slice(-1);
  Object.assign(track, noCrops(time_s, sampleFps));
}

/** From this picture on it may be another face, however alike its crops look before and after. */
function goOver(track: OpenTrack, leap: Leap, sampleFps: number): void {
  if (track.newest) keep(track, track.newest);
  track.newest = undefined;
  track.jumps.push(leap.time_s);
  track.leaps.push(leap);
  track.crops.push(...track.recent);
  track.changes = [];
  Object.assign(track, noCrops(leap.time_s, sampleFps));
}

export function noCrops(from_s: number, sampleFps: number): Pick<OpenTrack, 'recent' | 'from_s' | 'bucket_s'> {
  return { recent: [], from_s, bucket_s: 2 / sampleFps };
}

/** Keeps the crop if it is the best of its stretch of the track. */
export function keep(track: OpenTrack, { time_s, quality, box, crop }: TrackCrop): void {
  const bucket = (t: number) => Math.floor((t - track.from_s) / track.bucket_s + 1e-6);
  const candidate: TrackCrop = { time_s, quality, box, crop };
  const latest = track.recent.at(-1);
  if (latest && bucket(latest.time_s) === bucket(time_s)) {
    if (quality > latest.quality) track.recent[track.recent.length - 1] = candidate;
    return;
  }
  track.recent.push(candidate);
  if (track.recent.length <= KEPT.crops) return;
  track.bucket_s *= 2;
  const best = new Map<number, TrackCrop>();
  for (const c of track.recent) {
    const k = bucket(c.time_s),
      held = best.get(k);
    if (!held || c.quality > held.quality) best.set(k, c);
  }
  track.recent = [...best.values()];
}
