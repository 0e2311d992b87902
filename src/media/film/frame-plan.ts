/** The ffmpeg run that turns a video into samples and thumbnails. */
import os from 'node:os';
import { NICENESS } from '../../domain/machine/niceness.js';
import { THUMBNAIL } from '../../domain/shots/frame-thumbnails.js';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-binaries.js';
import { hasFpsMode, hasMuxerThread } from '../ffmpeg/ffmpeg-releases.js';
import { decoderMemory } from '../processes/child-process.js';
import { type FfmpegJob, SET_BACK, STRAY } from '../ffmpeg/ffmpeg-process.js';
import { INPUT_GUARDS } from '../ffmpeg/ffmpeg-input-guards.js';
import { Source } from '../sources/source.js';
import type { VideoProbe } from './probe.js';

/** Numbers of the streams in ffmpeg's output (Matroska counts from 1); the last is there where it was asked for. */
export const SAMPLE_TRACK = 1;
export const THUMBNAIL_TRACK = 2;
export const SMALL_TRACK = 3;
/** Ticks of the output's clock in a second of video. */
export const TICKS_PER_SECOND = 1_000_000;

export interface Size {
  width: number;
  height: number;
}

/**
 * Size that frames are scaled to: the displayed shape, long side at most `maxSide`, never enlarged, both sides even.
 */
export function frameSize(probe: Size, maxSide: number): Size {
  const scale = Math.min(1, maxSide / Math.max(probe.width, probe.height));
  const even = (side: number): number => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(probe.width), height: even(probe.height) };
}

export interface FramePlan {
  probe: VideoProbe;
  tools: FfmpegTools;
  size: Size;
  /** Of the samples once more, as planes of colours; then the large ones are yuv420p, else rgb24. null: not wanted. */
  small: Size | null;
  /** Thousandths of pictures per second, whole. */
  milliFps: number;
  /** Only key frames are decoded; of those in a step of 1 / fps the first is the sample at its end. */
  keyFrames: boolean;
  /** Where to start reading, seconds on the clock of the probe; null: at its beginning. */
  seek_s: number | null;
  /** Whether it stays behind whatever else wants the processor. */
  background: boolean;
}

/** What ffmpeg takes at most by itself. */
const MOST_THREADS = 16;
/** Processor time that a decoder may take: more than the slowest codec in the largest pictures, seconds. */
const CPU_S = 1800,
  CPU_PER_SECOND = 120;
/** Pictures before the start that the probe tells, seconds: the first ones of an open group. */
const BEFORE_START_S = 10;

/**
 * Moved by the very start of the file, ffmpeg takes that for its own correction, and "corrects" it to the first stream
 * that is decoded: pictures would come too early by as much as sound was there before them. A microsecond less than a
 * tick of such a clock tells them apart, and rounds away.
 */
const OFF_START_S = 1e-6;

/** How much later than on the clock of the probe everything is in ffmpeg's output, whole seconds. */
export function leadOf({ start_s, hidden_s }: Pick<VideoProbe, 'start_s' | 'hidden_s'>): number {
  return BEFORE_START_S + Math.max(0, Math.ceil(hidden_s - start_s));
}

/**
 * Which pictures say a time that can be right, as an expression of the filter `select`. Without it one damaged time
 * makes `fps` fill the gap with copies: a flipped bit is two weeks of them. Up to the probed end all are kept; beyond
 * it those that follow closely on another, since the end may be an estimate. What is left out is named on stderr (see
 * STRAY).
 */
function inTime(probe: VideoProbe): string {
  const known = probe.duration_s > 0;
  const sure = known && probe.duration_of !== 'container';
  const end_s = probe.start_s + probe.duration_s + endTolerance(probe);
  const close_s = Math.max(sure ? 1 : 10, 4 / (probe.fps || 25));
  return known
    ? `isnan(t)+between(t,${probe.start_s - probe.hidden_s - BEFORE_START_S},${end_s})+gt(t,${end_s})*lt(t-prev_selected_t,${close_s})`
    : `isnan(t)+isnan(prev_selected_t)+lt(abs(t-prev_selected_t),${close_s})`;
}

/**
 * 1 for a picture after the latest so far, or hardly before it, else 3, as an expression of `select`. Where recordings
 * were joined byte by byte the clock begins anew, and what comes then would lie in times that are taken. Variable 0 is
 * the latest time, 1 whether there is one; what was passed over is no part of it, as it is of prev_selected_t.
 */
const forwards = `if(ld(1)*lt(t,ld(0)-1),3,if(st(0,if(ld(1),max(ld(0),t),t))*st(1,1),1,1))`;
const print = `metadata=mode=print:file='pipe\\:2',nullsink`;

/**
 * Samples at k / fps. `fps` repeats the last picture up to the stream's end, which ffmpeg takes from the last picture
 * it decoded, left out or not. `interleave` ends with the last picture that it passed on: that is the one `tpad` adds
 * at the stream's end, unless this can't be right either. Releases before 5.1 do it otherwise: there samples are cut
 * off a minute after the probed end, and the sink drops what is too late.
 */
function samples({ probe, tools, milliFps, keyFrames }: FramePlan): string {
  if (keyFrames) {
    // No copies fill the time between them: there may be ten seconds of it.
    const step = (t: string) => `ceil(${t}*${milliFps}/1000-1e-6)`;
    return `select='isnan(prev_selected_t)+gt(${step('t')},${step('prev_selected_t')})',setpts='${step('T')}*1000/${milliFps}/TB'`;
  }
  const fps = `fps=fps=${milliFps}/1000:round=up`;
  if (hasFpsMode(tools)) return `tpad=stop=1:stop_mode=clone,select='${inTime(probe)}',interleave=nb_inputs=1,${fps}`;
  return probe.duration_s > 0 ? `${fps},trim=end=${probe.start_s + probe.duration_s + 60}` : fps;
}

/** Bilinear is area-weighted where it shrinks. */
function scaled({ width, height }: Size, more = ''): string {
  return `scale=${width}:${height}:flags=bilinear${more},setsar=1`;
}

/**
 * The samples from `some`, scaled, in one size or two. Where there are fewer pictures than samples, each is scaled
 * before it is repeated.
 */
function sampled(plan: FramePlan, clock: string): string[] {
  const { size, small, probe, milliFps } = plan;
  const isRepeated = probe.fps > 0 && probe.fps < milliFps / 1000 && !plan.keyFrames;
  const streams = small
    ? [
        { shape: `${scaled(size, ':out_range=tv')},format=yuv420p`, into: 'sample' },
        { shape: `${scaled(small)},format=gbrp`, into: 'planes' },
      ]
    : [{ shape: `${scaled(size)},format=rgb24`, into: 'sample' }];
  const names = streams.map((_, i) => `[size${i}]`);
  return [
    `[some]${isRepeated ? '' : `${samples(plan)},`}split=${streams.length}${names.join('')}`,
    ...streams.map(
      ({ shape, into }, i) => `${names[i]}${shape}${isRepeated ? `,${samples(plan)}` : ''},${clock}[${into}]`,
    ),
  ];
}

/** How far the end of the pictures may be from the one that the probe tells, seconds. */
export function endTolerance(probe: VideoProbe): number {
  // The container's length may be the sound's, and is often an estimate.
  return probe.duration_of === 'container' ? Math.max(3, 0.02 * probe.duration_s) : 0.5;
}

/**
 * The one ffmpeg run that yields both the samples, in one size or two, and, of every source frame, a thumbnail for the
 * shot detector.
 *
 * [Note: True times] Everything depends on knowing which moment a picture shows:
 * - `-copyts` keeps the file's own clock, as ffprobe shows it; `-itsoffset` moves it to a player's where that begins
 *   elsewhere (see zero_s).
 * - `fps=…:round=up` gives output picture k the last source frame with pts ≤ k/fps: what a player shows at that time.
 *   It gets the stream's time base untouched, because a rounded pts could cross k/fps.
 * - `-noaccurate_seek`: the picture on screen at the start of a range is often a frame from before it.
 * - All streams leave through one pipe in one interleaved, timed container. Matroska's clock ticks in
 *   milliseconds, which would move a boundary across a sample (0.2002 s and 0.2 s); so presentation
 *   time runs 1000 times too slow in it, and a tick is a microsecond. It knows no time before zero, and would move all
 *   others to make room for one: so it begins where no picture that is kept can be (see leadOf).
 */
export function planFrames(file: Source<'file'>, plan: FramePlan): FfmpegJob {
  const { probe, small, tools } = plan;
  const clock = `settb=1/${TICKS_PER_SECOND},setpts=PTS*1000+${1000 * TICKS_PER_SECOND * leadOf(probe)}`;
  return {
    file: Source.locationOf(file),
    inputOptions: [
      '-nostdin',
      '-hide_banner',
      '-nostats',
      '-loglevel',
      'error',
      ...INPUT_GUARDS,
      // Pictures come back to main memory, where the filters are; a codec that it does not know is decoded here.
      ...(tools.hwaccel === undefined ? [] : ['-hwaccel', tools.hwaccel]),
      '-copyts',
      ...(probe.zero_s === 0 ? [] : ['-itsoffset', (-probe.zero_s - OFF_START_S).toFixed(6)]),
      '-noaccurate_seek',
      // By itself it takes one more than there are cores; the more pictures are under way, the fewer are in the cache.
      '-threads',
      String(Math.min(MOST_THREADS, os.availableParallelism())),
      // Blocks of pictures that no other is made of are left unsmoothed: a tenth of decoding.
      '-skip_loop_filter',
      'noref',
      ...(plan.keyFrames ? ['-skip_frame', 'nokey'] : []),
      ...(plan.seek_s === null ? [] : ['-seek_timestamp', '1', '-ss', (plan.seek_s + probe.zero_s).toFixed(6)]),
    ],
    filterGraph: [
      `[0:${probe.stream}]select=outputs=3:e='if(${inTime(probe)},${forwards},2)'[kept][stray][back]`,
      `[stray]metadata=mode=add:key=${STRAY}:value=1,${print}`,
      `[back]metadata=mode=add:key=${STRAY}:value=${SET_BACK},${print}`,
      `[kept]split[every][some]`,
      ...sampled(plan, clock),
      `[every]scale=${THUMBNAIL.width}:${THUMBNAIL.height}:flags=fast_bilinear,setsar=1,${clock},format=rgb24[thumbnail]`,
    ].join(';'),
    outputs: ['sample', 'thumbnail', ...(small ? ['planes'] : [])],
    outputOptions: [
      '-an',
      '-sn',
      '-dn',
      '-map_metadata',
      '-1',
      '-map_chapters',
      '-1',
      '-c:v',
      'rawvideo',
      '-enc_time_base',
      '1:1000',
      ...(hasFpsMode(tools) ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough']),
      // Thumbnails may have to wait long for the next sample; never write them out of order, nor give up.
      '-max_interleave_delta',
      '0',
      '-max_muxing_queue_size',
      '100000',
      ...container(tools),
    ],
    limits: {
      memoryBytes: tools.hwaccel === undefined ? decoderMemory(probe.width * probe.height) : Infinity,
      cpu_s: CPU_S + CPU_PER_SECOND * probe.duration_s,
      niceness: plan.background ? NICENESS.decoder : 0,
    },
  };
}

/** Pictures that wait to be written: two samples, each in two sizes, and the thumbnails between them. */
const WRITE_AHEAD = 14;

/** Matroska with raw pictures in it; written beside decoding, which else stands still while the pipe is full. */
function container(tools: FfmpegTools): string[] {
  // A pipe alters nothing, and sums of whole pictures are a tenth of ffmpeg's work.
  const matroska = { allow_raw_vfw: '1', write_crc32: '0' };
  if (hasMuxerThread(tools)) return [...Object.entries(matroska).flatMap(([k, v]) => [`-${k}`, v]), '-f', 'matroska'];
  const options = Object.entries(matroska).map(([k, v]) => `${k}=${v}`);
  return [
    '-f',
    'fifo',
    '-queue_size',
    String(WRITE_AHEAD),
    '-fifo_format',
    'matroska',
    '-format_opts',
    options.join(':'),
  ];
}
