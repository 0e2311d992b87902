/**
 * Pictures that lie on their side or stand on their head, as scans do whose EXIF data don't say so. The detector puts a
 * face of its own into such a one, eyes above, nearly as surely; that it is none is seen by its embedding.
 */
import { embeddedQuality } from '../../domain/faces/quality.js';
import { type Turn, TURNS, turnedBack } from '../../domain/faces/turned.js';
import type { Embedding } from '../../domain/types.js';
import type { Opening, StillImage } from '../../media/pictures/images.js';
import type { FaceReader, PackInfo } from '../../vision/pipeline.js';
import type { Picture } from '../allowed-sources.js';
import { likelyTurns } from './likely-turns.js';
import { findFaces, mainFace, noFace, qualityOf, type StillFace, stillIn } from './still-faces.js';

/**
 * A main face below this quality gives reason to try the picture turned; turned it has to come above it, and to gain
 * so much. What that finds and mistakes: docs/evaluation.md, where it breaks.
 */
const DOUBTFUL = 0.3,
  GAIN = 0.2;
/** Faces in pictures that are not upright have not come to this. */
const SURELY_UPRIGHT = 0.5;

/** Faces of a picture in pixels of the picture as given, also where it was turned to find them. */
export interface UprightFaces {
  faces: StillFace[];
  main: StillFace;
  /** How it was turned, degrees clockwise; 0 mostly. */
  turn: Turn | 0;
}

/** Whether a picture whose main face came to that quality may not be upright. @param quality 0..1, null: no face */
export function isDoubtful(quality: number | null): boolean {
  return (quality ?? 0) < DOUBTFUL;
}

/** Whether a picture is told by the quality of faces as turned, against that as given. */
export function isGain(turned: number, asGiven: number | null): boolean {
  return !isDoubtful(turned) && turned >= (asGiven ?? 0) + GAIN;
}

/** A picture as it was turned, where it is told by that; null where it stays as given. @param best see bestTurn */
export async function tellingTurn<T extends { quality: number }>(
  asGiven: number | null,
  best: () => Promise<T | null>,
): Promise<T | null> {
  const turned = isDoubtful(asGiven) ? await best() : null;
  return turned && isGain(turned.quality, asGiven) ? turned : null;
}

/** "was turned by 180° to be read": said of a picture, whose boxes are as given. */
export function turnWords(turn: Turn): string {
  return `was turned by ${turn}° to be read: as given its faces are ${turn === 180 ? 'upside down' : 'sideways'}`;
}

/**
 * The turn by which the main face comes out best; null where none is likely to, or no face is found.
 * @param given the main face as given; without one all turns are tried. @param side see findFaces
 */
export async function bestTurn(
  image: StillImage,
  given: StillFace | undefined,
  pack: Pick<PackInfo, 'norms'>,
  reader: FaceReader,
  signal?: AbortSignal,
  side?: number,
): Promise<(UprightFaces & { quality: number }) | null> {
  let best: (UprightFaces & { quality: number }) | null = null;
  for (const turn of given ? await likelyTurns(image, given, pack, reader, signal) : TURNS) {
    const turned = turnedImage(image, turn);
    const faces = await findFaces(turned, reader, signal, side);
    const main = mainFace(faces, turned);
    const quality = main ? await qualityOf(main, pack, reader, signal) : null;
    if (!main || quality === null) continue;
    if (best && best.quality >= quality) continue;
    const back = new Map(faces.map((face) => [face, turnedBack(face, turn, image)]));
    best = { faces: [...back.values()], main: back.get(main) ?? main, turn, quality };
    if (quality >= SURELY_UPRIGHT) break;
  }
  return best;
}

/** The picture turned clockwise. */
export function turnedImage(image: StillImage, turn: Turn): StillImage {
  const { width, height, scale } = image;
  return {
    ...(turn === 180 ? { width, height } : { width: height, height: width }),
    scale,
    async pixels() {
      const { turnImage } = await import('../../media/pictures/images.js');
      return turnImage(await image.pixels(), turn);
    },
  };
}

/**
 * The face that a picture is about, embedded, and all others; turned where it is clearly not upright.
 * @throws RollcallError no_face when there is none, and the errors of loadImage
 */
export async function mainFaceIn(
  source: Picture,
  { norms }: Pick<PackInfo, 'norms'>,
  reader: FaceReader,
  opening: Opening,
  signal?: AbortSignal,
): Promise<UprightFaces & { image: StillImage; embedding: Embedding }> {
  const { image, faces, main } = await stillIn(source, reader, opening, signal);
  const embed = async ({ crop }: StillFace): Promise<Embedding> => {
    const [embedding] = await reader.embed([crop], signal);
    if (!embedding) throw new Error('the pipeline gave no embedding for a crop');
    return embedding;
  };
  const embedding = main && (await embed(main));
  const quality = main && embedding ? embeddedQuality(main.quality, embedding.norm, norms) : null;
  const turned = await tellingTurn(quality, () => bestTurn(image, main, { norms }, reader, signal));
  if (turned) return { ...turned, image, embedding: await embed(turned.main) };
  if (!main || !embedding) throw noFace();
  return { image, faces, main, turn: 0, embedding };
}
