import { describe, expect, it } from 'vitest';
import { mirrored, resample } from '../../../lab/footage/resample.js';

/** Red rises by 2 a pixel to the right, green by 2 a pixel downwards. */
const ramp = {
  width: 100,
  height: 80,
  data: Uint8Array.from({ length: 100 * 80 * 3 }, (_, i) => {
    const p = Math.floor(i / 3);
    return [2 * (p % 100), 2 * Math.floor(p / 100), 7][i % 3] ?? 0;
  }),
};

describe('resample', () => {
  it.each([
    { w: 40, width: 80, name: 'enlarging' },
    { w: 40, width: 40, name: 'shifting by part of a pixel' },
    { w: 60, width: 20, name: 'shrinking' },
  ])('keeps positions when $name', ({ w, width }) => {
    const out = resample(ramp, { x: 20.25, y: 15.75, w, h: w / 2 }, width, width / 2);
    for (const [x, y] of [
      [0, 0],
      [width - 1, width / 2 - 1],
      [5, 3],
    ] as const) {
      const step = w / width,
        p = (y * width + x) * 3;
      expect(Math.abs((out.data[p] ?? 0) - 2 * (20.25 + (x + 0.5) * step - 0.5))).toBeLessThanOrEqual(0.6);
      expect(Math.abs((out.data[p + 1] ?? 0) - 2 * (15.75 + (y + 0.5) * step - 0.5))).toBeLessThanOrEqual(0.6);
      expect(out.data[p + 2]).toBe(7);
    }
  });

  it('is the picture itself for the whole picture', () => {
    expect(resample(ramp, { x: 0, y: 0, w: 100, h: 80 }, 100, 80).data).toEqual(ramp.data);
  });

  it('repeats the edge outside', () => {
    const out = resample(ramp, { x: -10, y: 70, w: 20, h: 20 }, 20, 20);
    expect([out.data[0], out.data[(19 * 20 + 19) * 3 + 1]]).toEqual([0, 158]);
  });

  it('mirrors left for right', () => {
    const out = mirrored(ramp);
    expect([out.data[0], out.data[99 * 3], out.data[1]]).toEqual([198, 0, 0]);
  });
});
