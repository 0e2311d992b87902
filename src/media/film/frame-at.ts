/** One picture out of a video. */
import { RollcallError } from '../../domain/errors/errors.js';
import type { RgbImage } from '../../domain/types.js';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-binaries.js';
import { openFrames } from './frames.js';
import type { VideoProbe } from './probe.js';
import type { Source } from '../sources/source.js';

/** Moments are met to half of 1 / this, seconds; samples at 5 or 10 a second exactly. */
const GRID_FPS = 20;

/**
 * The picture that a player shows at a time, upright, with square pixels, and the time it was really taken at.
 * @param maxSide its long side at most, pixels
 * @throws RollcallError `bad_argument` outside the video, `not_a_video`, `cancelled`
 */
export async function frameAt(
  file: Source<'file'>,
  time_s: number,
  { probe, tools, maxSide }: { probe: VideoProbe; tools: FfmpegTools; maxSide: number },
  signal?: AbortSignal,
): Promise<{ image: RgbImage; time_s: number }> {
  const last_s = probe.duration_s > 0 ? probe.start_s + probe.duration_s - 1 / GRID_FPS : Infinity;
  const first = Math.ceil(probe.start_s * GRID_FPS),
    start_s = Math.max(first, Math.min(Math.round(time_s * GRID_FPS), Math.floor(last_s * GRID_FPS))) / GRID_FPS;
  const frames = openFrames(
    file,
    { sampleFps: GRID_FPS, maxSide, range: { start_s, end_s: start_s + 1 / GRID_FPS }, probe, tools, readAhead: 1 },
    signal,
  );
  for await (const { image, time_s: at_s } of frames) return { image, time_s: at_s };
  throw new RollcallError(
    'not_a_video',
    `No picture could be decoded at ${start_s.toFixed(2)} s.`,
    'Give another time, or index the video again.',
  );
}
