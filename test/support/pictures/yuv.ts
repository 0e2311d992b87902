/** A film's picture as RGB, by the definition of its colours. */
import type { Picture, RgbImage } from '../../../src/domain/types.js';

/** ITU-R BT.601-7, 2.5, each colour of two by two pixels; a picture that is RGB stays as it is. */
export function rgbOf({ width, height, data, weights }: Picture): RgbImage {
  if (!weights) return { width, height, data };
  const { red, blue } = weights,
    pixels = width * height;
  const rgb = new Uint8ClampedArray(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const at = Math.floor(Math.floor(i / width) / 2) * (width / 2) + Math.floor((i % width) / 2);
    const y = ((data[i] ?? 0) - 16) / 219,
      b = y + (2 * (1 - blue) * ((data[pixels + at] ?? 0) - 128)) / 224,
      r = y + (2 * (1 - red) * ((data[1.25 * pixels + at] ?? 0) - 128)) / 224,
      g = (y - red * r - blue * b) / (1 - red - blue);
    rgb.set([255 * r, 255 * g, 255 * b], 3 * i);
  }
  return { width, height, data: Uint8Array.from(rgb) };
}
