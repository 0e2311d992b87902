/** Where a long film is cut into parts that are watched apart: at shot boundaries, where every track ends anyway. */
import { clip } from '../../../domain/intervals.js';
import type { Source } from '../../../media/sources/source.js';
import type { IndexRequest } from '../../requests/index-video.js';
import { askedRange } from '../looked-at.js';
import { leadFor, spanOf } from '../watching/watch-ranges.js';
import type { FilmWork } from './film-work.js';

/** So far on either side of where it would be cut a shot boundary is looked for, seconds. */
const SEARCH_S = 20;
/** Boundaries are found in pictures of any size, long side. */
const PICTURE_SIDE = 160;

/**
 * @param part_s about the length of a part, seconds: a film of up to two stays whole
 * @returns ascending times inside what is asked for; none for what stays whole. Where no boundary is near, a sampled
 * moment, at which tracks are cut in two
 */
export async function cutsForParts(
  file: Source<'file'>,
  request: IndexRequest,
  part_s: number,
  { resources, examiner, signal }: Pick<FilmWork, 'resources' | 'examiner' | 'signal'>,
): Promise<number[]> {
  const { probe } = await examiner.examine(file, signal);
  const whole = clip([askedRange(request)], spanOf(probe))[0];
  const length_s = whole ? whole.end_s - whole.start_s : 0;
  if (!whole || length_s <= 2 * part_s || !Number.isFinite(length_s)) return [];
  const { openFrames } = await import('../../../media/film/frames.js');
  const tools = await resources.ffmpeg();
  const parts = Math.ceil(length_s / part_s),
    step_s = length_s / parts,
    around_s = Math.min(SEARCH_S, step_s / 3),
    sampleFps = request.sample_fps ?? resources.settings.sampleFps;
  const cuts: number[] = [];
  for (let i = 1; i < parts; i++) {
    const middle_s = whole.start_s + i * step_s;
    const range = { start_s: middle_s - around_s, end_s: middle_s + around_s };
    const looking = { sampleFps, maxSide: PICTURE_SIDE, range, lead_s: leadFor(probe), background: true };
    const frames = openFrames(file, { ...looking, probe, tools }, signal);
    for await (const { image } of frames) frames.recycle(image.data);
    const [nearest] = frames.report().cuts.sort((a, b) => Math.abs(a - middle_s) - Math.abs(b - middle_s));
    cuts.push(nearest ?? Math.round(middle_s * sampleFps) / sampleFps);
  }
  return cuts;
}
