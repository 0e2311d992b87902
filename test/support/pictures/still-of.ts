/** A picture in memory, as one that was opened. */
import type { RgbImage } from '../../../src/domain/types.js';
import type { StillImage } from '../../../src/media/pictures/images.js';

export function stillOf(image: RgbImage): StillImage {
  const { width, height } = image;
  return { width, height, scale: 1, pixels: () => Promise.resolve({ ...image, data: image.data.slice() }) };
}
