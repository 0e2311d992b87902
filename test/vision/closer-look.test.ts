/** A second look at a face of a still: where its points come from. */
import { describe, expect, it } from 'vitest';
import { ARCFACE_TEMPLATE, transform } from '../../src/domain/faces/alignment.js';
import type { Landmarks, Point, RgbImage } from '../../src/domain/types.js';
import { closerLandmarks, type FoundFace } from '../../src/vision/closer-look.js';

/** In the picture the face is turned by 30° and three times as large as an aligned crop. */
const TURNED = { a: 3 * Math.cos(Math.PI / 6), b: 3 * Math.sin(Math.PI / 6), tx: 300, ty: 100 };
const each = ([a, b, c, d, e]: Landmarks, of: (p: Point) => Point): Landmarks => [of(a), of(b), of(c), of(d), of(e)];
const POINTS = each(ARCFACE_TEMPLATE, (p) => transform(TURNED, p));
/** The same points in what is looked at, 192 pixels wide. */
const UPRIGHT = each(ARCFACE_TEMPLATE, ({ x, y }) => ({ x: 0.75 * (x - 56) + 96, y: 0.75 * (y - 56) + 96 }));
const moved = (points: Landmarks, x: number, y = 0) => each(points, (p) => ({ x: p.x + x, y: p.y + y }));
const inMirror = ([a, b, c, d, e]: Landmarks): Landmarks => each([b, a, c, e, d], ({ x, y }) => ({ x: 191 - x, y }));

/** Black, but for a white spot where the right eye is. */
const image = ((): RgbImage => {
  const of = { width: 700, height: 700, data: new Uint8Array(700 * 700 * 3) };
  const { x, y } = POINTS[1];
  for (let row = -9; row <= 9; row++) {
    const from = ((Math.round(y) + row) * of.width + Math.round(x)) * 3;
    of.data.fill(255, from - 27, from + 30);
  }
  return of;
})();

const face = (landmarks: Landmarks, score = 0.9, x = 96): FoundFace => ({
  landmarks,
  score,
  box: { x: x - 40, y: 50, w: 80, h: 90 },
});

/** Answers the looks in their order, and keeps what was looked at. */
function looks(...answers: FoundFace[][]) {
  const seen: RgbImage[] = [];
  return { seen, look: async (part: RgbImage) => answers[seen.push(part) - 1] ?? [] };
}

function expectNear(points: Landmarks, expected: Landmarks) {
  points.forEach((p, i) => {
    expect(p.x).toBeCloseTo(expected[i]?.x ?? NaN, 6);
    expect(p.y).toBeCloseTo(expected[i]?.y ?? NaN, 6);
  });
}

const spot = ({ width, data }: RgbImage, { x, y }: Point) => data[(Math.round(y) * width + Math.round(x)) * 3];

describe('closerLandmarks', () => {
  it('looks at the face upright, then in a mirror', async () => {
    const { seen, look } = looks();
    await closerLandmarks(image, POINTS, look);
    const [upright, mirror] = seen;
    if (!upright || !mirror) throw new Error('two looks');
    expect([upright.width, upright.height, mirror.width, mirror.height]).toEqual([192, 192, 192, 192]);
    const [left, right] = UPRIGHT;
    expect([spot(upright, right), spot(upright, left)]).toEqual([255, 0]);
    expect([spot(mirror, { ...right, x: 191 - right.x }), spot(mirror, right)]).toEqual([255, 0]);
  });

  it('gives the mean of the points of both, in pixels of the picture', async () => {
    const { look } = looks([face(moved(UPRIGHT, 3, 1))], [face(inMirror(moved(UPRIGHT, 1, 3)))]);
    expectNear(
      await closerLandmarks(image, POINTS, look),
      each(ARCFACE_TEMPLATE, ({ x, y }) => transform(TURNED, { x: x + 2 / 0.75, y: y + 2 / 0.75 })),
    );
  });

  it('takes the surest face in the middle, and goes without a look that finds none', async () => {
    const beside = face(moved(UPRIGHT, 60), 0.99, 150);
    const { look } = looks([beside, face(moved(UPRIGHT, 5), 0.5), face(UPRIGHT, 0.6)], [beside]);
    expectNear(await closerLandmarks(image, POINTS, look), POINTS);
    expect(await closerLandmarks(image, POINTS, looks([beside], []).look)).toBe(POINTS);
  });
});
