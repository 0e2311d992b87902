/** Damaged files taken to what looks at them when they are indexed, and what becomes of it. */
import { RollcallError } from '../../src/domain/errors/errors.js';
import type { FfmpegTools } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { openFrames } from '../../src/media/film/frames.js';
import { isStill, openPhoto } from '../../src/media/pictures/images.js';
import { probeVideo } from '../../src/media/film/probe.js';
import type { Source } from '../../src/media/sources/source.js';

/** What gives nothing for so long hangs, milliseconds. */
const HANGS_MS = 30_000;
/** Pictures after which reading is broken off: a file may say that it lasts for hours, and does. */
const ENOUGH = 1500;

export interface Outcome {
  /** `read`, `read in part`, `broken off` where there was more than enough, or the code of the refusal. */
  what: string;
  /** Null when that is how it should be; else what is wrong, in words. */
  wrong: string | null;
  pictures: number;
  ms: number;
}

/** What may be said of a damaged file. */
const REFUSALS: ReadonlySet<string> = new Set(['not_a_video', 'not_an_image', 'forbidden', 'too_large']);

/** @param look is given what it must call whenever something has come */
async function outcomeOf(
  look: (signal: AbortSignal, alive: () => void) => Promise<[string, number]>,
): Promise<Outcome> {
  const began = performance.now();
  const watchdog = new AbortController();
  const timer = setTimeout(() => watchdog.abort(), HANGS_MS);
  const outcome = (what: string, wrong: string | null, pictures = 0): Outcome => {
    clearTimeout(timer);
    return { what, wrong, pictures, ms: performance.now() - began };
  };
  try {
    const [what, pictures] = await look(watchdog.signal, () => void timer.refresh());
    return outcome(what, null, pictures);
  } catch (error) {
    if (watchdog.signal.aborted) return outcome('hangs', 'hangs');
    if (error instanceof RollcallError && REFUSALS.has(error.code) && error.hint !== '')
      return outcome(error.code, null);
    return outcome('falls', error instanceof RollcallError ? `${error.code}: ${error.message}` : String(error));
  }
}

/** Probes a video and decodes it as indexing does, in small pictures. */
export function feedVideo(file: Source<'file'>, tools: FfmpegTools): Promise<Outcome> {
  return outcomeOf(async (signal, alive) => {
    const probe = await probeVideo(file, tools, signal);
    alive();
    const frames = openFrames(file, { sampleFps: 5, maxSide: 320, smallSide: 160, probe, tools }, signal);
    let pictures = 0;
    for await (const { image } of frames) {
      pictures += 1;
      alive();
      frames.recycle(image.data);
      if (image.small) frames.recycle(image.small.data);
      if (pictures >= ENOUGH) return ['broken off', pictures];
    }
    return [frames.report().endedEarly === null ? 'read' : 'read in part', pictures];
  });
}

/** Looks at a picture as indexing a folder does. */
export function feedPicture(file: Source<'file'>): Promise<Outcome> {
  return outcomeOf(async (signal) => {
    const still = await isStill(file);
    const photo = await openPhoto(file, {}, signal);
    const { image } = await photo.decode();
    const { data } = await image.pixels();
    return [still ? 'read' : 'read as a film', data.length > 0 ? 1 : 0];
  });
}
