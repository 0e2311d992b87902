/**
 * Things drawn on an aligned crop (112×112, see ARCFACE_TEMPLATE: eyes at y 52, nose 72, mouth 92). Finding and
 * aligning the face is not made harder by them.
 */
import { CROP_SIDE } from '../../../src/domain/types.js';

export interface Cover {
  name: string;
  /** Colour of a pixel, or null where nothing covers it. */
  at(x: number, y: number): readonly [number, number, number] | null;
}

const inEllipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;

export const COVERS: readonly Cover[] = [
  // From the bridge of the nose down, narrower towards the chin, with folds.
  {
    name: 'surgical mask',
    at: (x, y) =>
      y >= 64 && Math.abs(x - 56) <= 42 - 0.35 * (y - 64) ? [150 + (y % 12), 185 + (y % 12), 200 + (y % 12)] : null,
  },
  {
    name: 'sunglasses',
    at: (x, y) =>
      inEllipse(x, y, 38, 53, 17, 12) ||
      inEllipse(x, y, 74, 53, 17, 12) ||
      (Math.abs(x - 56) <= 6 && Math.abs(y - 49) <= 2)
        ? [22, 22, 26]
        : null,
  },
];

/** @returns a covered copy */
export function covered(crop: Uint8Array, cover: Cover): Uint8Array {
  const copy = crop.slice();
  for (let y = 0; y < CROP_SIDE; y++) {
    for (let x = 0; x < CROP_SIDE; x++) {
      const colour = cover.at(x, y);
      if (colour) copy.set(colour, (y * CROP_SIDE + x) * 3);
    }
  }
  return copy;
}
