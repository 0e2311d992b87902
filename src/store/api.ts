/** What the store offers. No LanceDB or Arrow type appears here. Everything rejects with RollcallError. */
import type { Cohesion } from '../domain/people/like-others.js';
import type { LibraryKey } from '../config/library-key.js';
import type { Interval } from '../domain/types.js';
import type {
  CalibrationRow,
  EditRow,
  IdentityRow,
  PersonRow,
  ReferenceRow,
  SeenRow,
  SeenTotals,
  TrackBox,
  TrackPictures,
  TrackRow,
  TrackSummary,
  VideoRow,
} from './rows.js';

/**
 * Both given: tracks that fit both. An empty list fits nothing. Ill-formed ids reject with `unknown_id`; unknown ones
 * fit nothing.
 */
export interface TrackFilter {
  video_ids?: readonly string[];
  track_ids?: readonly string[];
}

export interface SeenFilter {
  video_ids?: readonly string[];
  identity_ids?: readonly string[];
}

export interface PeopleFilter {
  identity_ids: readonly string[];
}

export type { SeenTotals } from './rows.js';

/** A page in the order in which rows lie: all pages together are everybody, as long as nobody writes. */
export interface Page {
  from: number;
  limit: number;
}

/** n people in the mean of their tracks (see PersonRow). */
export interface MeansBlock {
  identity_ids: string[];
  /** n × dimensions float32, row-major. */
  vectors: Float32Array;
  /** n float32. */
  excess: Float32Array;
  best_tracks: string[];
  /** n float32. */
  best_excess: Float32Array;
}

/** n vectors, in the order of `tracks()`: by video_id, start_s, track_id. */
export interface VectorBlock {
  ids: string[];
  video_ids: string[];
  /** n × dimensions float32, row-major. */
  data: Float32Array;
  /** n float32, 0..1. */
  quality: Float32Array;
  /** n float32. */
  population_excess: Float32Array;
}

/** A track as it is compared with others. */
export interface TrackFace {
  track_id: string;
  video_id: string;
  vector: Float32Array;
  /** 0..1. */
  quality: number;
  population_excess: number;
  presence: Interval[];
}

export interface Neighbour {
  track_id: string;
  video_id: string;
  /** -1..1. */
  cosine: number;
  population_excess: number;
  quality: number;
}

export interface Reader {
  /** By indexed_at, then video_id. */
  videos(signal?: AbortSignal): Promise<VideoRow[]>;
  video(video_id: string, signal?: AbortSignal): Promise<VideoRow | null>;
  /** Those of these that there are, in no order. */
  videosOf(video_ids: readonly string[], signal?: AbortSignal): Promise<VideoRow[]>;
  videoByHash(content_hash: string, signal?: AbortSignal): Promise<VideoRow | null>;
  /** By video_id, start_s, track_id. */
  tracks(filter?: TrackFilter, signal?: AbortSignal): Promise<TrackSummary[]>;
  /** Ids that begin so, in the order of `tracks()`. @param start as an id begins. @throws RollcallError unknown_id */
  trackIdsFrom(start: string, signal?: AbortSignal): Promise<string[]>;
  vectors(filter?: TrackFilter, signal?: AbortSignal): Promise<VectorBlock>;
  /** The same of some tracks with when each is on screen, in no order; of all in the order of `tracks()`. */
  faces(track_ids: readonly string[], signal?: AbortSignal): Promise<TrackFace[]>;
  facesOfAll(signal?: AbortSignal): Promise<TrackFace[]>;
  /** 0..1, of those of these tracks that there are. May tell of other tracks. */
  qualityOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** Both: `unknown_id` when there is no such track. */
  pictures(track_id: string, signal?: AbortSignal): Promise<TrackPictures>;
  boxes(track_id: string, signal?: AbortSignal): Promise<TrackBox[]>;
  /** The best of the aligned crops of each of these tracks, a JPEG file; without those that have none. */
  bestCrops(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The same of all tracks of some videos, by track_id. */
  boxesIn(video_ids: readonly string[], signal?: AbortSignal): Promise<Map<string, TrackBox[]>>;
  /**
   * The tracks with the highest cosine, best first. Exact up to `indexRows` tracks; above, an index
   * proposes candidates, whose cosines are then computed exactly.
   */
  nearest(vector: Float32Array, limit: number, filter?: TrackFilter, signal?: AbortSignal): Promise<Neighbour[]>;
  /** Live ones and redirects, by created_at, then identity_id. */
  identities(signal?: AbortSignal): Promise<IdentityRow[]>;
  identity(identity_id: string, signal?: AbortSignal): Promise<IdentityRow | null>;
  /** Those of these that there are, in the order of `identities()`. */
  identitiesOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<IdentityRow[]>;
  /** The tracks of those of these that there are, in the order of their row. */
  trackIdsOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Videos that somebody is in with any of others; null where who is seen where tells it as fast. */
  sharedVideos(one: string, others: readonly string[], signal?: AbortSignal): Promise<readonly string[] | null>;
  /** Live ones that have a name, in the order of `identities()`. */
  named(signal?: AbortSignal): Promise<IdentityRow[]>;
  /** The live identity that each track belongs to; tracks that are nobody's are left out. May tell of other tracks. */
  ownersOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** How alike to strangers beside it each of these tracks came out (see OwnerRow); without those that are nobody's. */
  lightOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** How many tracks there are, and live identities that have any: quick. */
  counts(signal?: AbortSignal): Promise<{ tracks: number; people: number }>;
  /** Those of these that have tracks, in the mean of those. */
  people(which: PeopleFilter, signal?: AbortSignal): Promise<PersonRow[]>;
  /** The same of a page of everybody, as far as comparing takes it: quick. None in a library from before. */
  means(page: Page, signal?: AbortSignal): Promise<MeansBlock>;
  /** How well the tracks of each of these hold together; without those seen nowhere, none in a library from before. */
  cohesionOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Cohesion>>;
  /** Who is seen where, in no order. Both given: rows that fit both. An empty list fits nothing. */
  seen(filter?: SeenFilter, signal?: AbortSignal): Promise<SeenRow[]>;
  /** The same as far as times go, in columns: of everybody quick, also in a large library. */
  seenTimes(filter?: SeenFilter, signal?: AbortSignal): Promise<SeenTimes>;
  /** created_at by id of these identities, or of every one, redirects too: quick. */
  ages(identity_ids?: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** What is seen of everybody, summed up: quick, also in a large library. */
  seenTotals(signal?: AbortSignal): Promise<SeenTotals>;
  /** The log in order. */
  edits(signal?: AbortSignal): Promise<EditRow[]>;
  /** The number of each video's and identity's label, or of these alone, by id; redirects keep theirs. */
  labels(signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
  labelsOf(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** The same of whatever has one of these numbers. */
  numbered(numbers: readonly number[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** The log in order; empty for a library that never had a calibration of its own. */
  calibrations(signal?: AbortSignal): Promise<CalibrationRow[]>;
  /** Faces of people who were enrolled, by created_at, then reference_id; also those of edits that were undone. */
  references(signal?: AbortSignal): Promise<ReferenceRow[]>;
}

/** Who is seen where and when, in columns, in no order: a row for each person in each video. */
export interface SeenTimes {
  /** Everybody, and all videos, once. */
  identity_ids: readonly string[];
  video_ids: readonly string[];
  /** Of each row, the places of both in these lists. */
  who: Uint32Array;
  where: Uint32Array;
  /** Of each row, where its times begin; one place more, where the last ends. */
  from: Uint32Array;
  /** Beginning and end in turn, seconds, not rounded; of a row in time. */
  times: Float64Array;
}

/** What is other than in an earlier state. */
export interface Changes {
  /** Videos that came, went, or whose rows, tracks or people are others. */
  video_ids: ReadonlySet<string>;
  /** Identities that came, went or are others. */
  identity_ids: ReadonlySet<string>;
  /** Whether the log of edits or reference photos may be others. */
  edits: boolean;
}

/** The library at one state. */
export interface State extends Reader {
  /** What tells it from other states; null where nobody can tell. */
  readonly mark: string | null;
  /** Since the state of that mark. @returns null: not known, perhaps everything */
  changedSince(mark: string | null): Changes | null;
}

/** A track of an earlier run that stays when its video is committed again, whole or in part. */
export interface KeptTrack {
  track_id: string;
  /** Its id from now on. */
  becomes: string;
  start_s: number;
  end_s: number;
  presence: Interval[];
}

/** A staged track without its pictures. */
export interface StagedTrack {
  track_id: string;
  video_id: string;
  vector: Float32Array;
  population_excess: number;
  quality: number;
  presence: readonly Interval[];
  /** Where it was seen, in time; left out of tracks that nobody compares by place. */
  places?: readonly TrackBox[];
}

/** A run that another process, or this one, began and left. */
export interface ResumedRun {
  /** What `checkpoint` was given last. */
  state: unknown;
  /** What was staged until then. */
  tracks: StagedTrack[];
}

/** What a write can do. All of it becomes visible in one step when the write ends, or, if it throws, nothing. */
export interface Writer {
  /** Same as Library.stageTracks. */
  stageTracks(rows: readonly TrackRow[]): Promise<void>;
  /** Inserts or replaces by identity_id. */
  putIdentities(rows: readonly IdentityRow[]): Promise<void>;
  removeIdentities(identity_ids: readonly string[]): Promise<void>;
  /** Appends to the log. @returns the rows with their `seq`. */
  appendEdits(rows: readonly Omit<EditRow, 'seq'>[]): Promise<EditRow[]>;
  /** Likewise. */
  appendCalibrations(rows: readonly Omit<CalibrationRow, 'seq'>[]): Promise<CalibrationRow[]>;
  /** Inserts. */
  putReferences(rows: readonly ReferenceRow[]): Promise<void>;
  removeReferences(reference_ids: readonly string[]): Promise<void>;
  /**
   * Puts the video with the tracks staged under its run_id in the place of any earlier run of it.
   * @param kept tracks of earlier runs that stay; none when left out
   */
  commitVideo(row: VideoRow, kept?: readonly KeptTrack[]): Promise<void>;
  /** The same of several at once, whose tracks may be staged under one run_id. None stays of earlier runs. */
  commitVideos(rows: readonly VideoRow[]): Promise<void>;
  /** Replaces rows of videos whose tracks stay as they are. */
  putVideos(rows: readonly VideoRow[]): Promise<void>;
  /** Removes videos with their tracks. */
  removeVideos(video_ids: readonly string[]): Promise<void>;
  removeTracks(track_ids: readonly string[]): Promise<void>;
  /** Puts entries in the place of those with the same edit_id: only to forget, the log is append-only otherwise. */
  replaceEdits(rows: readonly EditRow[]): Promise<void>;
  removeEdits(edit_ids: readonly string[]): Promise<void>;
  /** Puts entries in the place of those with the same seq. */
  replaceCalibrations(rows: readonly CalibrationRow[]): Promise<void>;
  /**
   * With this write a purge falls due: the library remembers it, so that whoever opens it next makes up for one that
   * was cut short.
   */
  duePurge(): void;
  /** Throws away what was staged under a run. */
  dropRun(run_id: string): Promise<void>;
}

/** What a library's vectors are of. */
export interface LibraryIdentity {
  /** Id of the model pack. */
  pack: string;
  /** Length of a vector. */
  dimensions: number;
  /** What the vectors depend on: those of equal ones can be compared. */
  vectors: string;
  /** What scores of tracks against the population depend on. */
  population: string;
}

/** What another pack makes of a track. */
export interface NewVector {
  vector: Float32Array;
  population_excess: number;
  norm: number;
  spread: number;
}

export interface Library extends Reader {
  readonly pack: string;
  readonly dimensions: number;
  /** As it is now, for reads that must agree: upkeep removes old states after minutes, a purge at once. */
  snapshot(): Promise<State>;
  /** Reads of a large library what is held in memory of its tracks, before questions come that it makes quicker. */
  holdTracks(): Promise<void>;
  /**
   * Puts tracks aside under their run_id, on disk, where no reader sees them. Takes no lock that others
   * wait for, so a long indexing stages as it goes. A run that is neither committed nor dropped goes
   * away with this process, unless it was opened with `resumeRun` and has a checkpoint.
   */
  stageTracks(rows: readonly TrackRow[], signal?: AbortSignal): Promise<void>;
  /**
   * Opens a run that may outlive this process: waits until nobody works on it any more, and takes it back to its last
   * checkpoint. @param owner whose run it is; it stays on disk as long as `keepsRun` says so of its owner
   * @returns null when there was no checkpoint: the run begins with nothing staged
   */
  resumeRun(run_id: string, owner: string, signal?: AbortSignal): Promise<ResumedRun | null>;
  /**
   * Remembers on disk what was staged so far, with a state of the caller's (anything that structuredClone takes), so
   * that the run can be resumed from here. Only for runs opened with `resumeRun`.
   */
  checkpoint(run_id: string, state: unknown, signal?: AbortSignal): Promise<void>;
  /** Lets go of a run that is neither committed nor dropped: at its last checkpoint it can be resumed. */
  leaveRun(run_id: string): Promise<void>;
  /** Throws away what was staged under a run. */
  dropRun(run_id: string): Promise<void>;
  /** Removes runs that nobody works on and nobody wants to resume. Every write does so as well. */
  sweep(): Promise<void>;
  /**
   * Removes also runs that somebody would resume, but that nobody works on at this moment: they start over.
   * @returns how many went, and how many are being worked on and stayed
   */
  dropRestingRuns(): Promise<{ dropped: number; in_progress: number }>;
  /**
   * Runs `fn` as the only writer of the library, across processes; waits for its turn. What `fn` reads
   * from the library is the state before this write, and stays so until it ends. Keep it short. `busy`
   * when the lock was lost on the way (the machine slept): nothing was written, write again.
   * A write inside a write would wait for itself for ever.
   */
  write<T>(fn: (writer: Writer) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Rewrites the tables without removed rows and deletes every old state from disk: what was removed is gone. Seconds
   * per GB. Whoever reads an old state meanwhile is told so (`busy`), or reads the new one.
   */
  purge(signal?: AbortSignal): Promise<{ bytes_removed: number; versions_removed: number }>;
  /**
   * Puts the vectors of another pack in the place of this library's, in one step: every track and every reference must
   * be given one. This library is to be closed then, and opened as what it became.
   * @throws RollcallError `busy` when some came meanwhile
   */
  changePack(to: LibraryIdentity, vectors: ReadonlyMap<string, NewVector>, signal?: AbortSignal): Promise<void>;
  /**
   * Writes the library anew, encrypted with a key, or not encrypted (null), in one step, and takes what was there off
   * the disk. Unfinished runs start over. This library is to be closed then, and opened as what it became.
   * @returns how many runs others are working on, whose tracks stay on the disk as they were staged until they end
   */
  changeEncryption(to: LibraryKey | null, signal?: AbortSignal): Promise<{ in_progress: number }>;
  /** The same library, its own key sealed with another of the user's. @throws RollcallError wrong_key */
  changeKey(from: LibraryKey, to: LibraryKey, signal?: AbortSignal): Promise<void>;
  /** Lets the running writes end, drops runs that were not committed. Anything called afterwards rejects. */
  close(): Promise<void>;
}

/** Where the library writes what a user need not see; a pino logger fits. */
export interface StoreLogger {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface LibraryOptions {
  /** Folder of the library, made when missing; or its address in an object store, s3://bucket/prefix. */
  home: string;
  /** Folder for what is this machine's own, as runs that are not committed; the library's own when absent. */
  localHome?: string | undefined;
  /** Length of a vector. */
  dimensions: number;
  /** Id of the model pack whose vectors are stored. */
  pack: string;
  /**
   * What the pack's vectors depend on; others can't be compared with them even if the pack has the same id. Not checked
   * when absent.
   */
  vectors?: string | undefined;
  /** What the pack's population depends on: with equal vectors and an equal one, packs share a library. */
  population?: string | undefined;
  /** Of an encrypted library; a new one is encrypted with it. */
  key?: LibraryKey | null | undefined;
  /** Nothing is written, not even what a dead process left is swept; a library that is not there is not made. */
  readOnly?: boolean | undefined;
  logger?: StoreLogger;
  /** Whether runs of this owner will be resumed (see Library.resumeRun); none are when absent. */
  keepsRun?: ((owner: string) => Promise<boolean>) | undefined;
  /** Of a library in an object store: whether `keepsRun` knows the owners of all machines, which share their runs. */
  sharesRuns?: boolean | undefined;
  /** For tests and measurements. */
  tuning?: Partial<Tuning>;
}

export interface Tuning {
  /** A lock not refreshed for so long belongs to a dead process. At least 2000. */
  lockStaleMs: number;
  /** How often what dead processes staged is swept, beside each opening and each write. */
  sweepEveryMs: number;
  /** New versions of a table after which it is compacted and old versions are deleted; of a small one fewer do. */
  upkeepVersions: number;
  /** Rows that no index knows after which it is too, as where much is written at once. */
  upkeepRows: number;
  /** Old states are kept at least this long for readers that are still at them. */
  keepMs: number;
  /** Tracks from which on search uses an index. */
  indexRows: number;
  /** Tracks up to which what questions read of a state is kept in memory. */
  heldTracks: number;
}
