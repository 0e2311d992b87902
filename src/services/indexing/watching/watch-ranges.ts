/** Watches parts of a video: frames to tracks, staged as they come, taken up again where an earlier run left off. */
import { clip, total, union } from '../../../domain/intervals.js';
import type { Interval } from '../../../domain/types.js';
import type { Tracer } from '../../../domain/tracing.js';
import type { FrameReport } from '../../../media/film/frames.js';
import type { VideoProbe } from '../../../media/film/probe.js';
import type { Source } from '../../../media/sources/source.js';
import type { Library, StagedTrack } from '../../../store/api.js';
import type { FacePipeline } from '../../../vision/pipeline.js';
import type { WorkContext } from '../../progress.js';
import type { Resources } from '../../resources.js';
import { type Manner, openRange } from '../looked-at.js';
import type { RunState, Watched } from './run-state.js';
import { seenBefore } from './seen-before.js';
import { stagedTrack } from '../track-successors.js';
import { trackRow, type VideoFile } from '../film/video-rows.js';
import { type FacesCounted, type WatchPipeline, watchVideo, type WatchState } from './watch-video.js';

/** Share of the work that watching is; the rest is clustering and committing. */
export const WATCHING = 0.97;
/** Shots are looked for from so many seconds before where a run is resumed: longer than any dissolve … */
const LEAD_S = 4;
/** … and, where pictures are few, from so many of them before: a cut is told by the four before it. */
const LEAD_PICTURES = 8;

export interface IndexFileOptions {
  /** A film as long as this is worth a first look at key frames, seconds; by default a minute. */
  glance_from_s?: number;
  /** How long a run goes on until its state is kept again, milliseconds. */
  checkpoint_ms: number;
}

/** A run that goes on: what it has staged, and how far it is. */
export interface Run {
  tracks: StagedTrack[];
  state: RunState;
  resumable: boolean;
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
  const { settings, tracer } = resources;
  const [pipeline, tools] = [await resources.pipeline(), await resources.ffmpeg()];
  const embedding = inSpans(pipeline, tracer);
  const { openFrames } = await import('../../../media/film/frames.js');
  const { encodeCrop } = await import('../../../media/pictures/images.js');
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
        lead_s: from || context.isPart ? leadFor(video.probe) : 0,
        probe: video.probe,
        tools,
        background: true,
        pool: resources.framePool(),
      },
      signal,
    );
    const before = watched;
    const scale = { x: video.probe.width / frames.width, y: video.probe.height / frames.height };
    const seen = await watchVideo(frames, embedding, {
      sampleFps,
      detectorSide: settings.detectorSide,
      range: whole,
      from,
      signal,
      onSample: (time_s) => {
        resources.activity.pictures += 1;
        tell(time_s);
      },
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
    resources.activity.faces += seen.faces_seen - (from?.seen.faces_seen ?? 0);
    watched = withRange(watched, seen, frames.report(), from);
  }
  return watched;
}

/** The same pipeline, whose embedding is told of. */
function inSpans(pipeline: FacePipeline, tracer: Tracer): WatchPipeline {
  const { pack, workers } = pipeline;
  return {
    pack,
    workers,
    detect: (...asked) => pipeline.detect(...asked),
    embed: (crops, ...how) => tracer.span('embed', { crops: crops.length }, () => pipeline.embed(crops, ...how)),
  };
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

/** Seconds before a moment from which shots are looked for, so that those after it are the ones that all of it has. */
export function leadFor({ fps }: Pick<VideoProbe, 'fps'>): number {
  return fps > 0 ? Math.max(LEAD_S, LEAD_PICTURES / fps) : LEAD_S;
}

/** From the first picture to the end; the length may not be known. */
export function spanOf({ start_s, duration_s }: Pick<VideoProbe, 'start_s' | 'duration_s'>): Interval {
  return { start_s, end_s: duration_s > 0 ? start_s + duration_s : Infinity };
}
