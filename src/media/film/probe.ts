/** What a video file is, before anything of it is decoded. */
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import type { LumaWeights } from '../../domain/types.js';
import { captureOutput } from '../processes/child-process.js';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-binaries.js';
import { INPUT_GUARDS, STILL_IMAGE_FORMATS, isPlaylist } from '../ffmpeg/ffmpeg-input-guards.js';
import { confinement } from '../processes/confinement.js';
import { Source } from '../sources/source.js';
import { isDoubtful, mainTimeline } from './timeline.js';

/** ffprobe reads headers, or at most the file from end to end. */
const PROBING = { limits: { memoryBytes: 4 * 1024 ** 3, cpu_s: 600 }, timeoutMs: 120_000, maxBytes: 64 * 1024 * 1024 };
/** What a stream of pictures that don't move is marked as. */
const STILLS = ['attached_pic', 'timed_thumbnails', 'still_image'] as const;
/** Formats whose header tells when a stream, or the file, ends rather than how long it lasts. */
const END_OF_STREAM = /(^|,)(matroska|asf|nut)(,|$)/,
  END_OF_FILE = /(^|,)(matroska|asf|nut|mov)(,|$)/;
/** Formats with edit lists. */
const EDIT_LISTS = /(^|,)mov(,|$)/;
/** Formats whose clock may begin anywhere, as that of a broadcast: players count from where the file begins. */
const CLOCK_FROM_ANYWHERE = /^(mpegts|mpeg)$/;
/** A header that tells the end this much later than the packets is wrong, seconds. */
const DISAGREEMENT_S = 60;

/** What is known of a video before it is decoded. */
export interface VideoProbe {
  /** Length of the video stream, seconds; 0 where nothing says. */
  duration_s: number;
  /**
   * Where that length comes from: the video stream's header, the container's, which sound may make longer, or, where
   * neither is to be believed, the packets.
   */
  duration_of: 'stream' | 'container' | 'packets';
  /** The length that the header says where the packets contradict it, seconds; else null. */
  claimed_s: number | null;
  /** Time of the first picture on the clock that a player shows, seconds. */
  start_s: number;
  /**
   * How long before that the file has pictures which no player shows, since its edit list begins behind them, seconds:
   * ffmpeg leaves them out but of a fragmented file.
   */
  hidden_s: number;
  /** What the file's own clock says where a player shows 0, seconds; not 0 only where clocks begin anywhere. */
  zero_s: number;
  /** Size in pixels as a player shows it: turned upright, pixels made square. */
  width: number;
  height: number;
  /** Clockwise turn that a player applies, degrees: 0, 90, 180 or 270. */
  rotation: number;
  /** Average pictures per second; 0 where unknown. */
  fps: number;
  codec: string;
  /** What brightness is made of. */
  weights: LumaWeights;
  /** ffmpeg's name of the container format, such as "mov,mp4,m4a,3gp,3g2,mj2". */
  container: string;
  /** Index of the video stream in the container: of several the first. */
  stream: number;
  /** Further video streams, as of a second camera, which are not looked at; covers and thumbnails are none. */
  others: readonly OtherStream[];
}

/** A video stream beside the one that is looked at. */
export interface OtherStream {
  /** Index in the container. */
  stream: number;
  /** Size in pixels as it is coded. */
  width: number;
  height: number;
}

/** ITU-R BT.601, which ffmpeg takes where nothing is said, and what other names that it uses stand for. */
const BT601: LumaWeights = { red: 0.299, blue: 0.114 };
const LUMA_WEIGHTS: Readonly<Record<string, LumaWeights>> = {
  bt709: { red: 0.2126, blue: 0.0722 },
  fcc: { red: 0.3, blue: 0.11 },
  smpte240m: { red: 0.212, blue: 0.087 },
  bt2020nc: { red: 0.2627, blue: 0.0593 },
  bt2020c: { red: 0.2627, blue: 0.0593 },
};

const text = z.string().optional();
const streamSchema = z.object({
  index: z.number(),
  codec_type: text,
  codec_name: text,
  color_space: text,
  width: z.number().optional(),
  height: z.number().optional(),
  sample_aspect_ratio: text,
  avg_frame_rate: text,
  r_frame_rate: text,
  start_time: text,
  duration: text,
  disposition: z.record(z.string(), z.number()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});
const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ format_name: z.string(), start_time: text, duration: text }),
});
type Stream = z.infer<typeof streamSchema>;

/**
 * Looks at a video file with ffprobe, without decoding it. Playlists and anything that would make ffmpeg
 * open other files or the network are refused before ffprobe sees them.
 * @throws RollcallError `not_found`, `bad_argument` (a folder), `forbidden` (a playlist), `not_a_video`.
 */
export async function probeVideo(file: Source<'file'>, tools: FfmpegTools, signal?: AbortSignal): Promise<VideoProbe> {
  const path = Source.locationOf(file);
  const head = await checkFile(path);
  const { streams, format } = await runProbe(path, head, tools, signal);
  if (isPlaylist(format.format_name)) throw playlistError(path);
  if (STILL_IMAGE_FORMATS.test(format.format_name)) {
    throw new RollcallError(
      'not_a_video',
      `${basename(path)} is a still image, not a video.`,
      'A JPEG, PNG, WebP, AVIF, GIF or TIFF picture is a photo: give {index_video source} it alone. Convert any other to JPEG or PNG first.',
    );
  }
  const [video, ...others] = streams.filter(isFilm);
  if (!video?.width || !video.height) throw noPicture(path, streams);

  const rotation = rotationOf(video);
  const { width, height } = displaySize(
    video.width,
    video.height,
    ratio(video.sample_aspect_ratio, ':') || 1,
    rotation,
  );
  const extent = shownOf(await extentOf(path, video, format, tools, signal), format.format_name);
  const zero_s = zeroOf(extent, format);
  return {
    ...extent,
    start_s: Math.round((extent.start_s - zero_s) * 1e6) / 1e6,
    zero_s,
    width,
    height,
    rotation,
    fps: ratio(video.avg_frame_rate, '/') || ratio(video.r_frame_rate, '/'),
    codec: video.codec_name ?? 'unknown',
    weights: LUMA_WEIGHTS[video.color_space ?? ''] ?? BT601,
    container: format.format_name,
    stream: video.index,
    others: others.flatMap(({ index, width, height }) => (width && height ? [{ stream: index, width, height }] : [])),
  };
}

/** Whether a stream is moving pictures, not a cover or the thumbnails of chapters. */
function isFilm({ codec_type, disposition }: Stream): boolean {
  return codec_type === 'video' && !STILLS.some((kind) => disposition?.[kind] === 1);
}

type Extent = Pick<VideoProbe, 'duration_s' | 'duration_of' | 'claimed_s' | 'start_s' | 'hidden_s'>;

function zeroOf({ duration_of, start_s }: Extent, format: z.infer<typeof probeSchema>['format']): number {
  if (!CLOCK_FROM_ANYWHERE.test(format.format_name)) return 0;
  return duration_of === 'packets' ? start_s : (seconds(format.start_time) ?? start_s);
}

/** Without what the edit list of a fragmented file cuts off at its beginning, which lies before 0. */
function shownOf(extent: Omit<Extent, 'hidden_s'>, container: string): Extent {
  const { start_s, duration_s } = extent;
  if (start_s >= 0 || duration_s <= -start_s || !EDIT_LISTS.test(container)) return { ...extent, hidden_s: 0 };
  return { ...extent, start_s: 0, duration_s: duration_s + start_s, hidden_s: -start_s };
}

/** From when to when the pictures last by the file: what its header says, or the packets where that can't be. */
async function extentOf(
  path: string,
  video: Stream,
  format: z.infer<typeof probeSchema>['format'],
  tools: FfmpegTools,
  signal?: AbortSignal,
): Promise<Omit<Extent, 'hidden_s'>> {
  const own = seconds(video.duration) ?? tagDuration(video.tags);
  const start_s = seconds(video.start_time) ?? seconds(format.start_time) ?? 0;
  const told_s = own ?? seconds(format.duration) ?? 0;
  const tellsEnd = (own === undefined ? END_OF_FILE : END_OF_STREAM).test(format.format_name);
  const said: Omit<Extent, 'hidden_s'> = {
    duration_s: tellsEnd && told_s > start_s && start_s > 0 ? told_s - start_s : told_s,
    duration_of: own === undefined ? 'container' : 'stream',
    claimed_s: null,
    start_s,
  };
  if (!isDoubtful({ ...said, bytes: (await stat(path)).size })) return said;
  const seen = mainTimeline(await packetTimes(path, video.index, tools, signal));
  if (!seen) return said;
  const duration_s = seen.end_s - seen.start_s;
  const claims = said.duration_s > 0;
  // A header that agrees with the packets knows better how long the last picture stays.
  if (claims && said.duration_s <= duration_s + DISAGREEMENT_S && said.start_s >= seen.start_s - DISAGREEMENT_S)
    return said;
  return {
    duration_s,
    duration_of: 'packets',
    claimed_s: claims && said.duration_s > duration_s + DISAGREEMENT_S ? said.duration_s : null,
    start_s: seen.start_s,
  };
}

/** Presentation times of a stream's packets, seconds, in the file's order; all of it is read, nothing decoded. */
async function packetTimes(path: string, stream: number, tools: FfmpegTools, signal?: AbortSignal): Promise<number[]> {
  const show = ['-select_streams', String(stream), '-show_entries', 'packet=pts_time', '-print_format', 'csv=p=0'];
  const { stdout } = await captureOutput(
    tools.ffprobe,
    ['-v', 'error', ...show, ...INPUT_GUARDS, '-i', `file:${path}`],
    { ...PROBING, limits: { ...PROBING.limits, ...confinement(tools.sandbox, path) } },
    signal,
  );
  return stdout
    .toString('latin1')
    .split('\n')
    .map((line) => (line.trim() === '' ? NaN : Number.parseFloat(line)));
}

/** Whether there is a file to look at; returns its first bytes. */
async function checkFile(path: string): Promise<Buffer> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new RollcallError(
      'not_found',
      `There is no file ${path}.`,
      'Give the full path of a video file on this machine.',
      { cause },
    );
  });
  if (info.isDirectory())
    throw new RollcallError(
      'bad_argument',
      `${path} is a folder.`,
      '{index_video source} indexes every video in it; or name one file.',
    );
  if (!info.isFile())
    throw new RollcallError('bad_argument', `${path} is not an ordinary file.`, 'Give the path of a video file.');
  if (info.size === 0)
    throw new RollcallError(
      'not_a_video',
      `${basename(path)} is empty (0 bytes).`,
      'Copy or download it again, then call again.',
    );
  const handle = await open(path).catch((cause: unknown) => {
    throw new RollcallError(
      'forbidden',
      `${path} cannot be read.`,
      'Give the user that runs this server permission to read it.',
      { cause },
    );
  });
  try {
    const head = Buffer.alloc(512);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (isPlaylist(head.subarray(0, bytesRead))) throw playlistError(path);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function runProbe(
  path: string,
  head: Buffer,
  tools: FfmpegTools,
  signal?: AbortSignal,
): Promise<z.infer<typeof probeSchema>> {
  const said = await captureOutput(
    tools.ffprobe,
    ['-v', 'error', '-print_format', 'json', '-show_format', '-show_streams', ...INPUT_GUARDS, '-i', `file:${path}`],
    { ...PROBING, limits: { ...PROBING.limits, ...confinement(tools.sandbox, path) } },
    signal,
  );
  if (said.notStarted !== null)
    throw new RollcallError(
      'missing_dependency',
      `ffprobe could not be started: ${said.notStarted}.`,
      'Install ffmpeg, or set FFPROBE_PATH.',
    );
  if (said.killed !== null || said.signal !== null)
    throw new RollcallError(
      'not_a_video',
      `ffprobe did not come to an end with ${basename(path)}${said.killed === 'time' ? ` in ${PROBING.timeoutMs / 1000} s` : ''}.`,
      'Check that the file plays; copy or convert it again.',
    );
  if (said.code !== 0) throw unreadable(path, head, said.stderr.lines.join('\n'));
  try {
    return probeSchema.parse(JSON.parse(said.stdout.toString('utf8')));
  } catch (cause) {
    throw unreadable(path, head, '', cause);
  }
}

function unreadable(path: string, head: Buffer, said: string, cause?: unknown): RollcallError {
  // "[hls @ 0x…] Format not on whitelist '…'": a text may be taken for anything, such as speech in AMR.
  const taken = /\[([\w,]+) @ \w+\] Format not on whitelist/i.exec(said)?.[1];
  if (taken === undefined ? /not on whitelist/i.test(said) : isPlaylist(taken)) return playlistError(path, cause);
  // A text named .mp4 has no moov atom either.
  if (/moov atom not found/i.test(said) && /^....(ftyp|mdat|free|skip|wide|moov)/s.test(head.toString('latin1'))) {
    return new RollcallError(
      'not_a_video',
      `${basename(path)} is incomplete: its index (moov atom) is missing, so nothing in it can be decoded.`,
      'Copy or download the whole file again, or repair it.',
      { cause },
    );
  }
  return new RollcallError(
    'not_a_video',
    `${basename(path)} is not a video that ffmpeg can read.`,
    'Give a video file; if it plays elsewhere, convert it to MP4 first.',
    { cause },
  );
}

function playlistError(path: string, cause?: unknown): RollcallError {
  return new RollcallError(
    'forbidden',
    `${basename(path)} is a playlist or another format that points to other files or addresses; those are not opened.`,
    'Give the video file itself, or a folder of video files.',
    { cause },
  );
}

function noPicture(path: string, streams: readonly Stream[]): RollcallError {
  const message = streams.some((stream) => stream.codec_type === 'audio')
    ? `${basename(path)} has sound but no picture.`
    : `${basename(path)} holds no video stream.`;
  return new RollcallError('not_a_video', message, 'Give a file with a video stream.');
}

function rotationOf(stream: Stream): number {
  // The display matrix counts counter-clockwise; the tag that ffmpeg 4 writes counts clockwise.
  const matrix = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation;
  const clockwise = matrix === undefined ? Number(stream.tags?.['rotate'] ?? 0) : -matrix;
  return (((Math.round(clockwise / 90) * 90) % 360) + 360) % 360 || 0;
}

function displaySize(
  codedWidth: number,
  codedHeight: number,
  sampleAspect: number,
  rotation: number,
): { width: number; height: number } {
  const width = Math.max(1, Math.round(codedWidth * sampleAspect));
  return rotation % 180 === 0 ? { width, height: codedHeight } : { width: codedHeight, height: width };
}

function seconds(value: string | undefined): number | undefined {
  const number = Number(value ?? NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** Matroska keeps a stream's length in a tag: "00:00:12.345000000". */
function tagDuration(tags: Record<string, string> | undefined): number | undefined {
  const parts = /^(\d+):(\d+):([\d.]+)$/.exec(tags?.['DURATION'] ?? '');
  return parts ? Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]) : undefined;
}

function ratio(value: string | undefined, separator: string): number {
  const [numerator, denominator] = (value ?? '').split(separator).map(Number);
  return numerator && denominator ? numerator / denominator : 0;
}
