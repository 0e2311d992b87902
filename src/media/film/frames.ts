/** Frames of a video with the times that a player shows, and what came of reading them. */
import { RollcallError, cancelled } from '../../domain/errors/errors.js';
import { scaledSize } from '../../domain/scaled-size.js';
import { roundSeconds } from '../../domain/seconds.js';
import type { Interval } from '../../domain/types.js';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-binaries.js';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/ffmpeg-process.js';
import { type FramePlan, endTolerance, frameSize, leadOf, planFrames } from './frame-plan.js';
import { BufferPool } from './buffer-pool.js';
import { type Frame, FrameSink } from './frame-sink.js';
import { type Source, labelOf } from '../sources/source.js';
import type { VideoProbe } from './probe.js';

export interface FrameOptions {
  /** Samples per second of video. Raised for clips so short that they would get less than two. */
  sampleFps: number;
  /** Long side of the frames at most, pixels. */
  maxSide: number;
  /**
   * Long side of a second picture of each sample, `small` of its image, which then is a FilmPicture; by default there
   * is none, and images are RGB.
   */
  smallSide?: number | undefined;
  /** Decodes key frames only: much faster, and at most so many samples as there are. */
  keyFrames?: boolean | undefined;
  /** Only this part of the video. */
  range?: Interval | undefined;
  /** Seconds before the range's start that shots are looked for, so that a range finds them as the whole video does. */
  lead_s?: number | undefined;
  probe: VideoProbe;
  tools: FfmpegTools;
  /** Nobody waits for the answer: decoding stays behind whatever else wants the processor. */
  background?: boolean | undefined;
  /** Memory for frames, shared with other films; by default the video has its own. */
  pool?: BufferPool | undefined;
  /** Frames decoded ahead of the consumer (default 6). */
  readAhead?: number;
  /** Longest silence of ffmpeg while a frame is waited for, milliseconds (default 120 000). */
  stallMs?: number;
}

export interface FrameReport {
  /** What was really decoded; empty if nothing was. */
  decoded: Interval[];
  /** In words: what of the file was not looked at, as what comes after decoding stopped, and why; null for nothing. */
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
  /** Gives memory of a frame's pictures back for reuse. */
  recycle(buffer: Uint8Array): void;
  /** Frame buffers that its pool made so far; the others were recycled. */
  readonly buffersAllocated: number;
  report(): FrameReport;
  /** The same while frames are read: where decoding began, null before it did; boundaries
   * known, among them all up to the last frame given. */
  soFar(): { start_s: number | null; cuts: readonly number[] };
}

/** A clip that seems shorter than two samples of this rate says a wrong length: up to its end would be thousands. */
const FINEST_FPS = 240;

/** Seconds before the range's start that are tried: not every container can seek to a key frame. */
const SEEK_BACK = [0, 15, Infinity] as const;

/**
 * Opens a video for reading: samples at k / sampleFps seconds on the probe's clock, each showing what a
 * player shows at that time, upright and with square pixels.
 * Iterating @throws RollcallError `not_a_video` when nothing can be decoded, `bad_argument` for a range outside
 * the video, `cancelled`.
 */
export function openFrames(file: Source<'file'>, options: FrameOptions, signal?: AbortSignal): FrameSource {
  const { probe } = options;
  const size = frameSize(probe, options.maxSide);
  const small = options.smallSide === undefined ? null : scaledSize(size, options.smallSide);
  const finer = probe.duration_s > 0 ? Math.min(FINEST_FPS, 2 / probe.duration_s) : 0;
  const milliFps = Math.max(1, Math.round(Math.max(options.sampleFps, finer) * 1000));
  const range = shownPart(options.range ?? { start_s: -Infinity, end_s: Infinity }, probe);
  const { pool = new BufferPool() } = options;
  let report: FrameReport | null = null;
  let reading: FrameSink | null = null;

  async function* read(): AsyncGenerator<Frame> {
    checkRange(range, probe);
    for (const further_s of SEEK_BACK) {
      const back_s = further_s + (options.lead_s ?? 0);
      if (signal?.aborted) throw cancelled(signal.reason);
      const seek_s = range.start_s - back_s > probe.start_s ? range.start_s - back_s : null;
      const plan: FramePlan = {
        probe,
        tools: options.tools,
        size,
        small,
        milliFps,
        seek_s,
        keyFrames: options.keyFrames ?? false,
        background: options.background ?? false,
      };
      const sink = new FrameSink({
        size,
        small,
        lead_s: leadOf(probe),
        weights: probe.weights,
        samplesPerSecond: milliFps / 1000,
        range,
        end_s: probe.duration_s > 0 ? probe.start_s + probe.duration_s + endTolerance(probe) : Infinity,
        readAhead: options.readAhead ?? 6,
        pool,
      });
      reading = sink;
      const abort = (): void => sink.fail(cancelled(signal?.reason));
      signal?.addEventListener('abort', abort, { once: true });
      let run: Awaited<ReturnType<typeof runFfmpeg>> | undefined;
      try {
        run = await runFfmpeg(options.tools, planFrames(file, plan), sink, { stallMs: options.stallMs });
        let frame = await sink.next();
        if (seek_s !== null && startsLate(sink, range, probe)) continue;
        for (; frame; frame = await sink.next()) yield frame;
        if (sink.pastRange) {
          sink.discard();
          await run.stop();
        }
        report = await summarise(file, sink, run, range, probe, options.keyFrames ?? false);
        return;
      } finally {
        signal?.removeEventListener('abort', abort);
        sink.discard();
        await run?.stop();
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
    soFar: () => ({
      start_s: firstDecoded(reading, range),
      cuts: reading?.shots.cuts.filter((cut_s) => cut_s >= range.start_s) ?? [],
    }),
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

/** Without pictures that no player shows. */
function shownPart({ start_s, end_s }: Interval, probe: VideoProbe): Interval {
  return { start_s: probe.hidden_s > 0 ? Math.max(start_s, probe.start_s) : start_s, end_s };
}

function firstDecoded(sink: FrameSink | null, range: Interval): number | null {
  if (sink === null || sink.firstPicture_s === null) return null;
  return Math.max(sink.firstPicture_s, range.start_s);
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
  file: Source<'file'>,
  sink: FrameSink,
  run: FfmpegRun,
  range: Interval,
  probe: VideoProbe,
  keyFrames: boolean,
): Promise<FrameReport> {
  const { failure, broken, notStarted } = await run.done;
  if (notStarted)
    throw new RollcallError('missing_dependency', `${failure ?? ''}.`, 'Install ffmpeg, or set FFMPEG_PATH.');
  const said = broken ? failure : (run.lastLines().at(-1) ?? (sink.pastRange ? null : failure));
  const { firstPicture_s: first_s, lastPicture_s: last_s, shots } = sink;
  if (first_s === null || last_s === null) {
    throw new RollcallError(
      'not_a_video',
      `No picture of ${labelOf(file)} could be decoded${said ? `: ${plain(said)}` : ''}.`,
      'Check that the file plays; copy or convert it again.',
      { cause: failure },
    );
  }
  const gap_s = sink.lastGap_s || 1 / (probe.fps || 25);
  const known_s = probe.duration_s > 0 ? probe.start_s + probe.duration_s : last_s + gap_s;
  const promised_s = Math.min(range.end_s, known_s);
  // Between key frames nothing was looked at, whether there is a last one or not.
  const reached_s = keyFrames ? Math.max(last_s, known_s) : last_s + gap_s;
  const end_s = sink.pastRange ? range.end_s : reached_s;
  const decoded = {
    start_s: roundSeconds(Math.max(first_s, range.start_s)),
    end_s: roundSeconds(Math.min(end_s, range.end_s)),
  };
  const troubles = [
    damagedTimes(run.strays(), probe),
    sink.pastRange ? null : clockSetBack(run.setBack(), probe),
    endedEarly(end_s, promised_s, sink.pastRange ? null : said, broken && !sink.pastRange, probe),
    otherStreams(probe),
  ].filter((trouble) => trouble !== null);
  return {
    decoded: decoded.end_s > decoded.start_s ? [decoded] : [],
    endedEarly: troubles.length > 0 ? troubles.join(' ') : null,
    cuts: shots.cuts.filter((cut_s) => cut_s >= range.start_s && cut_s < range.end_s),
  };
}

function damagedTimes(strays: number, { claimed_s, start_s, duration_s }: VideoProbe): string | null {
  const where = `between ${start_s.toFixed(3)} s and ${(start_s + duration_s).toFixed(3)} s`;
  if (claimed_s !== null)
    return `The file says that it lasts ${claimed_s.toFixed(1)} s, but its pictures lie ${where}: only those were looked at.`;
  if (strays === 0) return null;
  const said = strays === 1 ? '1 picture says a time that' : `${strays} pictures say times that`;
  return `${said} can't be right, far from the others, and ${strays === 1 ? 'was' : 'were'} left out: the file is damaged.`;
}

/** Recordings that were put behind each other byte by byte begin their clock anew. */
function clockSetBack(pictures: number, { fps }: VideoProbe): string | null {
  if (pictures === 0) return null;
  const long = fps > 0 ? `, ${(pictures / fps).toFixed(1)} s` : '';
  return `The clock of the file is set back on the way, as where recordings were joined: ${pictures} pictures${long} with times that were there before were not looked at. \`ffmpeg -i FILE -c copy NEW\` gives them times of their own.`;
}

/** Two cameras in one file, say: people of the others would be missed without a word. */
function otherStreams({ stream, others }: VideoProbe): string | null {
  const [other] = others;
  if (!other) return null;
  const listed = others.map((o) => `stream ${o.stream} (${o.width}×${o.height})`).join(', ');
  return `The file holds ${others.length + 1} video streams, and only the first, stream ${stream}, was looked at; not ${listed}. \`ffmpeg -i FILE -map 0:${other.stream} -c copy NEW\` makes a file of its own of one.`;
}

function endedEarly(
  end_s: number,
  promised_s: number,
  said: string | null,
  broken: boolean,
  probe: VideoProbe,
): string | null {
  const missing_s = promised_s - end_s;
  const why = said ? `: ${plain(said)}` : '; the file seems to be cut off';
  // Without a promised end nothing but ffmpeg's own end tells that there was more.
  if (broken && missing_s <= 0) return `Decoding ended at ${end_s.toFixed(3)} s${why}.`;
  if (missing_s <= (said !== null ? 0.5 : endTolerance(probe))) return null;
  return `Decoding ended at ${end_s.toFixed(3)} s, ${missing_s.toFixed(1)} s before the end that the file promises${why}.`;
}

/** ffmpeg's line without the address of its object: "[h264 @ 0x55d0]". */
function plain(line: string): string {
  return line.replace(/\[([\w,]+)[^\]]*\]\s*/g, '$1: ').replace(/\.$/, '');
}
