/**
 * A second look at a face that was found in a still: upright, and of the size at which a detector knows it best. Its
 * landmarks are nearer to the truth than those of a look at the whole picture, where a face may be far too large.
 */
import { ARCFACE_TEMPLATE, fitSimilarity, invert, type Similarity, transform } from '../domain/faces/alignment.js';
import { distance, centre } from '../domain/faces/geometry.js';
import { type Landmarks, type Point, type RgbImage, CROP_SIDE } from '../domain/types.js';
import { cutOut } from './resample.js';

/** Side of what is looked at, and of the aligned crop's part of it, pixels. */
const SIDE = 192,
  CROP_PART = 84;
/** Samples a pixel and direction of what is looked at: more change no point by more than a hundredth of a face. */
const SAMPLES = 2;
/** A face that is found farther from where it was, in parts of the aligned crop's side, is another one. */
const SAME_PLACE = 0.3;

/** A face as a detector finds it. */
export interface FoundFace {
  box: { x: number; y: number; w: number; h: number };
  landmarks: Landmarks;
  score: number;
}

/**
 * @param landmarks of the face, in pixels of `image`
 * @param look finds the faces of a small picture
 * @returns the mean of the points found in it and in its mirror image, in pixels of `image`; the given ones where the
 * face isn't found again
 */
export async function closerLandmarks(
  image: RgbImage,
  landmarks: Landmarks,
  look: (picture: RgbImage) => Promise<readonly FoundFace[]>,
): Promise<Landmarks> {
  const back = invert(fitSimilarity(landmarks, MIDDLE));
  const upright = { width: SIDE, height: SIDE, data: cutOut(image, back, SIDE, SAMPLES) };
  const seen = [inMiddle(await look(upright)), unmirrored(inMiddle(await look(mirrored(upright))))];
  const found = seen.filter((points) => points !== null);
  return found.length > 0 ? mapped(mean(found), back) : landmarks;
}

/** Where the points of an aligned crop lie in what is looked at. */
const MIDDLE = ARCFACE_TEMPLATE.map(({ x, y }) => ({
  x: ((x - CROP_SIDE / 2) * CROP_PART) / CROP_SIDE + SIDE / 2,
  y: ((y - CROP_SIDE / 2) * CROP_PART) / CROP_SIDE + SIDE / 2,
}));

/** The points of the face that was looked at, the surest of those in the middle. */
function inMiddle(faces: readonly FoundFace[]): Landmarks | null {
  const middle = { x: SIDE / 2, y: SIDE / 2 };
  const near = faces.filter(({ box }) => distance(centre(box), middle) < SAME_PLACE * CROP_PART);
  return near.toSorted((a, b) => b.score - a.score)[0]?.landmarks ?? null;
}

/** Left and right change places in a mirror, and so do the points. */
function unmirrored(points: Landmarks | null): Landmarks | null {
  if (!points) return null;
  const back = ({ x, y }: Point) => ({ x: SIDE - 1 - x, y });
  const [left, right, nose, leftMouth, rightMouth] = points;
  return [back(right), back(left), back(nose), back(rightMouth), back(leftMouth)];
}

function mirrored({ width, height, data }: RgbImage): RgbImage {
  const out = new Uint8Array(data.length),
    row = 3 * width;
  for (let y = 0; y < height; y++)
    for (let to = y * row, from = (y + 1) * row - 3; to < (y + 1) * row; to += 3, from -= 3) {
      out[to] = data[from] ?? 0;
      out[to + 1] = data[from + 1] ?? 0;
      out[to + 2] = data[from + 2] ?? 0;
    }
  return { width, height, data: out };
}

function mean(all: readonly Landmarks[]): Landmarks {
  const of = (k: 0 | 1 | 2 | 3 | 4): Point => ({
    x: all.reduce((sum, points) => sum + points[k].x, 0) / all.length,
    y: all.reduce((sum, points) => sum + points[k].y, 0) / all.length,
  });
  return [of(0), of(1), of(2), of(3), of(4)];
}

function mapped(points: Landmarks, to: Similarity): Landmarks {
  const [a, b, c, d, e] = points;
  return [transform(to, a), transform(to, b), transform(to, c), transform(to, d), transform(to, e)];
}
