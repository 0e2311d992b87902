import { expect, it } from 'vitest';
import { turnedBack, TURNS } from '../../../src/domain/faces/turned.js';
import type { Landmarks, Point } from '../../../src/domain/types.js';

const GIVEN = { width: 100, height: 60 };
/** Where a point goes when the picture is turned clockwise by a quarter. */
const quarter = ({ x, y }: Point, height: number): Point => ({ x: height - y, y: x });

it.each(TURNS)('gives places of a picture turned by %i° as places of the picture that it was', (turn) => {
  const corners = [
    { x: 10, y: 5 },
    { x: 30, y: 20 },
  ];
  const moved = corners.map((corner) => {
    let at = corner,
      { width, height } = GIVEN;
    for (let turned = 0; turned < turn; turned += 90) {
      at = quarter(at, height);
      [width, height] = [height, width];
    }
    return at;
  });
  const [p, q] = moved as [Point, Point];
  const box = { x: Math.min(p.x, q.x), y: Math.min(p.y, q.y), w: Math.abs(p.x - q.x), h: Math.abs(p.y - q.y) };
  const landmarks: Landmarks = [p, q, p, q, p];
  const back = turnedBack({ box, landmarks, score: 0.9 }, turn, GIVEN);
  expect(back.box).toEqual({ x: 10, y: 5, w: 20, h: 15 });
  expect(back.landmarks.slice(0, 2)).toEqual(corners);
  expect(back.score).toBe(0.9);
});
