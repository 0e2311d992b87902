/**
 * Follows faces from sample to sample inside one shot: constant-velocity prediction, overlap first for confident
 * detections, then for weak ones that only prolong a track (ByteTrack, Zhang et al. 2022). Who it is, is settled later
 * by embedding.
 */
import { changeOf, JUMP, lookOf } from './crop-jumps.js';
import { centre, distance, iou } from '../faces/geometry.js';
import {
  add,
  type ChangedAt,
  copyOf,
  type Following,
  keep,
  last,
  type Leap,
  noCrops,
  type OpenTrack,
  type Seen,
  type TrackDraft,
} from './open-track.js';
import { isSteadyMotion } from './steady-motion.js';
import type { Box, Face } from '../types.js';

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
  /** A track over so many leaps ends at the next one: its crops are all kept. */
  leaps: 32,
  /** A track that was never sure yields to a sure one that it overlaps by this: the detector sees some heads twice. */
  doubled: 0.2,
} as const;

/** What a tracker follows at one moment, apart from it: what comes later does not change it. */
export interface TrackerState {
  shot: number;
  open: OpenTrack[];
}

/** A tracker for one video. */
export interface Tracker {
  /**
   * Takes the faces of the next sample. @param leap how its picture came, where the one before lies further back
   * than `patience_s`: no face is followed to it by place alone @returns tracks that ended before it.
   */
  step(time_s: number, shot: number, faces: readonly Face[], leap?: Leap | null): TrackDraft[];
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
        leaps: t.leaps,
        profiles: t.profiles,
      };
    });

  return {
    step(time_s, shot, faces, leap = null) {
      const context: Following = { sampleFps, changedAt, leap };
      const ended: OpenTrack[] = [];
      if (shot !== shotNow) {
        ended.push(...active);
        active = [];
        shotNow = shot;
      }
      ended.push(...active.filter((t) => time_s - last(t).time_s > TRACKING.patience_s));
      active = active.filter((t) => time_s - last(t).time_s <= TRACKING.patience_s);

      // Into another scene only a face goes on that can be compared; whether it is the same one, embeddings tell.
      const isElsewhere = leap !== null && !leap.isOneScene;
      if (leap) {
        ended.push(...active.filter((t) => (isElsewhere && !t.newest) || t.leaps.length >= TRACKING.leaps));
        active = active.filter((t) => !ended.includes(t));
      }
      const told = isElsewhere ? faces.filter((f) => f.crop) : faces;
      const strong = told.filter((f) => f.score >= TRACKING.startScore),
        weak = told.filter((f) => f.score < TRACKING.startScore);
      const doubled = new Set(active.filter((t) => isDoubled(t, active))),
        first = new Set(active.filter((t) => !doubled.has(t)));
      const leftBySure = join(first, strong, time_s, TRACKING.joinStrong, context),
        leftByAll = join(doubled, leftBySure, time_s, TRACKING.joinStrong, context);
      const free = new Set([...first, ...doubled]);
      const left = [
        ...leftByAll,
        ...join(free, weak, time_s, TRACKING.joinWeak, context),
        ...faces.filter((f) => !told.includes(f)),
      ];
      // A second detection of a face that is already followed is no new face.
      const fresh = left.filter(
        (face) => !active.some((t) => last(t).time_s === time_s && iou(last(t).box, face.box) > 0.4),
      );
      const near = joinFar(free, fresh, time_s, context);
      const { left: unknown, taken } = leap ? { left: near, taken: free } : joinSteady(free, near, time_s, context);
      if (leap) ended.push(...free);
      active = active.filter((t) => !taken.has(t));
      for (const face of unknown) {
        const track: OpenTrack = {
          shot,
          samples: [],
          crops: [],
          jumps: [],
          leaps: [],
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

function isSure(t: TrackDraft): boolean {
  return t.samples.some((s) => s.score >= TRACKING.startScore);
}

/** Whether it was never sure, and lies over one that was. */
function isDoubled(t: OpenTrack, active: readonly OpenTrack[]): boolean {
  if (isSure(t)) return false;
  return active.some((other) => isSure(other) && iou(last(other).box, last(t).box) > TRACKING.doubled);
}

/**
 * Joins detections to tracks, best affinity first; where two tracks reach for one face, likeness in size counts too,
 * since a face that passes before another overlaps both. @returns the detections left over.
 */
function join(free: Set<OpenTrack>, faces: readonly Face[], time_s: number, least: number, context: Following): Face[] {
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
function joinFar(free: Set<OpenTrack>, faces: readonly Face[], time_s: number, context: Following): Face[] {
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

/**
 * Joins what is left where three faces in a row, the first two on tracks of one sample each, are one that crosses the
 * picture: too fast for place to tell, and blurred by it, so that there is no crop to compare.
 * @returns the detections left over, and the tracks that went into others
 */
function joinSteady(
  free: Set<OpenTrack>,
  faces: readonly Face[],
  time_s: number,
  context: Following,
): { left: Face[]; taken: Set<OpenTrack> } {
  const taken = new Set<OpenTrack>();
  const lone = [...free].filter((t) => t.samples.length === 1 && last(t).score >= TRACKING.startScore);
  const isNext = (from_s: number, to_s: number): boolean => to_s > from_s && to_s - from_s < 1.5 / context.sampleFps;
  const left = faces.filter((face) => {
    if (face.score < TRACKING.startScore) return true;
    const seen = { time_s, box: face.box };
    const open = lone.filter((t) => free.has(t));
    for (const b of open.filter((t) => isNext(last(t).time_s, time_s)))
      for (const a of open.filter((t) => isNext(last(t).time_s, last(b).time_s))) {
        if (!isSteadyMotion(last(a), last(b), seen)) continue;
        for (const t of [a, b]) free.delete(t);
        taken.add(b);
        follow(a, { ...last(b), crop: b.newest?.crop, profile: b.profiles[0] }, last(b).time_s, context);
        follow(a, face, time_s, context);
        return false;
      }
    return true;
  });
  return { left, taken };
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
  context: Following,
): Face[] {
  const taken = new Set<Face>();
  for (const { track, face } of pairs) {
    if (!free.has(track) || taken.has(face)) continue;
    free.delete(track);
    taken.add(face);
    follow(track, face, time_s, context);
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

function follow(track: OpenTrack, face: Seen, time_s: number, context: Following): void {
  move(track, face, time_s, context.sampleFps);
  add(track, face, time_s, context);
}

function move(track: OpenTrack, face: Seen, time_s: number, sampleFps: number): void {
  const from = last(track),
    dt = Math.max(time_s - from.time_s, 0.5 / sampleFps);
  const a = centre(from.box),
    b = centre(face.box);
  track.vx = 0.5 * track.vx + 0.5 * ((b.x - a.x) / dt);
  track.vy = 0.5 * track.vy + 0.5 * ((b.y - a.y) / dt);
}
