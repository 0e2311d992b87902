/** What vision offers to the rest. */
import type { RunsOn } from '../domain/machine/execution-providers.js';
import type { CalibrationModel } from '../domain/scores/calibration-model.js';
import type { NearestRows, ScoredPairs, VectorRows, VectorSet } from '../domain/grouping/scored-pairs.js';
import type { NormRange } from '../domain/faces/quality.js';
import type { Cohort, NetworkBlock } from '../domain/scores/normalised-score.js';
import type { Embedding, Face, Picture } from '../domain/types.js';
import type { PackFingerprint } from './packs/fingerprint.js';

/** How one picture is looked at. */
export interface DetectOptions {
  /** Detections below this probability are dropped; low on purpose, the gate filters. */
  minScore: number;
  /** Long side in pixels that the picture is scaled to for the detector. */
  detectorSide: number;
  /** Cut a crop of gated faces too (a query picture has to be compared however poor it is). */
  cropAll?: boolean;
}

export interface EmbedOptions {
  mirror?: boolean;
}

/** The pack in use, as the rest of the system needs to know it. */
export interface PackInfo {
  id: string;
  title: string;
  licence: string;
  fingerprint: PackFingerprint;
  /** Length of a stored vector. */
  dimensions: number;
  /** Which numbers of a vector come from which network. */
  blocks: readonly (NetworkBlock & { weight: number })[];
  /** What the length of an embedding says before it is normalised. */
  norms: NormRange;
  population: Cohort | null;
  calibration: CalibrationModel;
}

/** What was found in a picture. */
export interface Detected {
  faces: Face[];
}

/** Looking at pictures and faces. */
export interface FaceReader {
  /**
   * Finds faces, scores their quality, and cuts an aligned crop of each that passes the gate.
   * The buffers of `picture` move to the worker for good, but for shared ones, which the caller must not touch before
   * the answer: what comes back counts as new, and makes the collector run. Its `small` is used where it has the size
   * that the detector wants.
   */
  detect(picture: Picture, options: DetectOptions, signal?: AbortSignal): Promise<Detected>;
  /**
   * Embeds aligned crops (each CROP_SIDE² × 3 bytes RGB), in order. The crops are copied.
   * `mirror: false` leaves out the mirror images that the pack averages with: many crops of one face do as well
   * without.
   */
  embed(crops: readonly Uint8Array[], signal?: AbortSignal, options?: EmbedOptions): Promise<Embedding[]>;
}

/**
 * Everything that needs a network. Implemented by a worker thread, because `session.run` blocks the
 * event loop it runs on; the interface would let it become a child process or another machine.
 */
export interface FacePipeline extends FaceReader {
  readonly pack: PackInfo;
  /** Pictures that are looked at at the same time, at most. */
  readonly workers: number;
  /** What the networks run on. @throws RollcallError missing_model when they can't be loaded */
  runsOn(): Promise<RunsOn>;
  /** The same for a question that someone waits for: served before the pictures of videos that are being indexed. */
  readonly urgent: FaceReader;
  /**
   * Every pair (row of a, row of b) whose normalised score is at least `threshold`, by row of a; of a set with itself
   * each once. The sets move to the worker: the caller must not use them again.
   */
  similarPairs(a: VectorSet, b: VectorSet, threshold: number, signal?: AbortSignal): Promise<ScoredPairs>;
  /**
   * Of each row of a the k rows of b that score most with it, or all where there are no more. What is not in shared
   * memory moves. @param into shared memory that is long enough for the answer, which else is made anew
   */
  nearest(a: VectorRows, b: VectorRows, k: number, signal?: AbortSignal, into?: NearestRows): Promise<NearestRows>;
  /** Normalised scores of all rows with each other, n × n row-major. The set moves to the worker. */
  scores(set: VectorSet, signal?: AbortSignal): Promise<Float32Array>;
  /** Whether the worker is gone though nobody closed it: all calls reject, and another pipeline is to be opened. */
  isLost(): boolean;
  close(): Promise<void>;
}
