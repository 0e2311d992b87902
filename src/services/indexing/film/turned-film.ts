/**
 * Films that stand on their head or lie on their side and do not say so. Most of their faces are missed, and the
 * detector puts others into the rest, who would be people that there are not: that is told, where a film showed faces
 * and none of them well.
 */
import type { Turn } from '../../../domain/faces/turned.js';
import { total } from '../../../domain/intervals.js';
import { scaledSize } from '../../../domain/scaled-size.js';
import type { Interval, RgbImage } from '../../../domain/types.js';
import type { VideoProbe } from '../../../media/film/probe.js';
import type { StillImage } from '../../../media/pictures/images.js';
import type { Source } from '../../../media/sources/source.js';
import type { StagedTrack } from '../../../store/api.js';
import type { VideoRow } from '../../../store/rows.js';
import type { FacePipeline } from '../../../vision/pipeline.js';
import type { Resources } from '../../resources.js';
import { facesInPixels, findFaces, mainFace, qualityOf } from '../../pictures/still-faces.js';
import { LESS_SURE, surestOf, turnsOf } from '../../pictures/likely-turns.js';
import { bestTurn, isDoubtful } from '../../pictures/upright.js';
import { withNote } from '../looked-at.js';
import { PIPELINE_VERSION } from './video-rows.js';

/** Pictures that are looked at turned, and how many of them one turn has to better. */
const MOMENTS = 5,
  AGREE = 3;
/** A turned face as sure as this, or nearly as sure as the surest as given, and as good, is worth a closer look. */
const SURE = 0.6,
  WORTH_A_LOOK = 0.15;
/** By so much its main face comes out better: less than a photo alone has to gain by (see isGain), as several agree. */
const GAIN = 0.15;
/** Long side of those pictures, and of what the detector sees, which is what films are watched with; pixels. */
const MAX_SIDE = 1280,
  DETECTOR_SIDE = 640;
/** What turns a film by so much, clockwise: filters of ffmpeg that every release has. */
const FILTERS: Readonly<Record<Turn, string>> = { 90: 'transpose=1', 180: 'hflip,vflip', 270: 'transpose=2' };

/** What was seen of a film. */
export interface SeenOfFilm {
  faces_seen: number;
  decoded: readonly Interval[];
  tracks: readonly Pick<StagedTrack, 'quality' | 'presence'>[];
}

/** In words that a film's faces are not upright; null where they are, or nothing tells. */
export async function turnedWords(
  file: Source<'file'>,
  seen: SeenOfFilm,
  probe: VideoProbe,
  resources: Pick<Resources, 'ffmpeg' | 'pipeline'>,
  signal: AbortSignal,
): Promise<string | null> {
  if (seen.faces_seen === 0 || !seen.tracks.every(({ quality }) => isDoubtful(quality))) return null;
  const [tools, pipeline] = await Promise.all([resources.ffmpeg(), resources.pipeline()]);
  const { frameAt } = await import('../../../media/film/frame-at.js');
  const told = new Map<Turn, number>();
  const moments = momentsOf(seen);
  for (const [done, time_s] of moments.entries()) {
    // What is left can't make as many agree.
    if (Math.max(0, ...told.values()) + moments.length - done < AGREE) return null;
    const { image } = await frameAt(file, time_s, { probe, tools, maxSide: MAX_SIDE }, signal);
    if (!(await isWorthAsking(image, pipeline, signal))) {
      // Nobody is there to be warned of: such films are many, and most show no people.
      if (seen.tracks.length === 0) return null;
      continue;
    }
    const { width, height, data } = image;
    const pixels = () => Promise.resolve({ width, height, data: data.slice() });
    const turn = await turnOf({ width, height, scale: 1, pixels }, pipeline, signal);
    if (turn === null) continue;
    const times = (told.get(turn) ?? 0) + 1;
    if (times === AGREE) return words(turn);
    told.set(turn, times);
  }
  return null;
}

/** The same of a film that was watched in parts, which says it from then on: each part by itself would look. */
export async function noteTurned(
  file: Source<'file'>,
  { video_id, coverage }: VideoRow,
  probe: VideoProbe,
  resources: Resources,
  signal: AbortSignal,
): Promise<void> {
  const library = await resources.library();
  const tracks = await library.tracks({ video_ids: [video_id] }, signal);
  const words = await turnedWords(file, { ...coverage, tracks }, probe, resources, signal);
  if (words === null) return;
  await library.write(async (writer) => {
    const now = await library.video(video_id, signal);
    if (now && !now.coverage.notes?.includes(words)) await writer.putVideos([withNote(now, words, PIPELINE_VERSION)]);
  }, signal);
}

/** Whether a turned face may be a true one, by one look for each turn: of most films without people none is. */
async function isWorthAsking(image: RgbImage, pipeline: FacePipeline, signal: AbortSignal): Promise<boolean> {
  const { shrink } = await import('../../../media/pictures/images.js');
  const small = await shrink(image, scaledSize(image, Math.min(DETECTOR_SIDE, Math.max(image.width, image.height))));
  const asGiven = { ...small, data: Uint8Array.from(small.data) };
  const given = surestOf(await facesInPixels(asGiven, DETECTOR_SIDE, pipeline, signal));
  const least = Math.max(SURE, (given?.score ?? 0) - LESS_SURE);
  const by = { side: DETECTOR_SIDE, least, worth: WORTH_A_LOOK };
  return (await turnsOf(small, by, pipeline.pack, pipeline, signal)).length > 0;
}

/** The turn by which a picture's main face comes out clearly better, if any. */
async function turnOf(image: StillImage, pipeline: FacePipeline, signal: AbortSignal): Promise<Turn | null> {
  const main = mainFace(await findFaces(image, pipeline, signal, DETECTOR_SIDE), image);
  const given = main ? await qualityOf(main, pipeline.pack, pipeline, signal) : null;
  if (!isDoubtful(given)) return null;
  // All turns are tried: in a film the face that was found as given need not lie near a true one.
  const best = await bestTurn(image, undefined, pipeline.pack, pipeline, signal, DETECTOR_SIDE);
  return best && best.turn !== 0 && best.quality >= (given ?? 0) + GAIN ? best.turn : null;
}

/** When the best faces were seen, then evenly spread over what was looked at; seconds. */
function momentsOf({ tracks, decoded }: SeenOfFilm): number[] {
  const seen = tracks.toSorted((a, b) => b.quality - a.quality).flatMap(({ presence: [first] }) => first ?? []);
  const step_s = total(decoded) / (MOMENTS + 1);
  const spread = Array.from({ length: MOMENTS }, (_, i) => timeAt(decoded, (i + 1) * step_s));
  return [...new Set([...seen.slice(0, MOMENTS - AGREE).map(middle), ...spread])].slice(0, MOMENTS);
}

const middle = ({ start_s, end_s }: Interval): number => (start_s + end_s) / 2;

/** The time by which so much of the ranges has gone by. */
function timeAt(ranges: readonly Interval[], passed_s: number): number {
  let left_s = passed_s;
  for (const { start_s, end_s } of ranges) {
    if (left_s <= end_s - start_s) return start_s + left_s;
    left_s -= end_s - start_s;
  }
  return ranges.at(-1)?.end_s ?? 0;
}

function words(turn: Turn): string {
  const how = turn === 180 ? 'upside down' : 'on their side';
  return `Its faces are ${how}: most were missed, and who was found may be nobody. \`ffmpeg -i FILE -vf ${FILTERS[turn]} NEW\` makes a file that is upright.`;
}
