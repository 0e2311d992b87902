/** Pictures that were scaled for the detector where they were decoded. */
import type { PlanarImage, RgbImage } from '../../domain/types.js';
import type { Letterbox, PixelFormat } from './letterbox.js';

/**
 * Lays a picture of the detector's size into its input, planar float32 [3, box.height, box.width], padding with the
 * value of byte 0. Whole rows are copied: the engine does that by itself, far quicker than a loop over pixels.
 */
export function fromPlanes(
  { width, height, data }: PlanarImage,
  box: Letterbox,
  { order, mean, scale }: PixelFormat,
  out: Float32Array,
): void {
  const plane = box.width * box.height,
    pixels = width * height;
  out.fill(0);
  // The planes are green, blue, red.
  const [red, blue] = order === 'rgb' ? [0, 2] : [2, 0];
  for (const [from, to] of [1, blue, red].entries()) {
    const source = data.subarray(from * pixels, (from + 1) * pixels);
    if (width === box.width) out.set(source, to * plane);
    else
      for (let y = 0; y < height; y++) out.set(source.subarray(y * width, (y + 1) * width), to * plane + y * box.width);
  }
  if (mean !== 0 || scale !== 1) for (let i = 0; i < out.length; i++) out[i] = ((out[i] ?? 0) - mean) * scale;
}

/** The same of a picture whose pixels have their colours side by side. */
export function fromPixels(
  { width, height, data }: RgbImage,
  box: Letterbox,
  { order, mean, scale }: PixelFormat,
  out: Float32Array,
): void {
  const plane = box.width * box.height,
    padding = (0 - mean) * scale;
  if (width < box.width || height < box.height) out.fill(padding);
  const [red, blue] = order === 'rgb' ? [0, 2 * plane] : [2 * plane, 0];
  for (let y = 0, s = 0; y < height; y++)
    for (let i = y * box.width, end = i + width; i < end; i++, s += 3) {
      out[red + i] = ((data[s] ?? 0) - mean) * scale;
      out[plane + i] = ((data[s + 1] ?? 0) - mean) * scale;
      out[blue + i] = ((data[s + 2] ?? 0) - mean) * scale;
    }
}
