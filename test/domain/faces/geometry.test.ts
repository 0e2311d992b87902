import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ARCFACE_TEMPLATE,
  centre,
  distance,
  fitSimilarity,
  invert,
  iou,
  transform,
} from '../../../src/domain/faces/geometry.js';
import type { Box } from '../../../src/domain/types.js';

describe('fitSimilarity', () => {
  it('recovers a known rotation, scale and shift exactly', () => {
    const angle = 0.4,
      scale = 2.5;
    const known = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx: 17, ty: -4 };
    const found = fitSimilarity(
      ARCFACE_TEMPLATE,
      ARCFACE_TEMPLATE.map((p) => transform(known, p)),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(known[key], 9);
  });

  it('is the least-squares fit when points are disturbed: no nearby transform does better', () => {
    const shifts = [
      { x: 3, y: 0 },
      { x: -2, y: 1 },
      { x: 1, y: -2 },
      { x: 0, y: 2 },
      { x: -1, y: 1 },
    ];
    const pairs = shifts.flatMap((d, i) => {
      const from = ARCFACE_TEMPLATE[i];
      return from ? [{ from, to: { x: from.x + d.x, y: from.y + d.y } }] : [];
    });
    const error = (t: ReturnType<typeof fitSimilarity>) =>
      pairs.reduce((s, { from, to }) => s + (transform(t, from).x - to.x) ** 2 + (transform(t, from).y - to.y) ** 2, 0);
    const best = fitSimilarity(
      pairs.map((p) => p.from),
      pairs.map((p) => p.to),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const)
      for (const d of [-0.01, 0.01]) expect(error({ ...best, [key]: best[key] + d })).toBeGreaterThan(error(best));
  });

  it('refuses points that coincide', () => {
    expect(() =>
      fitSimilarity(
        [
          { x: 1, y: 1 },
          { x: 1, y: 1 },
        ],
        [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
        ],
      ),
    ).toThrow('the points coincide');
  });

  it('inverts', () => {
    const t = { a: 1.2, b: -0.7, tx: 5, ty: 9 },
      p = { x: 3, y: -8 };
    const back = transform(invert(t), transform(t, p));
    expect(back.x).toBeCloseTo(p.x, 9);
    expect(back.y).toBeCloseTo(p.y, 9);
  });
});

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
