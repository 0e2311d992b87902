import { expect, it } from 'vitest';
import { boxAt } from '../../../src/domain/tracks/box-at.js';

const boxes = [
  { time_s: 1, box: { x: 0, y: 10, w: 20, h: 30 } },
  { time_s: 2, box: { x: 10, y: 10, w: 30, h: 30 } },
  { time_s: 4, box: { x: 10, y: 50, w: 30, h: 30 } },
];

it('is on a straight line between two moments, and stays beyond the first and the last', () => {
  expect(boxAt(boxes, 1.5)).toEqual({ x: 5, y: 10, w: 25, h: 30 });
  expect(boxAt(boxes, 3)).toEqual({ x: 10, y: 30, w: 30, h: 30 });
  expect(boxAt(boxes, 2)).toEqual(boxes[1]?.box);
  expect(boxAt(boxes, 0)).toEqual(boxes[0]?.box);
  expect(boxAt(boxes, 9)).toEqual(boxes[2]?.box);
  expect(boxAt([], 1)).toBeNull();
});
