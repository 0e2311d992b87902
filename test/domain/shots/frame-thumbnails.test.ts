// What two or three thumbnails have in common, against plain definitions of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  fitBlend,
  isAlikeShifted,
  likeness,
  THUMBNAIL,
} from '../../../src/domain/shots/frame-thumbnails.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { blend, flat, lit, map, panned, picture, scene } from '../../support/pictures/thumbnails.js';

const { width, height } = THUMBNAIL;
const [a, b] = [picture(scene(1)), picture(scene(3))];
const few = { numRuns: 12 };

/** Noise; every value 0..255. */
const noise = fc.integer({ min: 1, max: 1e6 }).map((seed) => {
  const random = seededRandom(seed);
  return map(flat(0), () => 255 * random());
});
/** Noise, parts of which are as dark as the bars beside a picture. */
const partlyDark = noise.map((of) => map(of, (value, i) => (i % 500 < 200 ? value / 12 : value)));
const shift = fc.integer({ min: -3, max: 3 });

/** Values of `p` at (x, y) and of `q`, moved by (dx, dy), at the same place: all that there are. */
function overlapping(p: Uint8Array, q: Uint8Array, dx: number, dy: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        if (x - dx >= 0 && x - dx < width && y - dy >= 0 && y - dy < height)
          pairs.push([p[(y * width + x) * 3 + c] ?? NaN, q[((y - dy) * width + x - dx) * 3 + c] ?? NaN]);
  return pairs;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's, of what isn't dark in both; 0 where either spreads by less than 3. */
function pearson(all: readonly [number, number][]): number {
  const pairs = all.filter(([x, y]) => x >= 24 || y >= 24);
  if (pairs.length === 0) return 0;
  const [mx, my] = [meanOf(pairs.map(([x]) => x)), meanOf(pairs.map(([, y]) => y))];
  const [vx, vy] = [meanOf(pairs.map(([x]) => (x - mx) ** 2)), meanOf(pairs.map(([, y]) => (y - my) ** 2))];
  if (Math.sqrt(vx) < 3 || Math.sqrt(vy) < 3) return 0;
  return meanOf(pairs.map(([x, y]) => (x - mx) * (y - my))) / Math.sqrt(vx * vy);
}

describe('difference', () => {
  it('is 0 of a picture to itself and 1 from black to white', () => {
    expect(difference(a, a)).toBe(0);
    expect(difference(flat(0), flat(255))).toBe(1);
    expect(difference(flat(255), flat(0))).toBe(1);
  });
  it('is the mean of what differs where two moved pictures overlap', () => {
    fc.assert(
      fc.property(noise, noise, shift, shift, (p, q, dx, dy) => {
        const plain = meanOf(overlapping(p, q, dx, dy).map(([x, y]) => Math.abs(x - y))) / 255;
        expect(difference(p, q, dx, dy)).toBeCloseTo(plain, 12);
      }),
      few,
    );
  });
});

describe('isAlikeShifted', () => {
  it('allows for a camera that moved by up to three pixels, each way', () => {
    for (const [x, y] of [
      [3, 0],
      [-3, 0],
      [0, 3],
      [0, -3],
      [-3, 3],
      [2, 1],
    ] as const)
      expect(isAlikeShifted(a, picture(panned(scene(1), x, y)), 1e-9)).toBe(true);
    expect(isAlikeShifted(a, picture(panned(scene(1), 4, 0)), 0.01)).toBe(false);
    expect(isAlikeShifted(a, picture(panned(scene(1), 0, 4)), 0.01)).toBe(false);
  });
  it('asks for less than the limit at any of them', () => {
    const all = [-3, -2, -1, 0, 1, 2, 3].flatMap((dx) =>
      [-3, -2, -1, 0, 1, 2, 3].map((dy) => difference(a, b, dx, dy)),
    );
    const least = Math.min(...all);
    expect(isAlikeShifted(a, b, least)).toBe(false);
    expect(isAlikeShifted(a, b, least + 1e-9)).toBe(true);
  });
});

describe('likeness', () => {
  it('does not care for brightness, contrast or a small move of the camera', () => {
    expect(likeness(a, a)).toBeCloseTo(1, 9);
    expect(likeness(a, lit(a, 20))).toBeGreaterThan(0.99);
    expect(
      likeness(
        a,
        map(a, (v) => 60 + v / 3),
      ),
    ).toBeGreaterThan(0.99);
    for (const [x, y] of [
      [2, 0],
      [-2, 0],
      [0, 2],
      [2, -2],
    ] as const)
      expect(likeness(a, picture(panned(scene(1), x, y)))).toBeCloseTo(1, 9);
    expect(likeness(a, b)).toBeLessThan(0.4);
  });
  it('is the largest correlation over nine shifts', () => {
    fc.assert(
      fc.property(partlyDark, partlyDark, (p, q) => {
        const all = [-2, 0, 2].flatMap((dx) => [-2, 0, 2].map((dy) => pearson(overlapping(p, q, dx, dy))));
        expect(likeness(p, q)).toBeCloseTo(Math.max(...all), 9);
      }),
      few,
    );
    // The first one above what is enough is found without a shift.
    expect(likeness(a, b, -1)).toBeCloseTo(pearson(overlapping(a, b, 0, 0)), 9);
  });
  it('finds a negative unlike', () => {
    const stripes = picture((x) => 120 + 2 * x);
    expect(
      likeness(
        stripes,
        map(stripes, (v) => 255 - v),
      ),
    ).toBeCloseTo(-1, 9);
  });
  it('is 0 where either has no structure', () => {
    expect(likeness(flat(100), a)).toBe(0);
    expect(likeness(a, flat(100))).toBe(0);
    expect(likeness(flat(0), flat(0))).toBe(0);
    // A spread of 2, and one of 4.
    const faint = (by: number) => map(flat(100), (v, i) => v + (i % 2 === 0 ? by : -by));
    expect(likeness(faint(2), faint(2))).toBe(0);
    expect(likeness(faint(4), faint(4))).toBeCloseTo(1, 9);
    // Right at the limit there is some.
    expect(likeness(faint(3), faint(3))).toBeCloseTo(1, 9);
  });
  it('leaves out black bars, which all shots of a film have', () => {
    const barred = (of: Uint8Array) => map(of, (value, i) => (Math.floor(i / 3) % width < 12 ? 4 : value));
    const bars = likeness(barred(a), barred(b));
    expect(bars).toBeLessThan(0.4);
    // What is dark in one of them only is part of a picture.
    expect(likeness(barred(a), a)).toBeLessThan(0.9);
  });
});

describe('fitBlend', () => {
  it('recovers the share of a blend, of which nothing is left', () => {
    for (const share of [0, 0.25, 0.5, 0.9, 1]) {
      const { weight, residual } = fitBlend(blend(a, b, share), a, b);
      expect(weight).toBeCloseTo(share, 2);
      expect(residual).toBeLessThan(0.01);
    }
  });
  it('leaves most of a third picture', () => {
    expect(fitBlend(picture(scene(5)), a, b).residual).toBeGreaterThan(0.7);
  });
  it('is the best of all blends, and says what it leaves as a share of the way from a to b', () => {
    const left = (m: Uint8Array, p: Uint8Array, q: Uint8Array, weight: number) => {
      const squares = (by: (i: number) => number) => meanOf(Array.from(m, (_, i) => by(i) ** 2));
      const at = (of: Uint8Array, i: number) => of[i] ?? NaN;
      return Math.sqrt(
        squares((i) => at(m, i) - (1 - weight) * at(p, i) - weight * at(q, i)) / squares((i) => at(q, i) - at(p, i)),
      );
    };
    fc.assert(
      fc.property(noise, noise, noise, (m, p, q) => {
        const { weight, residual } = fitBlend(m, p, q);
        expect(residual).toBeCloseTo(left(m, p, q, weight), 9);
        for (const by of [-0.01, 0.01]) expect(left(m, p, q, weight + by)).toBeGreaterThanOrEqual(residual);
      }),
      few,
    );
  });
  it('is no blend of one picture alone', () => {
    expect(fitBlend(b, a, a)).toEqual({ weight: 0, residual: Infinity });
  });
});
