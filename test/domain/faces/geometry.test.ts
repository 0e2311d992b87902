/** Boxes and points. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centre, distance, iou, scaleBox } from '../../../src/domain/faces/geometry.js';
import type { Box } from '../../../src/domain/types.js';

describe('iou', () => {
  it('is 1 for the same box, 0 apart, a third for half overlap', () => {
    const b = { x: 0, y: 0, w: 10, h: 10 };
    expect(iou(b, b)).toBe(1);
    expect(iou(b, { ...b, x: 10 })).toBe(0);
    expect(iou(b, { ...b, x: 5 })).toBeCloseTo(1 / 3, 9);
  });
  it('counts the pixels in both and in either, of boxes with whole corners', () => {
    const box = fc.record({
      x: fc.integer({ min: -8, max: 8 }),
      y: fc.integer({ min: -8, max: 8 }),
      w: fc.integer({ min: 1, max: 12 }),
      h: fc.integer({ min: 1, max: 12 }),
    });
    const holds = (b: Box, x: number, y: number) => x >= b.x && x < b.x + b.w && y >= b.y && y < b.y + b.h;
    fc.assert(
      fc.property(box, box, (p, q) => {
        let both = 0,
          either = 0;
        for (let x = -8; x < 20; x++)
          for (let y = -8; y < 20; y++) {
            if (holds(p, x, y) && holds(q, x, y)) both++;
            if (holds(p, x, y) || holds(q, x, y)) either++;
          }
        expect(iou(p, q)).toBeCloseTo(both / either, 12);
      }),
    );
  });
});

it('centre and distance are in pixels', () => {
  expect(centre({ x: 10, y: 20, w: 6, h: 4 })).toEqual({ x: 13, y: 22 });
  expect(distance({ x: 1, y: 2 }, { x: 4, y: -2 })).toBe(5);
});

it('a box scales with the picture', () => {
  expect(scaleBox({ x: 2, y: 4, w: 6, h: 8 }, { x: 0.5, y: 2 })).toEqual({ x: 1, y: 8, w: 3, h: 16 });
});
