/** Faces in a still picture. Nothing is gated away: a poor face still deserves an answer that says so. */
import { RollcallError } from '../../domain/errors/errors.js';
import { eccentricity, embeddedQuality } from '../../domain/faces/quality.js';
import { scaledSize } from '../../domain/scaled-size.js';
import type { Face, RgbImage } from '../../domain/types.js';
import type { Opening, StillImage } from '../../media/pictures/images.js';
import type { FaceReader, PackInfo } from '../../vision/pipeline.js';
import type { Picture } from '../allowed-sources.js';

/** Long side given to the detector; a small picture is enlarged to it, which finds better landmarks. */
const DETECTOR_SIDE = 640,
  LARGE_SIDE = 1280;
/** From this long side on a picture may hold many small faces. */
const LARGE_PICTURE = 1000;
/** Detections less sure than this are only used when there is nothing better. */
const SURE = 0.6;
/** Detections less sure than this are no faces. */
const LEAST = 0.3;
/** A face of less than this share of the largest one's area is not who a picture is of. */
const MUCH_SMALLER = 0.2;
/** A face with its crop, whatever its quality. */
export type StillFace = Face & { crop: Uint8Array };

/** A picture with its faces and the one it is about, undefined where there is none. */
export interface Still {
  image: StillImage;
  faces: StillFace[];
  main: StillFace | undefined;
}

/** Loads a picture and finds its faces, as it is given. @throws RollcallError the errors of loadImage */
export async function stillIn(
  source: Picture,
  pipeline: FaceReader,
  opening: Opening,
  signal?: AbortSignal,
): Promise<Still> {
  const { openImage } = await import('../../media/pictures/images.js');
  const image = await openImage(source, opening, signal);
  const faces = await findFaces(image, pipeline, signal);
  return { image, faces, main: mainFace(faces, image) };
}

/** Of a picture that is to show somebody. */
export function noFace(): RollcallError {
  return new RollcallError(
    'no_face',
    'No face was found in the picture.',
    'Give a picture in which the face is at least 40 pixels wide and looks towards the camera.',
  );
}

/**
 * Detects the faces of a picture, largest first, each with an aligned crop. A face that fills the picture is missed
 * until the picture is padded, so that is tried when nothing sure was found. Only the surest is returned when none is
 * sure.
 * @param side long side for the detector, pixels; by default as suits the picture
 */
export async function findFaces(
  image: StillImage,
  pipeline: FaceReader,
  signal?: AbortSignal,
  side?: number,
): Promise<StillFace[]> {
  const faces = await allFaces(image, pipeline, signal, side);
  const sure = faces.filter((f) => f.score >= SURE);
  const taken = sure.length > 0 ? sure : faces.sort((a, b) => b.score - a.score).slice(0, 1);
  return taken.sort((a, b) => b.box.w * b.box.h - a.box.w * a.box.h);
}

/** Every detection in a picture, also those that are gated; padded as findFaces says. */
export async function allFaces(
  image: StillImage,
  pipeline: FaceReader,
  signal?: AbortSignal,
  side = lookedAtWith(image),
): Promise<StillFace[]> {
  const look = (picture: RgbImage): Promise<StillFace[]> => facesInPixels(picture, side, pipeline, signal);
  let faces = await look(await image.pixels());
  if (!faces.some((f) => f.score >= SURE)) {
    const pad = Math.round(Math.max(image.width, image.height) / 2);
    const padded = (await look(padImage(await image.pixels(), pad))).map((f) => ({
      ...f,
      box: { ...f.box, x: f.box.x - pad, y: f.box.y - pad },
    }));
    if (best(padded) > best(faces)) faces = padded;
  }
  return faces;
}

/** What one look of the detector finds. @param picture its pixels are given away @param side see DetectOptions */
export async function facesInPixels(
  picture: RgbImage,
  detectorSide: number,
  pipeline: FaceReader,
  signal?: AbortSignal,
): Promise<StillFace[]> {
  const small = await smallerFor(picture, detectorSide);
  const looking = { minScore: LEAST, detectorSide, cropAll: true };
  const { faces } = await pipeline.detect({ ...picture, small }, looking, signal);
  return faces.flatMap((f) => (f.crop ? [{ ...f, crop: f.crop }] : []));
}

/** How good a face is that was found, embedded as given; null where it can't be told. */
export async function qualityOf(
  { crop, quality }: StillFace,
  { norms }: Pick<PackInfo, 'norms'>,
  reader: FaceReader,
  signal?: AbortSignal,
): Promise<number | null> {
  const [embedding] = await reader.embed([crop], signal, { mirror: false });
  return embedding ? embeddedQuality(quality, embedding.norm, norms) : null;
}

/** Long side for the detector; large pictures are made smaller, but not larger. */
function lookedAtWith({ width, height }: StillImage): number {
  const long = Math.max(width, height);
  return long > LARGE_PICTURE ? Math.min(long, LARGE_SIDE) : DETECTOR_SIDE;
}

/** The picture at the detector's size, unless that is larger: sharp makes it beside the workers. */
async function smallerFor(picture: RgbImage, detectorSide: number): Promise<RgbImage | undefined> {
  if (Math.max(picture.width, picture.height) < detectorSide) return undefined;
  const { shrink } = await import('../../media/pictures/images.js');
  return shrink(picture, scaledSize(picture, detectorSide));
}

/**
 * The face that a picture of one person is about: of those that are not much smaller than the largest, the one nearest
 * the middle. A photographer puts the person there; a bystander at the edge may well be larger.
 */
export function mainFace<T extends Face>(faces: readonly T[], image: { width: number; height: number }): T | undefined {
  const largest = Math.max(...faces.map(({ box }) => box.w * box.h));
  const offMiddle = (f: Face) => eccentricity(f.box, image.width, image.height);
  return faces
    .filter(({ box }) => box.w * box.h >= MUCH_SMALLER * largest)
    .toSorted((a, b) => offMiddle(a) - offMiddle(b))[0];
}

function best(faces: readonly Face[]): number {
  return Math.max(0, ...faces.map((f) => f.score));
}

/** The picture with a grey margin. */
function padImage(image: RgbImage, pad: number): RgbImage {
  const width = image.width + 2 * pad,
    height = image.height + 2 * pad;
  const data = new Uint8Array(width * height * 3).fill(128);
  for (let y = 0; y < image.height; y++)
    data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), ((y + pad) * width + pad) * 3);
  return { width, height, data };
}
