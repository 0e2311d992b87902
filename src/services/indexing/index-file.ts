/** Indexes one video file: what was not looked at yet is watched, and joins the library in one step. */
import type { Settings } from '../../config/settings.js';
import { deriveId, newId } from '../../domain/ids.js';
import { clip, total, union } from '../../domain/intervals.js';
import { RollcallError } from '../../domain/errors.js';
import { overlapOf } from '../../domain/people/co-visibility.js';
import type { Interval } from '../../domain/types.js';
import type { FrameReport } from '../../media/frames.js';
import type { VideoProbe } from '../../media/probe.js';
import type { Source } from '../../media/source.js';
import type { Library, StagedTrack } from '../../store/api.js';
import type { LookRecord } from '../../store/records/coverage-record.js';
import { joinRule } from '../people/group-tracks.js';
import type { WorkContext } from '../progress.js';
import type { IndexRequest } from '../requests/index-video.js';
import type { Resources } from '../resources.js';
import { indexed, type IndexedVideo } from './describe-video.js';
import { keptTracks } from './earlier-tracks.js';
import type { FileExaminer } from './examine-file.js';
import { joinVideo } from './join-video.js';
import { addLook, askedRange, looksOf, type Manner, missing, movedWarning, openRange, whatChanges } from './looks.js';
import { newRunState, readRunState, type RunState, type Watched } from './run-state.js';
import { PIPELINE_VERSION, trackRow, type VideoFile, videoFile, videoRow } from './video-rows.js';
import { seenBefore } from './seen-before.js';
import { type FacesCounted, watchVideo, type WatchState } from './watch-video.js';
import { stagedTrack } from './track-successors.js';

/** Key frames looked at in a second of film by a first glance (see glance.ts), at most. */
export const GLANCE_FPS = 0.5;
/** Share of the work that watching is; the rest is clustering and committing. */
const WATCHING = 0.97;
/** Shots are looked for from so many seconds before where a run is resumed: longer than any dissolve. */
const LEAD_S = 4;

/** How a request looks at a video. */
export function mannerOf(request: IndexRequest, { sampleFps }: Pick<Settings, 'sampleFps'>): Manner {
  return {
    sample_fps: request.sample_fps ?? sampleFps,
    pipeline_version: PIPELINE_VERSION,
    force: request.force ?? false,
  };
}

/** From the first picture to the end; the length may not be known. */
function spanOf({ start_s, duration_s }: Pick<VideoProbe, 'start_s' | 'duration_s'>): Interval {
  return { start_s, end_s: duration_s > 0 ? start_s + duration_s : Infinity };
}

export interface IndexFileOptions {
  /** A film as long as this is worth a first look at key frames, seconds; by default a minute. */
  glance_from_s?: number;
  /** How long a run goes on until its state is kept again, milliseconds. */
  checkpoint_ms: number;
}

/** @param context with a `key` the work can be resumed: called again with the same one, it goes on where it was left */
export async function indexFile(
  file: Source<'file'>,
  request: IndexRequest,
  context: WorkContext,
  signal: AbortSignal,
  resources: Resources,
  options: IndexFileOptions,
  examiner: FileExaminer,
): Promise<IndexedVideo> {
  const { settings } = resources;
  context.onProgress?.({ fraction: 0, stage: 'probing', eta_s: null });
  const examined = await examiner.examine(file, signal);
  const { probe, content_hash } = examined;
  const library = await resources.library();
  const { pack } = await resources.pipeline();
  const manner = mannerOf(request, settings),
    asked = askedRange(request),
    span = spanOf(probe);
  if (clip([asked], span).length === 0)
    throw new RollcallError(
      'bad_argument',
      `There is nothing between ${request.start_s ?? probe.start_s} s and ${request.end_s ?? 'the end'}: the video lasts from ${probe.start_s.toFixed(1)} to ${(probe.start_s + probe.duration_s).toFixed(1)} s.`,
      'Give start_s and end_s inside the video, start_s first.',
    );
  const known = await library.videoByHash(content_hash, signal);
  const run_id = context.key === undefined ? newId('run') : deriveId('run', context.key, request.source, content_hash);
  const looks = known ? looksOf(known) : [];
  // A run that was committed the moment its process died is not done again.
  const committed = known?.run_id === run_id;
  const ranges = committed ? [] : missing(looks, asked, manner, span);
  if (known && ranges.length === 0) {
    const warnings = [...movedWarning(known, request.source), ...whatChanges(looks, asked, { ...manner, asked: [] })];
    return indexed(resources, known.video_id, !committed, warnings, signal);
  }
  const video = videoFile(examined, { run_id, source: request.source, pack: pack.id, video_id: known?.video_id });
  const task = JSON.stringify([manner, ranges, settings.detectorSide, settings.maxSide, pack.fingerprint.vectors]);
  const run = await openRun(library, video.run_id, task, context.key, signal);
  try {
    const watched = await watchRanges(file, video, ranges, manner, run, {
      context,
      signal,
      resources,
      library,
      options,
    });
    context.onProgress?.({ fraction: WATCHING, stage: 'grouping', eta_s: null });
    const { sample_fps, pipeline_version } = manner;
    const { cuts, ...counted } = watched;
    const fresh: LookRecord = { sample_fps, pipeline_version, asked: ranges, ...counted };
    await commitWatched(video, fresh, cuts, run.tracks, library, resources, signal);
    context.onProgress?.({ fraction: 1, stage: 'done', eta_s: 0 });
    // That the film is watched whole after a glance is what was asked for.
    const isNoGlance = (look: LookRecord) => !request.quick || look.sample_fps > GLANCE_FPS;
    return await indexed(resources, video.video_id, false, whatChanges(looks.filter(isNoGlance), asked, fresh), signal);
  } catch (error) {
    // Whoever interrupts the work may want to go on with it; what failed would fail again.
    await (signal.aborted ? library.leaveRun(run_id) : library.dropRun(run_id));
    throw error;
  }
}

/** A run that goes on: what it has staged, and how far it is. */
export interface Run {
  tracks: StagedTrack[];
  state: RunState;
  resumable: boolean;
}

async function openRun(
  library: Library,
  run_id: string,
  task: string,
  key: string | undefined,
  signal: AbortSignal,
): Promise<Run> {
  const anew = (): Run => ({ tracks: [], state: newRunState(task), resumable: key !== undefined });
  if (key === undefined) return anew();
  const left = await library.resumeRun(run_id, key, signal);
  if (!left) return anew();
  const state = readRunState(left.state, task);
  if (state) return { tracks: left.tracks, state, resumable: true };
  await library.dropRun(run_id);
  await library.resumeRun(run_id, key, signal);
  return anew();
}

export interface Work {
  context: WorkContext;
  signal: AbortSignal;
  resources: Resources;
  library: Library;
  options: IndexFileOptions;
}

/**
 * Watches one range after another from where the run is; its tracks are staged, and added to those of the run.
 * @param keyFrames looks at key frames only
 */
export async function watchRanges(
  file: Source<'file'>,
  video: VideoFile,
  ranges: readonly Interval[],
  { sample_fps: sampleFps }: Manner,
  run: Run,
  { context, signal, resources, library, options }: Work,
  keyFrames = false,
): Promise<Watched> {
  const { settings } = resources;
  const [pipeline, tools] = [await resources.pipeline(), await resources.ffmpeg()];
  const { openFrames } = await import('../../media/frames.js');
  const { encodeCrop } = await import('../../media/images.js');
  const wholes = ranges.flatMap((range) => clip([range], spanOf(video.probe)));
  const tell = tellWatching(wholes, context.onProgress);
  let { watched } = run.state;
  let kept_at = performance.now();
  for (const [i, range] of ranges.entries()) {
    const whole = clip([range], spanOf(video.probe))[0];
    if (i < run.state.ranges || !whole) continue;
    const from = (i === run.state.ranges ? run.state.watch : null) ?? undefined;
    if (from) tell(from.time_s);
    const open = openRange(range);
    const frames = openFrames(
      file,
      {
        sampleFps,
        keyFrames,
        maxSide: settings.maxSide,
        smallSide: settings.detectorSide,
        range: from ? { start_s: from.time_s, end_s: open?.end_s ?? Infinity } : open,
        lead_s: from ? LEAD_S : 0,
        probe: video.probe,
        tools,
      },
      signal,
    );
    const before = watched;
    const scale = { x: video.probe.width / frames.width, y: video.probe.height / frames.height };
    const seen = await watchVideo(frames, pipeline, {
      sampleFps,
      detectorSide: settings.detectorSide,
      range: whole,
      from,
      signal,
      onSample: tell,
      isSomebody: seenBefore(run.tracks, pipeline.pack),
      async onTracks(tracks) {
        const rows = await Promise.all(
          tracks.map((t) =>
            trackRow(t, { video_id: video.video_id, run_id: video.run_id, scale }, pipeline.pack, encodeCrop),
          ),
        );
        await library.stageTracks(rows, signal);
        run.tracks.push(...rows.map(stagedTrack));
      },
      checkpoint: run.resumable
        ? {
            isDue: () => {
              const due = performance.now() - kept_at >= options.checkpoint_ms;
              if (due) kept_at = performance.now();
              return due;
            },
            save: (watch) =>
              library.checkpoint(video.run_id, { ...run.state, ranges: i, watched: before, watch } satisfies RunState),
          }
        : undefined,
    });
    watched = withRange(watched, seen, frames.report(), from);
  }
  return watched;
}

/** What is through, with one more range. @param from where its watching was taken up */
function withRange(watched: Watched, seen: FacesCounted, report: FrameReport, from: WatchState | undefined): Watched {
  const gated = { ...watched.gated };
  for (const [reason, n] of Object.entries(seen.gated)) gated[reason] = (gated[reason] ?? 0) + n;
  const decoded = report.decoded.map((range, i) => (from && i === 0 ? { ...range, start_s: from.start_s } : range));
  const cuts = from ? [...from.cuts, ...report.cuts.filter((c) => c > from.time_s)] : report.cuts;
  return {
    faces_seen: watched.faces_seen + seen.faces_seen,
    faces_kept: watched.faces_kept + seen.faces_kept,
    gated,
    decoded: union([...watched.decoded, ...decoded]),
    cuts: [...watched.cuts, ...cuts],
    ended_early: report.endedEarly ?? watched.ended_early,
  };
}

/** Says how far watching is, told the time of each sample. */
function tellWatching(ranges: readonly Interval[], onProgress: WorkContext['onProgress']): (time_s: number) => void {
  const all_s = total(ranges),
    began = performance.now();
  let first: number | null = null;
  return (time_s) => {
    const through = ranges.map(({ start_s, end_s }) => Math.min(Math.max(time_s, start_s), end_s) - start_s);
    const done = through.reduce((s, x) => s + x, 0) / all_s;
    first ??= done;
    const here = done - first,
      elapsed_s = (performance.now() - began) / 1000;
    onProgress?.({
      fraction: WATCHING * done,
      stage: 'watching',
      eta_s: here > 0.02 ? (elapsed_s / here) * (1 - done) : null,
    });
  };
}

/** Puts what was watched into the library, with what stays of earlier looks at the video. */
export async function commitWatched(
  video: VideoFile,
  fresh: LookRecord,
  cuts: readonly number[],
  tracks: readonly StagedTrack[],
  library: Library,
  resources: Resources,
  signal: AbortSignal,
): Promise<void> {
  const rule = joinRule(await resources.calibration(), overlapOf([fresh]), resources.settings);
  const pipeline = await resources.pipeline();
  await library.write(async (writer) => {
    const before = await library.video(video.video_id, signal);
    const kept = before ? keptTracks(await library.tracks({ video_ids: [video.video_id] }, signal), fresh.asked) : [];
    const shots = [...(before?.shots.filter((c) => !isInside(c, fresh.asked)) ?? []), ...cuts].sort((a, b) => a - b);
    const row = videoRow(video, addLook(before ? looksOf(before) : [], fresh), [...new Set(shots)]);
    await joinVideo(row, kept, { library, writer, rows: tracks, rule, compare: pipeline, signal });
  }, signal);
}

/** A boundary where a range begins was seen by the look at what lies before. */
function isInside(time_s: number, ranges: readonly Interval[]): boolean {
  return ranges.some(({ start_s, end_s }) => time_s > start_s && time_s < end_s);
}
