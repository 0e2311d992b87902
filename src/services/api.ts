/**
 * What the use cases offer to tools and commands. Records are the ones of domain/answers.ts: whole
 * answers, in the client's words; tools only page and shorten them. Everything rejects with RollcallError.
 */
import type {
  Coverage,
  FindAnswer,
  GroupAnswer,
  IdentityAnswer,
  PairAnswer,
  VerifyAnswer,
  VideoAnswer,
  VideoSummary,
} from '../domain/answers.js';
import type { CalibrationReport, CalibrationStatus } from './answers/calibration-report.js';
import type { PointName } from '../domain/scores/calibration-model.js';

export interface IndexRequest {
  /** Path of one video file, or an https URL. Folders are taken apart by `expandSource` first. */
  source: string;
  /** Pictures looked at per second of video; the setting's value when absent. */
  sample_fps?: number;
  /** Only [start_s, end_s) is looked at, seconds on the presentation timeline. */
  start_s?: number;
  end_s?: number;
  /** Index again even when the same content was indexed with the same parameters. */
  force?: boolean;
}

export interface IndexProgress {
  /** 0..1, never falling. */
  fraction: number;
  /** What is being done, in a few words for a person: "decoding", "clustering". */
  stage: string;
  eta_s: number | null;
}

export interface IndexContext {
  signal?: AbortSignal;
  onProgress?(progress: IndexProgress): void;
}

export interface IndexingService {
  /**
   * Indexes one video and answers who is in it. Content that is already indexed answers at once with
   * `already_indexed`. Interrupting it (signal, or the end of the process) leaves nothing half visible,
   * and calling again with the same request does the work again.
   */
  indexVideo(request: IndexRequest, context?: IndexContext): Promise<VideoAnswer>;
  /**
   * The videos that a source stands for: those inside a folder, sorted by name, else the source itself. `not_found`
   * when there is none.
   */
  expandSource(source: string, signal?: AbortSignal): Promise<string[]>;
  /**
   * Who is in a video, as the library knows it now (names and merges included). `unknown_id` when it is not, or no
   * longer, there.
   */
  describeVideo(video_id: string, signal?: AbortSignal): Promise<VideoAnswer>;
}

export interface VerifyRequest {
  /** Path, https URL or data URL of a picture; the largest face in it is used. */
  image_a: string;
  /** Exactly one of `image_b` and `identity_id`. */
  image_b?: string;
  identity_id?: string;
  /** Overrides the calibrated τ. */
  threshold?: number;
}

export interface VerificationService {
  verifyFaces(request: VerifyRequest, signal?: AbortSignal): Promise<VerifyAnswer>;
}

/** One person asked for: exactly one field is given. */
export interface PersonQuery {
  /** Path, https URL or data URL of a picture; every face in it is asked for. */
  image?: string;
  /** A name that was given to an identity, compared without case. */
  name?: string;
  identity_id?: string;
}

export interface FindRequest extends PersonQuery {
  /** Several at once, instead of the single query. */
  people?: PersonQuery[];
  /** `any` (default): each person's appearances; `together`: the moments when all of them are on screen. */
  mode?: 'any' | 'together';
  video_ids?: string[];
  threshold?: number;
}

export interface SearchService {
  /** The whole answer, appearances ordered by video and time. */
  findPerson(request: FindRequest, signal?: AbortSignal): Promise<FindAnswer>;
}

export interface IdentitiesRequest {
  video_ids?: string[];
  /** Part of a name, compared without case. */
  name?: string;
  min_seconds?: number;
  /**
   * Descending for seconds (default) and videos, ascending for names; ties by identity_id, so that pages are stable.
   */
  sort?: 'seconds' | 'videos' | 'name';
}

export interface IdentitiesService {
  /** Everyone who fits, whole; with `video_ids` seconds and appearances count only those videos. */
  list(
    request: IdentitiesRequest,
    signal?: AbortSignal,
  ): Promise<{ identities: IdentityAnswer[]; coverage: Coverage[] }>;
}

export interface TogetherRequest {
  /** With one: its pairs with anyone. With several: pairs among these only. All identities when absent. */
  identity_ids?: string[];
  video_ids?: string[];
  mode: 'same_frame' | 'same_shot' | 'within_s';
  /** For `within_s`: how far apart two appearances may be, seconds. */
  within_s?: number;
}

export interface TogetherService {
  /** Pairs by seconds together, longest first; groups of three and more likewise. */
  coOccurrence(
    request: TogetherRequest,
    signal?: AbortSignal,
  ): Promise<{ pairs: PairAnswer[]; groups: GroupAnswer[]; coverage: Coverage[] }>;
}

/** A pair of pictures whose truth is known. */
export interface LabelledPair {
  /** Path or https URL of a picture; the face it is about is used. */
  image_a: string;
  image_b: string;
  /** Whether they show one person. */
  same: boolean;
  /** Subgroups it belongs to: { sex: 'f', age: '60+' }. */
  labels?: Record<string, string>;
}

/** Pairs come from `pairs_file`, from `pairs`, or, with neither, from the library. */
export interface CalibrateRequest {
  /** A CSV file: picture, picture, same (yes/no), and a column for each label; names of columns in the first line. */
  pairs_file?: string;
  pairs?: LabelledPair[];
  /** The setting's, else balanced, when absent. */
  operating_point?: PointName;
  /** Put it in force once it is made. */
  apply?: boolean;
}

export interface CalibrateContext extends IndexContext {
  /** Says which file may be opened for a source that a pairs file or a list names. @throws RollcallError forbidden */
  allow?(source: string): Promise<string>;
  /** The same for the same piece of work, so that doing it again after a crash doesn't keep its result twice. */
  key?: string;
}

export interface CalibrationService {
  /**
   * Measures what scores mean on pairs, and keeps a calibration if there are enough of them. Only `apply` puts it in
   * force.
   * @throws RollcallError bad_argument for a pairs file that can't be read
   */
  calibrate(request: CalibrateRequest, context?: CalibrateContext): Promise<CalibrationReport>;
  /** What is in force, and what was before. */
  status(signal?: AbortSignal): Promise<CalibrationStatus>;
  /** Puts a calibration that was kept in force. @throws RollcallError unknown_id */
  apply(calibration_id: string, signal?: AbortSignal): Promise<CalibrationStatus>;
  /** Goes back to the one before. @throws RollcallError bad_argument when the pack's own is in force */
  revert(signal?: AbortSignal): Promise<CalibrationStatus>;
}

export interface LibraryService {
  videos(signal?: AbortSignal): Promise<VideoSummary[]>;
}

export interface Services {
  indexing: IndexingService;
  verification: VerificationService;
  search: SearchService;
  identities: IdentitiesService;
  together: TogetherService;
  library: LibraryService;
  calibration: CalibrationService;
  /** Ends workers and closes the store; running calls reject with `cancelled`. */
  close(): Promise<void>;
}
