/** One streaming pass over a video: frames in, finished and embedded tracks out. */
import { setMaxListeners } from 'node:events';
import { findSwitches, poolTrack, splitAt, type EmbeddedCrop } from '../../../domain/tracks/track-pooling.js';
import { bestPicturesFirst } from '../../../domain/tracks/best-picture.js';
import { presence, type Shot } from '../../../domain/tracks/track-presence.js';
import type { TrackCrop, TrackDraft, TrackSample } from '../../../domain/tracks/open-track.js';
import { keyBoxes } from '../../../domain/tracks/key-boxes.js';
import { createTracker, type TrackerState } from '../../../domain/tracks/tracker.js';
import type { Interval, Picture } from '../../../domain/types.js';
import { scaleBox } from '../../../domain/faces/geometry.js';
import { RecentFrames } from '../../../domain/shots/part-changes.js';
import type { FrameSource } from '../../../media/film/frames.js';
import type { CoverageRecord } from '../../../store/records/coverage-record.js';
import type { TrackRow } from '../../../store/rows.js';
import type { FacePipeline } from '../../../vision/pipeline.js';
import { embedTrack } from './embed-track.js';
import { type LeapingFrame, withLeaps } from './leaps.js';
import { type LookedAt, lookSparsely } from './sparse-looks.js';
import { WaitingTracks } from './waiting-tracks.js';

/** Detections down to this probability prolong tracks; the gate decides what is embedded. */
export const MIN_SCORE = 0.3;
/** Looks that may be with each inference worker, so that it never idles between two. */
const IN_FLIGHT = 2;
/** Finished tracks that may wait to be embedded and stored before reading stops for them. */
const BACKLOG = 64;
/** A track of a single sample counts only when the detector was this sure and the face this good. */
const LONE = { score: 0.9, quality: 0.35 } as const;
/**
 * A glimpse of a poor face can't be told, and would be one more person: quality times seconds seen must reach this,
 * more beside better faces that end with it, unless it is somebody who was seen well. For four samples of five a second
 * half of a face behind somebody else's comes to 0.1, a bystander out of focus to 0.2.
 */
const GLIMPSE = { beside: 0.2, alone: 0.04 } as const;
/** Samples that what is looked at has time for where it has none for glimpses: one, and what rounding adds. */
const INSTANTS = 1.01;
/** A face in profile throughout is told, if at all, by so many crops at least. */
const PROFILES = 2;
/** Small frames are kept for so long behind the last sample, seconds: two looks and what is missing between them. */
const RECENT_S = 3;

/**
 * A track that has been embedded: what the library keeps of it, before it has ids and its crops are JPEG. `crops` are
 * aligned, RGB, the one to be shown first.
 */
export type WatchedTrack = Omit<
  TrackRow,
  'track_id' | 'video_id' | 'run_id' | 'population_excess' | 'pack' | 'thumbnail'
>;

/** The part of the pipeline that watching needs. */
export type WatchPipeline = Pick<FacePipeline, 'pack' | 'workers' | 'detect' | 'embed'>;

export interface WatchOptions {
  sampleFps: number;
  detectorSide: number;
  /** What is to be looked at; the first and last shot reach to its ends. */
  range: Interval;
  signal?: AbortSignal;
  /** Called for every sample looked at. */
  onSample?(time_s: number): void;
  /**
   * Whether a glimpse beside better faces, or a face that was never seen but in profile, is of somebody who was seen
   * well; asked again when more was seen. Without it all such are dropped.
   */
  isSomebody?: ((track: WatchedTrack) => boolean) | undefined;
  /** Called with finished tracks as they come; awaited, so that memory stays bounded. */
  onTracks(tracks: WatchedTrack[]): Promise<void>;
  /** Where an earlier pass was left; `frames` then begin at its last sample. */
  from?: WatchState | undefined;
  /** Keeps a state from which the pass can go on, once all tracks that had ended by then were given to onTracks. */
  checkpoint?: Checkpointing | undefined;
}

/** When and where the state of a pass is kept. */
export interface Checkpointing {
  /** Asked after each sample. */
  isDue(): boolean;
  save(state: WatchState): Promise<void>;
}

/** A pass between two samples. Plain data. */
export interface WatchState {
  /** The last sample that was looked at. */
  time_s: number;
  shot: Omit<Shot, 'end_s'>;
  shot_index: number;
  seen: FacesCounted;
  tracker: TrackerState;
  /** Tracks of nobody so far. */
  waiting: WatchedTrack[];
  /** Where decoding began, and the shot boundaries up to the last sample. */
  start_s: number;
  cuts: number[];
}

/** What was seen in all: every face is either kept or gated. */
export type FacesCounted = Pick<CoverageRecord, 'faces_seen' | 'faces_kept' | 'gated'>;

/**
 * Watches frames to their end. Decoding, detection and embedding overlap: frames are read ahead by the source, a few
 * wait in the worker, and finished tracks are embedded between them. @throws RollcallError cancelled when the signal
 * aborts.
 */
export async function watchVideo(
  frames: FrameSource,
  pipeline: WatchPipeline,
  options: WatchOptions,
): Promise<FacesCounted> {
  const { sampleFps, range, signal, from, checkpoint } = options;
  // All that waits for a worker listens: the tracks of several shots, when those are short.
  if (signal) setMaxListeners(0, signal);
  const seen: FacesCounted = structuredClone(from?.seen ?? { faces_seen: 0, faces_kept: 0, gated: {} });
  /** Crops that turned out too poor, of tracks that were embedded: told late, and so counted apart. */
  let weakSoFar = 0;
  const count = (reason: string) => {
    seen.gated[reason] = (seen.gated[reason] ?? 0) + 1;
  };
  // Of a film of one frame nobody sees more of anybody; it tells whom a photo would.
  const isInstant = range.end_s - range.start_s <= INSTANTS / sampleFps;
  const waiting = new WaitingTracks<WatchedTrack>(from?.waiting);
  const isSomebody = options.isSomebody ?? (() => false);
  const recent = new RecentFrames();
  const shares = { x: 1 / frames.width, y: 1 / frames.height };
  const tracker = createTracker(sampleFps, from?.tracker, (box, from_s, to_s) =>
    recent.changedAt(scaleBox(box, shares), from_s, to_s),
  );
  const shot: Shot = {
    ...structuredClone(from?.shot ?? { start_s: range.start_s, first_s: -1, last_s: -1, leaps: [] }),
    end_s: range.end_s,
  };
  let shotIndex = from?.shot_index ?? 0;
  let finishing: Promise<void> = Promise.resolve();
  let backlog = 0;
  const inFlight: LookedAt[][] = [];

  const giveBack = ({ data, small }: Picture) => {
    frames.recycle(data);
    if (small) frames.recycle(small.data);
  };

  const finish = (drafts: TrackDraft[], within: Shot) => {
    if (drafts.length === 0) return;
    backlog += drafts.length;
    // Embedded as soon as may be, but stored and counted in turn.
    const embedded = Promise.all(drafts.map((d) => finishTrack(d, within, pipeline, sampleFps, signal)));
    embedded.catch(() => undefined); // reported where its turn is
    finishing = finishing.then(async () => {
      const done = await embedded;
      weakSoFar += done.reduce((sum, { weak }) => sum + weak, 0);
      const { told, glimpses } = withoutGlimpses(
        done.flatMap(({ tracks }) => tracks),
        sampleFps,
        isInstant ? GLIMPSE.alone : GLIMPSE.beside,
      );
      const poor = [...glimpses, ...done.flatMap(({ turned }) => turned)];
      const known = new Set(poor.filter(isSomebody));
      const tracks = [...told, ...known];
      if (tracks.length > 0) await options.onTracks(tracks);
      const unknown = options.isSomebody ? poor.filter((t) => !known.has(t)) : [];
      const later = waiting.add(unknown, isSomebody);
      if (later.length > 0) await options.onTracks(later);
      backlog -= drafts.length;
    });
    finishing.catch(() => undefined); // reported where it is awaited
  };

  const settle = async (next: LookedAt) => {
    const faces = await next.faces;
    if (next.cut_s !== null && shot.first_s >= 0) {
      const ended = { ...shot, end_s: next.cut_s };
      shotIndex++;
      finish(tracker.step(next.time_s, shotIndex, []), ended);
      shot.start_s = next.cut_s;
      shot.first_s = next.time_s;
      // Tracks of the shot before are still being told by its own.
      shot.leaps = [];
    }
    if (next.leap && next.leap.time_s > shot.start_s) shot.leaps.push(next.leap.time_s);
    if (shot.first_s < 0) {
      shot.first_s = next.time_s;
      // The file may promise more before it than can be decoded.
      shot.start_s = Math.max(shot.start_s, frames.soFar().start_s ?? shot.start_s);
    }
    shot.last_s = next.time_s;
    // The file promised less than there is: where it ends is known at the end.
    if (next.time_s >= shot.end_s) shot.end_s = Infinity;
    seen.faces_seen += faces.length;
    for (const f of faces) {
      if (f.gated) count(f.gated);
      else seen.faces_kept++;
    }
    // An open shot's end is not known; a track that ends before its last sample does not reach it.
    finish(tracker.step(next.time_s, shotIndex, faces, next.leap), { ...shot });
    recent.dropBefore(next.time_s - RECENT_S);
    options.onSample?.(next.time_s);
  };

  const settleFirst = async () => {
    const group = inFlight.shift() ?? [];
    for (const next of group) await settle(next);
    // Looking can be taken up again at a picture that was looked at, which ends a group.
    const last = group.at(-1);
    if (last && checkpoint?.isDue()) keepState(checkpoint, last.time_s);
  };

  const keepState = (into: Checkpointing, time_s: number) => {
    const { start_s, cuts } = frames.soFar();
    const now = {
      time_s,
      shot: { start_s: shot.start_s, first_s: shot.first_s, last_s: shot.last_s, leaps: [...shot.leaps] },
      shot_index: shotIndex,
      tracker: tracker.state(),
      start_s: from?.start_s ?? start_s ?? range.start_s,
      cuts: [...(from?.cuts ?? []), ...cuts.filter((c) => c <= time_s && c > (from?.time_s ?? -Infinity))],
    };
    const faces = structuredClone(seen);
    // Behind the tracks that have ended: when its turn comes they are stored, and their weak crops are counted.
    finishing = finishing.then(() => into.save({ ...now, waiting: waiting.state(), seen: withWeak(faces, weakSoFar) }));
    finishing.catch(() => undefined); // reported where it is awaited
  };

  const watch = async (): Promise<void> => {
    const detecting = { minScore: MIN_SCORE, detectorSide: options.detectorSide };
    const look = async (image: Picture) => {
      const { faces } = await pipeline.detect(image, detecting, signal);
      giveBack(image);
      return faces;
    };
    for await (const group of lookSparsely(
      remembering(withLeaps(frames, sampleFps), recent),
      { look, giveBack },
      from?.time_s,
    )) {
      signal?.throwIfAborted();
      inFlight.push(group);
      if (inFlight.length > IN_FLIGHT * pipeline.workers) await settleFirst();
      if (backlog > BACKLOG) await finishing;
    }
    while (inFlight.length > 0) await settleFirst();
  };
  try {
    await watch();
  } catch (error) {
    // Whoever drops or leaves the run must not be followed by tracks that are still being stored.
    await finishing.catch(() => undefined);
    throw error;
  }
  // A damaged video ends where decoding did.
  shot.end_s = Math.min(shot.end_s, frames.report().decoded.at(-1)?.end_s ?? shot.last_s);
  finish(tracker.finish(), { ...shot });
  await finishing;
  const later = waiting.take(isSomebody);
  if (later.length > 0) await options.onTracks(later);
  return withWeak(seen, weakSoFar);
}

/** The same frames; what is small of them is kept. */
async function* remembering(frames: AsyncIterable<LeapingFrame>, recent: RecentFrames): AsyncGenerator<LeapingFrame> {
  for await (const frame of frames) {
    recent.add(frame.passed);
    yield frame;
  }
}

function withWeak({ faces_seen, faces_kept, gated }: FacesCounted, weak: number): FacesCounted {
  if (weak === 0) return { faces_seen, faces_kept, gated };
  return { faces_seen, faces_kept: faces_kept - weak, gated: { ...gated, low_norm: (gated['low_norm'] ?? 0) + weak } };
}

/**
 * @param ended tracks that ended together, at a cut or one by one @param beside see GLIMPSE
 * @returns what can't be told by itself apart
 */
function withoutGlimpses(
  ended: WatchedTrack[],
  sampleFps: number,
  beside: number,
): { told: WatchedTrack[]; glimpses: WatchedTrack[] } {
  const seenFor = (t: WatchedTrack) => (t.quality * t.samples) / sampleFps;
  const told = ended.filter((t) => seenFor(t) >= GLIMPSE.alone);
  if (!told.some((t) => seenFor(t) >= beside)) return { told, glimpses: [] };
  return {
    told: told.filter((t) => seenFor(t) >= beside),
    glimpses: told.filter((t) => seenFor(t) < beside),
  };
}

/** What a finished track came to. */
interface Finished {
  /** Several where it followed two people. */
  tracks: WatchedTrack[];
  /** Crops that turned out too poor. */
  weak: number;
  /** Those that are in profile throughout. */
  turned: WatchedTrack[];
}

const NOTHING: Finished = { tracks: [], weak: 0, turned: [] };

/** Embeds a finished track, splits it where it followed two people, and drops what can't be told. */
async function finishTrack(
  draft: TrackDraft,
  shot: Shot,
  pipeline: WatchPipeline,
  sampleFps: number,
  signal?: AbortSignal,
): Promise<Finished> {
  const lone = draft.samples.length === 1 ? draft.samples[0] : undefined;
  if (lone && (lone.score < LONE.score || lone.quality < LONE.quality)) return NOTHING;
  const { crops, weak } = await embedTrack(draft, pipeline, signal);
  const switches = findSwitches(crops, draft.jumps, draft.leaps);
  const told = splitAt(crops, switches),
    seen = splitAt(draft.crops, switches),
    profiles = splitAt(draft.profiles, switches);
  const finished: Finished = { tracks: [], weak, turned: [] };
  for (const [i, samples] of splitAt(draft.samples, switches).entries()) {
    const isTurned = seen[i]?.length === 0;
    const here = isTurned ? await embedProfiles(profiles[i] ?? [], pipeline, signal) : (told[i] ?? []);
    const track = summarise(draft.shot, samples, here, between(switches, i, samples, shot), sampleFps);
    if (track) finished[isTurned ? 'turned' : 'tracks'].push(track);
  }
  return finished;
}

/** @returns none where there are too few to tell by */
async function embedProfiles(profiles: TrackCrop[], pipeline: WatchPipeline, signal?: AbortSignal) {
  if (profiles.length < PROFILES) return [];
  const { crops } = await embedTrack({ crops: profiles, jumps: [] }, pipeline, signal);
  return crops.length < PROFILES ? [] : crops;
}

/**
 * What of a shot lies between two switches of a track, which are cuts of this one face.
 * @param i the part before switch i
 */
function between(switches: readonly number[], i: number, samples: readonly TrackSample[], shot: Shot): Shot {
  const start_s = switches[i - 1],
    end_s = switches[i];
  return {
    start_s: start_s ?? shot.start_s,
    first_s: start_s === undefined ? shot.first_s : (samples[0]?.time_s ?? start_s),
    end_s: end_s ?? shot.end_s,
    last_s: end_s === undefined ? shot.last_s : (samples.at(-1)?.time_s ?? end_s),
    leaps: shot.leaps,
  };
}

function summarise(
  shot: number,
  samples: TrackSample[],
  crops: (TrackCrop & EmbeddedCrop)[],
  within: Shot,
  sampleFps: number,
): WatchedTrack | null {
  const shown = bestPicturesFirst(crops);
  const [top] = shown;
  if (samples.length === 0 || !top) return null;
  const { vector, spread } = poolTrack(crops);
  const on = presence(
    samples.map((s) => s.time_s),
    within,
    sampleFps,
  );
  const best = crops.map((c) => c.quality).sort((a, b) => b - a);
  const quality = best.slice(0, 3).reduce((s, q) => s + q, 0) / Math.min(3, best.length);
  return {
    shot,
    presence: on,
    start_s: on[0]?.start_s ?? top.time_s,
    end_s: on.at(-1)?.end_s ?? top.time_s,
    samples: samples.length,
    embedded: crops.length,
    quality,
    vector,
    spread,
    norm: crops.reduce((s, c) => s + c.norm, 0) / crops.length,
    best_time_s: top.time_s,
    boxes: keyBoxes(samples).map(({ time_s, box }) => ({ time_s, box })),
    crops: shown.map((c) => c.crop),
  };
}
