import { expect, it } from 'vitest';
import { bestPicturesFirst } from '../../../src/domain/tracks/best-picture.js';
import { CROP_SIDE } from '../../../src/domain/types.js';

/** A crop that is black from its left edge to a column. */
function crop(name: string, quality: number, black = 0, ink = 90) {
  const data = new Uint8Array(CROP_SIDE * CROP_SIDE * 3).fill(ink);
  for (let y = 0; y < CROP_SIDE; y++) data.fill(0, 3 * y * CROP_SIDE, 3 * (y * CROP_SIDE + black));
  return { name, quality, crop: data };
}

const order = (...crops: ReturnType<typeof crop>[]) => bestPicturesFirst(crops).map(({ name }) => name);

it('shows a whole face before one that hangs out of the picture and is hardly better', () => {
  expect(order(crop('cut off', 0.7, 12), crop('poor', 0.3), crop('whole', 0.65))).toEqual(['whole', 'cut off', 'poor']);
  expect(order(crop('cut off', 0.7, 12), crop('poor', 0.4))).toEqual(['cut off', 'poor']);
});

it('counts each pixel of the edge once', () => {
  // Black all over but inside: nothing of the edge is left, so that quality no longer counts.
  const inside = crop('framed', 0.9);
  for (let i = 0; i < CROP_SIDE; i++)
    for (const pixel of [i, i * CROP_SIDE, i * CROP_SIDE + CROP_SIDE - 1, (CROP_SIDE - 1) * CROP_SIDE + i])
      inside.crop.fill(0, 3 * pixel, 3 * pixel + 3);
  expect(order(inside, crop('worse', 0.01))).toEqual(['worse', 'framed']);
});

it('takes dark footage for no edge, and leaves equals in their order', () => {
  expect(order(crop('dark', 0.5, 0, 1), crop('light', 0.4))).toEqual(['dark', 'light']);
  expect(order(crop('one', 0.5), crop('other', 0.5))).toEqual(['one', 'other']);
});
