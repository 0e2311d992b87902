import type { CalibrationModel } from '../domain/calibration.js';
import type { Embedding, Face, RgbImage } from '../domain/types.js';

/** How one picture is looked at. */
export interface DetectOptions {
  /** Detections below this probability are dropped; low on purpose, the gate filters. */
  minScore: number;
  /** Long side in pixels that the picture is scaled to for the detector. */
  detectorSide: number;
}

/** Averages of many people's embeddings, against which every score is normalised. */
export interface Population {
  /** rows × dimensions, row-major, each row L2-normalised. */
  centroids: Float32Array;
  rows: number;
  /** m(v) is the mean cosine to this many nearest centroids. */
  nearest: number;
}

/** The pack in use, as the rest of the system needs to know it. */
export interface PackInfo {
  id: string;
  title: string;
  licence: string;
  /** Length of a stored vector. */
  dimensions: number;
  /** Which numbers of a vector come from which network. */
  blocks: readonly { id: string; from: number; to: number; weight: number }[];
  /** Embeddings shorter than this before normalisation are gated (low_norm). */
  minNorm: number;
  population: Population | null;
  calibration: CalibrationModel;
}

/**
 * Everything that needs a network. Implemented by a worker thread, because `session.run` blocks the
 * event loop it runs on; the interface would let it become a child process or another machine.
 */
export interface FacePipeline {
  readonly pack: PackInfo;
  /**
   * Finds faces, scores their quality, and cuts an aligned crop of each that passes the gate.
   * `image.data`'s buffer is moved to the worker and comes back in `data`: the caller must not touch it in between.
   */
  detect(image: RgbImage, options: DetectOptions, signal?: AbortSignal): Promise<{ faces: Face[]; data: Uint8Array }>;
  /** Embeds aligned crops (each CROP_SIDE² × 3 bytes RGB), in order. The crops are copied. */
  embed(crops: readonly Uint8Array[], signal?: AbortSignal): Promise<Embedding[]>;
  close(): Promise<void>;
}
