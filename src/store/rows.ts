/** What the library keeps, as plain records. `_s` is seconds on the presentation timeline of the video. */
import type { Cohesion } from '../domain/people/like-others.js';
import type { MeanFace } from '../domain/people/mean-face.js';
import type { Box, Interval } from '../domain/types.js';
import type { CoverageRecord } from './records/coverage-record.js';

/** One indexed video. A row that can be read is committed: all of its tracks are there. */
export interface VideoRow {
  video_id: string;
  /** The run that made the tracks; a new run of the same video replaces them. */
  run_id: string;
  content_hash: string;
  source: string;
  title: string;
  size_bytes: number;
  duration_s: number;
  /** Presentation time of the first picture. */
  start_s: number;
  /** Pixels as shown: rotation and sample aspect ratio applied. */
  width: number;
  height: number;
  fps: number;
  sample_fps: number;
  pack: string;
  pipeline_version: string;
  /** The part that was asked for; null for the whole video. */
  range: Interval | null;
  /** ISO 8601, UTC. */
  indexed_at: string;
  coverage: CoverageRecord;
  /** Times of the cuts. */
  shots: number[];
}

/** A track without its vector, boxes and pictures: light enough to read for the whole library. */
export interface TrackSummary {
  track_id: string;
  video_id: string;
  run_id: string;
  /** Number of the shot within the video, from 0. */
  shot: number;
  start_s: number;
  end_s: number;
  /** When the face is on screen, inside [start_s, end_s). */
  presence: Interval[];
  /** Samples in which the face was seen. */
  samples: number;
  /** Crops that went into the vector. */
  embedded: number;
  /** 0..1. */
  quality: number;
  /** e(track) of domain/scores/normalised-score.ts, for normalised scores. */
  population_excess: number;
  /** Length of the embedding before normalisation. */
  norm: number;
  best_time_s: number;
  pack: string;
  /** Disagreement among the track's own embeddings. */
  spread: number;
}

/** Where the face is at one time, pixels of the video as shown. */
export interface TrackBox {
  time_s: number;
  box: Box;
}

export interface TrackPictures {
  /** JPEG files of the aligned crops (CROP_SIDE × CROP_SIDE), best first. */
  crops: Uint8Array[];
  /** JPEG file, or null. */
  thumbnail: Uint8Array | null;
}

/** A whole track, as it is written. */
export interface TrackRow extends TrackSummary, TrackPictures {
  /** L2-normalised, length = the library's dimensions; stored bit-exact. */
  vector: Float32Array;
  /** Sampled, in time. */
  boxes: TrackBox[];
}

/** A person, or a redirect to one. */
export interface IdentityRow {
  identity_id: string;
  name: string | null;
  /** Tracks that make up this person; empty for a redirect. */
  track_ids: string[];
  /** Set on a redirect: the identity that answers for this one. */
  merged_into: string | null;
  /** The identity this one was split off. */
  split_from: string | null;
  /** ISO 8601, UTC. */
  created_at: string;
  updated_at: string;
}

/** A face from a picture of somebody who was enrolled: never on screen, only compared with. */
export interface ReferenceRow {
  reference_id: string;
  /** Path or URL of the picture. */
  source: string;
  /** The face in it, pixels. */
  box: Box;
  /** 0..1. */
  quality: number;
  population_excess: number;
  pack: string;
  /** ISO 8601, UTC. */
  created_at: string;
  /** L2-normalised, length = the library's dimensions. */
  vector: Float32Array;
  /** JPEG file of the aligned crop (CROP_SIDE × CROP_SIDE). */
  crop: Uint8Array;
}

/** One entry of the append-only log of edits; what an edit says is the services' business. */
export interface EditRow {
  edit_id: string;
  /** Place in the log, rising by 1 from 1; given by the store. */
  seq: number;
  /** ISO 8601, UTC. */
  created_at: string;
  /** Any JSON value. */
  body: unknown;
}

/** Whose a track is; made of the identities (see derived.ts). */
export interface OwnerRow {
  track_id: string;
  identity_id: string;
  /** By how much it came out more alike to strangers beside it than is ordinary (domain/people/co-visibility). */
  light: number;
}

/** Somebody in the mean of their tracks, each with its light in its population excess (see derived.ts). */
export interface PersonRow extends MeanFace {
  identity_id: string;
}

/** The same with how alike their tracks are: see domain/people/like-others. Libraries from before have none. */
export interface KeptPerson extends PersonRow, Cohesion {}

/** Somebody in one video: what questions ask for, made of their tracks there (see derived.ts). */
export interface SeenRow {
  identity_id: string;
  video_id: string;
  /** On screen; 0 in a photo. */
  seconds: number;
  /** How many. */
  tracks: number;
  /** Of the track of the highest quality. */
  best_track: string;
  best_time_s: number;
  best_quality: number;
  /** In time, not rounded; see domain/tracks/appearances. */
  appearances: (Interval & { track_ids: string[] })[];
}

/** What is seen of somebody in the whole library. */
export interface SeenTotal {
  identity_id: string;
  seconds: number;
  /** Films and photos. */
  videos: number;
  photos: number;
  tracks: number;
}

/** The short label of a video or an identity: given once, never to another. */
export interface LabelRow {
  /** A video_id or an identity_id. */
  id: string;
  /** From 1, rising, for each kind by itself. */
  number: number;
}

/**
 * One entry of the append-only log of calibrations: that one was made, put in force, or taken out of it. What it says
 * is the services' business.
 */
export interface CalibrationRow {
  /** The calibration it is about; several entries may be about one. */
  calibration_id: string;
  /** Place in the log, rising by 1 from 1; given by the store. */
  seq: number;
  /** ISO 8601, UTC. */
  created_at: string;
  /** Any JSON value. */
  body: unknown;
}

/** What is seen of everybody who is seen, in columns, in no order: a place in each for one (see SeenTotal). */
export interface SeenTotals {
  identity_ids: readonly string[];
  seconds: Float64Array;
  videos: Int32Array;
  photos: Int32Array;
  tracks: Int32Array;
}
