import { basename } from 'node:path';
import { RollcallError, cancelled } from '../domain/errors.js';
import type { Interval } from '../domain/types.js';
import type { FfmpegTools } from './ffmpeg-binaries.js';
import { type FfmpegRun, runFfmpeg } from './ffmpeg-process.js';
import { type FramePlan, frameSize, planFrames } from './frame-plan.js';
import { BufferPool, type Frame, FrameSink } from './frame-sink.js';
import type { VideoProbe } from './probe.js';

export type { Frame } from './frame-sink.js';

export interface FrameOptions {
  /** Samples per second of video. Raised for clips so short that they would get less than two. */
  sampleFps: number;
  /** Long side of the frames at most, pixels. */
  maxSide: number;
  /** Only this part of the video. */
  range?: Interval | undefined;
  probe: VideoProbe;
  tools: FfmpegTools;
  /** Frames decoded ahead of the consumer (default 6). */
  readAhead?: number;
}

export interface FrameReport {
  /** What was really decoded; empty if nothing was. */
  decoded: Interval[];
  /** In words: where and why decoding stopped before the end; null if it didn't. */
  endedEarly: string | null;
  /** Times of all shot boundaries, seconds. */
  cuts: number[];
}

/**
 * Frames of one video, once: iterate, give buffers back, then ask for the report. Breaking off the iteration ends
 * ffmpeg.
 */
export interface FrameSource extends AsyncIterable<Frame> {
  readonly width: number;
  readonly height: number;
  /** Samples per second that are really taken. */
  readonly sampleFps: number;
  /** Gives the memory of a frame's picture back for reuse. */
  recycle(buffer: Uint8Array): void;
  /** Frame buffers made so far; the others were recycled. */
  readonly buffersAllocated: number;
  report(): FrameReport;
}

/** Seconds before the range's start that are tried: not every container can seek to a key frame. */
const SEEK_BACK = [0, 15, Infinity] as const;

/**
 * Opens a video for reading: samples at k / sampleFps seconds on the file's own clock, each showing what a
 * player shows at that time, upright and with square pixels.
 * Iterating @throws RollcallError `not_a_video` when nothing can be decoded, `bad_argument` for a range outside
 * the video, `cancelled`.
 */
export function openFrames(file: string, options: FrameOptions, signal?: AbortSignal): FrameSource {
  const { probe } = options;
  const size = frameSize(probe, options.maxSide);
  const wanted = probe.duration_s > 0 ? Math.max(options.sampleFps, 2 / probe.duration_s) : options.sampleFps;
  const milliFps = Math.max(1, Math.round(wanted * 1000));
  const range = options.range ?? { start_s: -Infinity, end_s: Infinity };
  const pool = new BufferPool();
  let report: FrameReport | null = null;

  async function* read(): AsyncGenerator<Frame> {
    checkRange(range, probe);
    for (const back_s of SEEK_BACK) {
      if (signal?.aborted) throw cancelled(signal.reason);
      const seek_s = range.start_s - back_s > probe.start_s ? range.start_s - back_s : null;
      const plan: FramePlan = { probe, tools: options.tools, size, milliFps, seek_s };
      const sink = new FrameSink({
        size,
        samplesPerSecond: milliFps / 1000,
        range,
        readAhead: options.readAhead ?? 6,
        pool,
      });
      const run = runFfmpeg(options.tools, planFrames(file, plan), sink);
      // The pipe ends the sink once it is read out, which may be after ffmpeg is gone; without a process there is no
      // pipe.
      void run.done.then(({ started }) => {
        if (!started) sink.end();
      });
      const abort = (): void => sink.fail(cancelled(signal?.reason));
      signal?.addEventListener('abort', abort, { once: true });
      try {
        let frame = await sink.next();
        if (seek_s !== null && startsLate(sink, range, probe)) continue;
        for (; frame; frame = await sink.next()) yield frame;
        if (sink.pastRange) {
          sink.discard();
          await run.stop();
        }
        report = await summarise(file, sink, run, range, probe);
        return;
      } finally {
        signal?.removeEventListener('abort', abort);
        sink.discard();
        await run.stop();
      }
    }
  }

  const frames = read();
  return {
    ...size,
    sampleFps: milliFps / 1000,
    [Symbol.asyncIterator]: () => frames,
    recycle: (buffer) => pool.give(buffer),
    get buffersAllocated() {
      return pool.allocated;
    },
    report: () => {
      if (!report)
        throw new RollcallError(
          'internal',
          'The frames were not read to their end.',
          'Ask for the report after the last frame.',
        );
      return report;
    },
  };
}

function checkRange(range: Interval, probe: VideoProbe): void {
  if (range.end_s <= range.start_s)
    throw new RollcallError(
      'bad_argument',
      `The time range ends (${range.end_s} s) before it starts (${range.start_s} s).`,
      'Give a start that lies before the end.',
    );
  const end_s = probe.start_s + probe.duration_s;
  if (probe.duration_s > 0 && (range.start_s >= end_s || range.end_s <= probe.start_s)) {
    throw new RollcallError(
      'bad_argument',
      `The time range lies outside the video, which runs from ${probe.start_s.toFixed(3)} s to ${end_s.toFixed(3)} s.`,
      'Give a range inside the video.',
    );
  }
}

/** Seeking went past the picture that is on screen at the range's start. */
function startsLate(sink: FrameSink, range: Interval, probe: VideoProbe): boolean {
  return sink.firstPicture_s === null || sink.firstPicture_s > range.start_s + 0.5 / Math.max(1, probe.fps);
}

async function summarise(
  file: string,
  sink: FrameSink,
  run: FfmpegRun,
  range: Interval,
  probe: VideoProbe,
): Promise<FrameReport> {
  const { failure } = await run.done;
  const said = run.lastLines().at(-1) ?? (sink.pastRange ? null : failure);
  const { firstPicture_s: first_s, lastPicture_s: last_s, shots } = sink;
  if (first_s === null || last_s === null) {
    throw new RollcallError(
      'not_a_video',
      `No picture of ${basename(file)} could be decoded${said ? `: ${plain(said)}` : ''}.`,
      'Check that the file plays; copy or convert it again.',
      { cause: failure },
    );
  }
  const end_s = sink.pastRange ? range.end_s : last_s + (sink.lastGap_s || 1 / (probe.fps || 25));
  const promised_s = Math.min(range.end_s, probe.duration_s > 0 ? probe.start_s + probe.duration_s : end_s);
  const decoded = { start_s: Math.max(first_s, range.start_s), end_s: Math.min(end_s, range.end_s) };
  return {
    decoded: decoded.end_s > decoded.start_s ? [decoded] : [],
    endedEarly: endedEarly(end_s, promised_s, sink.pastRange ? null : said, probe),
    cuts: shots.cuts.filter((cut_s) => cut_s >= range.start_s && cut_s < range.end_s),
  };
}

function endedEarly(end_s: number, promised_s: number, said: string | null, probe: VideoProbe): string | null {
  // The container's length may be the sound's, and is often an estimate.
  const tolerance_s = probe.duration_of === 'stream' || said !== null ? 0.5 : Math.max(3, 0.02 * probe.duration_s);
  if (promised_s - end_s <= tolerance_s) return null;
  return `Decoding ended at ${end_s.toFixed(3)} s, ${(promised_s - end_s).toFixed(1)} s before the end that the file promises${said ? `: ${plain(said)}` : '; the file seems to be cut off'}.`;
}

/** ffmpeg's line without the address of its object: "[h264 @ 0x55d0]". */
function plain(line: string): string {
  return line.replace(/\[([\w,]+)[^\]]*\]\s*/g, '$1: ').replace(/\.$/, '');
}
