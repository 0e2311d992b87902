/** Faces in a picture that someone asks about: nothing is gated away, because a poor face still deserves an answer that says so. */
import { RollcallError } from '../domain/errors.js';
import { eccentricity } from '../domain/quality.js';
import { populationMean } from '../domain/scoring.js';
import type { Box, Face, RgbImage } from '../domain/types.js';
import { assertAllowed } from './allowed-path.js';
import type { Resources } from './resources.js';

/** A face of a query picture, embedded. */
export interface QueryFace {
  /** Pixels of the original picture. */
  box: Box;
  quality: number;
  vector: Float32Array;
  population_mean: number;
}

export interface QueryPicture {
  /** Left to right. */
  faces: QueryFace[];
  /** The one that a picture of one person is about: large and near the middle. */
  main: QueryFace;
}

/** Long side given to the detector; a small picture is enlarged to it, which finds better landmarks. */
const DETECTOR_SIDE = 640, LARGE_SIDE = 1280;
/** Detections less sure than this are only used when there is nothing better. */
const SURE = 0.6, LEAST = 0.3;
/** Faces searched for in one picture. */
const MOST_FACES = 20;

/**
 * Loads a picture (path, https or data URL) and embeds its faces.
 * @throws RollcallError no_face when there is none, and the errors of loadImage
 */
export async function queryFaces(source: string, resources: Resources, signal?: AbortSignal): Promise<QueryPicture> {
  const { loadImage } = await import('../media/images.js');
  await assertAllowed(source, resources.settings.allowDirs);
  const image = await loadImage(source, {}, signal);
  const pipeline = await resources.pipeline();
  const faces = await findFaces(image, async (picture, detectorSide) => (await pipeline.detect({ ...picture, data: picture.data.slice() }, { minScore: LEAST, detectorSide, cropAll: true }, signal)).faces);
  if (faces.length === 0) throw new RollcallError('no_face', 'No face was found in the picture.', 'Give a picture in which the face is at least 40 pixels wide and looks towards the camera.');
  const embeddings = await pipeline.embed(faces.map((f) => f.crop as Uint8Array), signal);
  const queried = faces.map((f, i) => {
    const e = embeddings[i] as { vector: Float32Array; norm: number };
    return { face: f, query: {
      box: { x: f.box.x / image.scale, y: f.box.y / image.scale, w: f.box.w / image.scale, h: f.box.h / image.scale },
      quality: e.norm < pipeline.pack.minNorm ? 0 : f.quality, vector: e.vector, population_mean: populationMean(e.vector, pipeline.pack.population),
    } };
  });
  const prominence = (f: Face) => f.box.w * f.box.h * f.score * (1 - 0.7 * eccentricity(f.box, image.width, image.height));
  const main = [...queried].sort((a, b) => prominence(b.face) - prominence(a.face))[0];
  if (!main) throw new Error('unreachable: there is a face');
  return { faces: queried.sort((a, b) => a.query.box.x - b.query.box.x).map((q) => q.query), main: main.query };
}

type Look = (image: RgbImage, detectorSide: number) => Promise<Face[]>;

/** Detects; a face that fills the picture is missed until the picture is padded, so that is tried when nothing was found. */
async function findFaces(image: RgbImage, look: Look): Promise<Face[]> {
  const large = Math.max(image.width, image.height) > 1000;
  let faces = await look(image, large ? LARGE_SIDE : DETECTOR_SIDE);
  if (!faces.some((f) => f.score >= SURE)) {
    const pad = Math.round(Math.max(image.width, image.height) / 2);
    const padded = (await look(padImage(image, pad), large ? LARGE_SIDE : DETECTOR_SIDE))
      .map((f) => ({ ...f, box: { ...f.box, x: f.box.x - pad, y: f.box.y - pad } }));
    if (best(padded) > best(faces)) faces = padded;
  }
  const sure = faces.filter((f) => f.score >= SURE);
  return (sure.length > 0 ? sure : faces.slice(0, 1)).sort((a, b) => b.box.w * b.box.h - a.box.w * a.box.h).slice(0, MOST_FACES);
}

function best(faces: readonly Face[]): number {
  return Math.max(0, ...faces.map((f) => f.score));
}

/** The picture with a grey margin. */
function padImage(image: RgbImage, pad: number): RgbImage {
  const width = image.width + 2 * pad, height = image.height + 2 * pad;
  const data = new Uint8Array(width * height * 3).fill(128);
  for (let y = 0; y < image.height; y++) data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), ((y + pad) * width + pad) * 3);
  return { width, height, data };
}
