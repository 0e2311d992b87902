/**
 * By which turns a picture may come upright, told by what lies around its main face: that is looked at turned at a
 * tenth of what the whole picture takes.
 */
import { type Turn, TURNS } from '../../domain/faces/turned.js';
import type { Face, RgbImage } from '../../domain/types.js';
import type { StillImage } from '../../media/pictures/images.js';
import type { FaceReader, PackInfo } from '../../vision/pipeline.js';
import { facesInPixels, qualityOf } from './still-faces.js';

const AROUND = {
  /** Beside the face on each side, in its longer sides: the true one may lie beside the one that was found. */
  padding: 1.5,
  /** Long side of what is cut out, and as the detector sees it, pixels. */
  side: 448,
  lookedAt: 256,
} as const;
/** From this quality on the whole picture is looked at turned: less than it has to come to, faces are smaller here. */
const WORTH_A_LOOK = 0.2;
/** A turned face may be so much less sure than as given, and count. */
export const LESS_SURE = 0.05;

/**
 * @param main the face that the picture seems to be about, as given
 * @returns the most likely first
 */
export async function likelyTurns(
  image: StillImage,
  main: Pick<Face, 'box' | 'score'>,
  pack: Pick<PackInfo, 'norms'>,
  reader: FaceReader,
  signal?: AbortSignal,
): Promise<Turn[]> {
  const { partAround } = await import('../../media/pictures/images.js');
  const part = await partAround(await image.pixels(), main.box, AROUND);
  const side = Math.min(AROUND.lookedAt, Math.max(part.width, part.height));
  // A face that is upright is less sure turned; so most need not be embedded.
  return turnsOf(part, { side, least: main.score - LESS_SURE, worth: WORTH_A_LOOK }, pack, reader, signal);
}

/**
 * By which turns a picture shows a face that may be a true one, told by one look for each.
 * @param by long side for the detector; how sure of a face it has to be, and how good that is
 * @returns the most likely first
 */
export async function turnsOf(
  picture: RgbImage,
  { side, least, worth }: { side: number; least: number; worth: number },
  pack: Pick<PackInfo, 'norms'>,
  reader: FaceReader,
  signal?: AbortSignal,
): Promise<Turn[]> {
  const { turnImage } = await import('../../media/pictures/images.js');
  const tried = await Promise.all(
    TURNS.map(async (turn) => {
      const surest = surestOf(await facesInPixels(await turnImage(picture, turn), side, reader, signal));
      const isSure = surest !== undefined && surest.score >= least;
      return { turn, quality: isSure ? ((await qualityOf(surest, pack, reader, signal)) ?? 0) : 0 };
    }),
  );
  return tried
    .filter(({ quality }) => quality >= worth)
    .sort((a, b) => b.quality - a.quality)
    .map(({ turn }) => turn);
}

/** The face that the detector is surest of, of some. */
export function surestOf<F extends Pick<Face, 'score'>>(faces: readonly F[]): F | undefined {
  return faces.toSorted((a, b) => b.score - a.score)[0];
}
