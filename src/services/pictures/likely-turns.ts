/**
 * By which turns a picture may come upright, told by what lies around its main face: that is looked at turned at a
 * tenth of what the whole picture takes.
 */
import { embeddedQuality } from '../../domain/faces/quality.js';
import { type Turn, TURNS } from '../../domain/faces/turned.js';
import { scaledSize } from '../../domain/scaled-size.js';
import type { Face, RgbImage } from '../../domain/types.js';
import type { StillImage } from '../../media/pictures/images.js';
import type { FaceReader, PackInfo } from '../../vision/pipeline.js';
import { LEAST } from './still-faces.js';

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
const LESS_SURE = 0.05;

/**
 * @param main the face that the picture seems to be about, as given
 * @returns the most likely first
 */
export async function likelyTurns(
  image: StillImage,
  main: Pick<Face, 'box' | 'score'>,
  { norms }: Pick<PackInfo, 'norms'>,
  reader: FaceReader,
  signal?: AbortSignal,
): Promise<Turn[]> {
  const { partAround, turnImage } = await import('../../media/pictures/images.js');
  const part = await partAround(await image.pixels(), main.box, AROUND);
  const tried = await Promise.all(
    TURNS.map(async (turn) => ({ turn, quality: await qualityIn(await turnImage(part, turn)) })),
  );
  return tried
    .filter(({ quality }) => quality >= WORTH_A_LOOK)
    .sort((a, b) => b.quality - a.quality)
    .map(({ turn }) => turn);

  /** Of the surest face in it; 0 where there is none. */
  async function qualityIn(picture: RgbImage): Promise<number> {
    const { shrink } = await import('../../media/pictures/images.js');
    const detectorSide = Math.min(AROUND.lookedAt, Math.max(picture.width, picture.height));
    const small = await shrink(picture, scaledSize(picture, detectorSide));
    const looked = await reader.detect({ ...picture, small }, { minScore: LEAST, detectorSide, cropAll: true }, signal);
    const [face] = looked.faces.toSorted((a, b) => b.score - a.score);
    // A face that is upright is less sure turned; so most need not be embedded.
    if (!face || face.score < main.score - LESS_SURE) return 0;
    const [embedding] = face.crop ? await reader.embed([face.crop], signal, { mirror: false }) : [];
    return embedding ? embeddedQuality(face.quality, embedding.norm, norms) : 0;
  }
}
