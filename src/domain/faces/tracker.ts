/**
 * Follows faces from sample to sample inside one shot: constant-velocity prediction, overlap first for confident
 * detections, then for weak ones that only prolong a track (ByteTrack, Zhang et al. 2022). Who it is, is settled later
 * by embedding.
 */
import { changeOf, isJump, JUMP, lookOf, type CropLook } from './crop-jumps.js';
import { centre, distance, iou } from './geometry.js';
import type { Box, Face } from '../types.js';
import { at } from '../at.js';

export const TRACKING = {
  /** A track counts when one of its detections is at least this sure; weaker ones prolong it, to either side. */
  startScore: 0.6,
  /** A track ends after this many seconds without a detection. */
  patience_s: 0.7,
  /** Least affinity (see affinity) to join a confident and a weak detection to a track. */
  joinStrong: 0.25,
  joinWeak: 0.4,
  /** Somebody who went further from one sample to the next must look the same (see joinFar): … */
  far: {
    /** … not more than so many of its sizes away, from middle to middle, … */
    reach: 2.5,
    /** … with this of its width at least, the narrower ÷ the wider, … */
    size: 0.7,
    /** … and changed by no more than this, which is less than from one face to another. */
    look: JUMP.least,
  },
  /** Crops kept a track, spread over its time; where it jumped, so many of the time between two jumps. */
  crops: 8,
  /** Crops of profiles kept a track. */
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

/** When what is in a box became another between two moments, seconds; null where that can't be told. */
export type ChangedAt = (box: Box, from_s: number, to_s: number) => number | null;

/**
 * A finished track, before it is embedded. `crops` are the best of equal stretches of its time, or of the time between
 * two `jumps`, in order of time; at each of those (seconds) it may have gone over to another face: when the picture
 * changed there, or in the middle between the crops. `profiles` are the best crops of faces that were gated as such.
 */
export interface TrackDraft {
  shot: number;
  samples: TrackSample[];
  crops: TrackCrop[];
  jumps: number[];
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

/** What a tracker knows beside what it follows. */
interface Context {
  sampleFps: number;
  changedAt: ChangedAt;
}

/** What a tracker follows at one moment, apart from it: what comes later does not change it. */
export interface TrackerState {
  shot: number;
  open: OpenTrack[];
}

/** A tracker for one video. */
export interface Tracker {
  /** Takes the faces of the next sample. @returns tracks that ended before it. */
  step(time_s: number, shot: number, faces: readonly Face[]): TrackDraft[];
  /** @returns the tracks still open; the tracker is empty afterwards. */
  finish(): TrackDraft[];
  /** A tracker made with this goes on like this one. */
  state(): TrackerState;
}

/**
 * Makes a tracker. @param sampleFps samples a second, for the length of the stretches that crops stand for
 * @param from where another one was left; @param changedAt tells when a track jumped
 */
export function createTracker(
  sampleFps: number,
  from: TrackerState = { shot: -1, open: [] },
  changedAt: ChangedAt = () => null,
): Tracker {
  const context = { sampleFps, changedAt };
  let active: OpenTrack[] = from.open.map(copyOf);
  let shotNow = from.shot;
  const end = (tracks: OpenTrack[]): TrackDraft[] =>
    tracks.filter(isSure).map((t) => {
      if (t.newest) keep(t, t.newest);
      return {
        shot: t.shot,
        samples: t.samples,
        crops: [...t.crops, ...t.recent],
        jumps: t.jumps,
        profiles: t.profiles,
      };
    });

  return {
    step(time_s, shot, faces) {
      const ended: OpenTrack[] = [];
      if (shot !== shotNow) {
        ended.push(...active);
        active = [];
        shotNow = shot;
      }
      ended.push(...active.filter((t) => time_s - last(t).time_s > TRACKING.patience_s));
      active = active.filter((t) => time_s - last(t).time_s <= TRACKING.patience_s);

      const strong = faces.filter((f) => f.score >= TRACKING.startScore),
        weak = faces.filter((f) => f.score < TRACKING.startScore);
      const free = new Set(active);
      const left = [
        ...join(free, strong, time_s, TRACKING.joinStrong, context),
        ...join(free, weak, time_s, TRACKING.joinWeak, context),
      ];
      // A second detection of a face that is already followed is no new face.
      const fresh = left.filter(
        (face) => !active.some((t) => last(t).time_s === time_s && iou(last(t).box, face.box) > 0.4),
      );
      for (const face of joinFar(free, fresh, time_s, context)) {
        const track: OpenTrack = {
          shot,
          samples: [],
          crops: [],
          jumps: [],
          profiles: [],
          vx: 0,
          vy: 0,
          changes: [],
          ...noCrops(time_s, sampleFps),
        };
        add(track, face, time_s, context);
        active.push(track);
      }
      return end(ended);
    },
    finish() {
      const rest = end(active);
      active = [];
      shotNow = -1;
      return rest;
    },
    state: () => ({ shot: shotNow, open: active.map(copyOf) }),
  };
}

/** What a track is made of is never changed, only its lists are. */
function copyOf(t: OpenTrack): OpenTrack {
  return {
    ...t,
    samples: [...t.samples],
    crops: [...t.crops],
    jumps: [...t.jumps],
    profiles: [...t.profiles],
    recent: [...t.recent],
    changes: [...t.changes],
  };
}

function isSure(t: TrackDraft): boolean {
  return t.samples.some((s) => s.score >= TRACKING.startScore);
}

function last(t: OpenTrack): TrackSample {
  return at(t.samples, t.samples.length - 1);
}

/**
 * Joins detections to tracks, best affinity first; where two tracks reach for one face, likeness in size counts too,
 * since a face that passes before another overlaps both. @returns the detections left over.
 */
function join(free: Set<OpenTrack>, faces: readonly Face[], time_s: number, least: number, context: Context): Face[] {
  const pairs = [...free]
    .flatMap((track) => faces.map((face) => ({ track, face, affinity: affinity(track, face, time_s) })))
    .filter((p) => p.affinity >= least)
    .map((p) => ({ ...p, rank: p.affinity * sizeRatio(last(p.track).box, p.face.box) ** 2 }))
    .sort((p, q) => q.rank - p.rank);
  return joinPairs(free, faces, pairs, time_s, context);
}

/**
 * Joins what is left of both where somebody crosses the picture so fast that place tells nothing: by what the face
 * looks like, most alike first. Only from the sample just before, of which the crop must be at hand.
 * @returns the detections left over.
 */
function joinFar(free: Set<OpenTrack>, faces: readonly Face[], time_s: number, context: Context): Face[] {
  const { far, startScore } = TRACKING,
    tracks = [...free].filter(({ newest }) => newest && time_s - newest.time_s < 1.5 / context.sampleFps);
  const pairs = tracks
    .flatMap((track) => faces.map((face) => ({ track, face })))
    .filter(({ track, face }) => face.score >= startScore && isInReach(last(track).box, face.box))
    .map((p) => ({ ...p, change: lookChange(p.track, p.face) }))
    .filter(({ change }) => change <= far.look)
    .sort((p, q) => p.change - q.change);
  return joinPairs(free, faces, pairs, time_s, context);
}

function isInReach(a: Box, b: Box): boolean {
  const { reach, size } = TRACKING.far;
  return sizeRatio(a, b) >= size && distance(centre(a), centre(b)) <= reach * meanSize(a, b);
}

/** What a detection's crop differs from the last of the track by; Infinity where either has none. */
function lookChange({ newest }: OpenTrack, { crop }: Face): number {
  return newest && crop ? changeOf(newest.look, lookOf(crop)) : Infinity;
}

/** Joins each to one other, in this order. @returns the detections left over. */
function joinPairs(
  free: Set<OpenTrack>,
  faces: readonly Face[],
  pairs: readonly { track: OpenTrack; face: Face }[],
  time_s: number,
  context: Context,
): Face[] {
  const taken = new Set<Face>();
  for (const { track, face } of pairs) {
    if (!free.has(track) || taken.has(face)) continue;
    free.delete(track);
    taken.add(face);
    move(track, face, time_s, context.sampleFps);
    add(track, face, time_s, context);
  }
  return faces.filter((f) => !taken.has(f));
}

/**
 * Overlap of a detection with where the track should be now, or nearness where a small face moved past its own width;
 * sizes must agree.
 */
function affinity(track: OpenTrack, face: Face, time_s: number): number {
  const from = last(track),
    dt = time_s - from.time_s;
  const predicted: Box = { ...from.box, x: from.box.x + track.vx * dt, y: from.box.y + track.vy * dt };
  const ratio = sizeRatio(face.box, from.box);
  if (ratio < 0.5) return 0;
  const near = 1 - distance(centre(predicted), centre(face.box)) / (1.2 * meanSize(from.box, face.box));
  return Math.max(iou(predicted, face.box), iou(from.box, face.box), 0.7 * near * ratio);
}

/** Of the sides of both boxes. */
function meanSize(a: Box, b: Box): number {
  return (a.w + a.h + b.w + b.h) / 4;
}

/** The narrower width ÷ the wider one, 0..1. */
function sizeRatio(a: Box, b: Box): number {
  return Math.min(a.w, b.w) / Math.max(a.w, b.w);
}

function move(track: OpenTrack, face: Face, time_s: number, sampleFps: number): void {
  const from = last(track),
    dt = Math.max(time_s - from.time_s, 0.5 / sampleFps);
  const a = centre(from.box),
    b = centre(face.box);
  track.vx = 0.5 * track.vx + 0.5 * ((b.x - a.x) / dt);
  track.vy = 0.5 * track.vy + 0.5 * ((b.y - a.y) / dt);
}

function add(track: OpenTrack, face: Face, time_s: number, context: Context): void {
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
  if (track.profiles.length <= TRACKING.profiles) return;
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
  { sampleFps, changedAt }: Context,
): void {
  track.jumps.push(changedAt(box, since_s, time_s) ?? (since_s + time_s) / 2);
  track.crops.push(...track.recent);
  track.changes = track.changes.slice(-1);
  Object.assign(track, noCrops(time_s, sampleFps));
}

function noCrops(from_s: number, sampleFps: number): Pick<OpenTrack, 'recent' | 'from_s' | 'bucket_s'> {
  return { recent: [], from_s, bucket_s: 2 / sampleFps };
}

/** Keeps the crop if it is the best of its stretch of the track. */
function keep(track: OpenTrack, { time_s, quality, box, crop }: TrackCrop): void {
  const bucket = (t: number) => Math.floor((t - track.from_s) / track.bucket_s + 1e-6);
  const candidate: TrackCrop = { time_s, quality, box, crop };
  const latest = track.recent.at(-1);
  if (latest && bucket(latest.time_s) === bucket(time_s)) {
    if (quality > latest.quality) track.recent[track.recent.length - 1] = candidate;
    return;
  }
  track.recent.push(candidate);
  if (track.recent.length <= TRACKING.crops) return;
  track.bucket_s *= 2;
  const best = new Map<number, TrackCrop>();
  for (const c of track.recent) {
    const k = bucket(c.time_s),
      held = best.get(k);
    if (!held || c.quality > held.quality) best.set(k, c);
  }
  track.recent = [...best.values()];
}
