/**
 * The words of the system as types. Units are in the names: `_s` is seconds on the presentation
 * timeline of the source, the one a player shows (a stream that starts at 0.85 s starts at 0.85).
 */

/** Half-open interval [start_s, end_s) on a video's presentation timeline, seconds. */
export interface Interval {
  start_s: number;
  end_s: number;
}

/** A point in pixels of the picture it belongs to; origin top left, x to the right, y down. */
export interface Point {
  x: number;
  y: number;
}

/** Axis-aligned box in pixels; (x, y) is its top left corner. */
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/**
 * Five landmarks in pixels, in InsightFace's order: left eye, right eye (as seen in the picture), nose tip, left and
 * right mouth corner.
 */
export type Landmarks = readonly [Point, Point, Point, Point, Point];

/** A decoded picture: `data` holds height × width × 3 bytes, row-major, RGB. */
export interface RgbImage {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A decoded picture as planes: `data` holds 3 × height × width bytes, green, then blue, then red (ffmpeg's gbrp). */
export interface PlanarImage {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Shares of red and blue in brightness; green has the rest. */
export interface LumaWeights {
  red: number;
  blue: number;
}

/**
 * A decoded picture as brightness and two differences of colour: `data` holds height × width bytes, then twice half of
 * the height × half of the width (ffmpeg's yuv420p, limited range). Both sides are even.
 */
export interface YuvImage {
  width: number;
  height: number;
  data: Uint8Array;
  weights: LumaWeights;
}

/** A picture that faces are cut from; `small` is the same, scaled for the detector already. */
export type Picture = (RgbImage & { small?: RgbImage | undefined; weights?: undefined }) | FilmPicture;

/** One that was decoded from a video to look for faces. */
export type FilmPicture = YuvImage & { small: PlanarImage };

/** One detection in one picture. */
export interface Face {
  box: Box;
  landmarks: Landmarks;
  /** The detector's probability that this is a face, 0..1. */
  score: number;
  /** Why the quality gate keeps this face from being embedded; absent when it passed. */
  gated?: GateReason;
  /** Quality in 0..1 (see domain/faces/quality.ts); 0 when gated. */
  quality: number;
  /** Aligned crop: CROP_SIDE × CROP_SIDE × 3 bytes RGB; only on faces that passed the gate. */
  crop?: Uint8Array;
  /** Of a sharp face that was gated as a profile: its crop, and what its quality would be. */
  profile?: { crop: Uint8Array; quality: number };
}

/** Side of an aligned face crop in pixels: ArcFace's canonical template is 112×112. */
export const CROP_SIDE = 112;

/** Why a face was seen but not embedded. */
export type GateReason = 'cut_off' | 'too_small' | 'low_score' | 'profile' | 'blurred' | 'low_norm';

/** What a network says of one aligned crop. */
export interface Embedding {
  /** L2-normalised, length = the pack's dimensions. */
  vector: Float32Array;
  /**
   * Length of the vector before normalisation: a free quality signal (bad crops 1.3–1.8, good ones 2.1–4 with the
   * default pack).
   */
  norm: number;
}
