/** Pictures in the two layouts. */
import type { PlanarImage, RgbImage } from '../../../src/domain/types.js';

/** Of the three planes, which hold green, blue and red, where each colour of RGB lies. */
const PLANE_OF = [2, 0, 1] as const;

export function interleaved({ width, height, data }: PlanarImage): RgbImage {
  const pixels = width * height;
  const rgb = Uint8Array.from(
    { length: 3 * pixels },
    (_, i) => data[(PLANE_OF[i % 3] ?? 0) * pixels + Math.floor(i / 3)] ?? 0,
  );
  return { width, height, data: rgb };
}

export function planar({ width, height, data }: RgbImage): PlanarImage {
  const pixels = width * height;
  const planes = new Uint8Array(3 * pixels);
  data.forEach((byte, i) => {
    planes[(PLANE_OF[i % 3] ?? 0) * pixels + Math.floor(i / 3)] = byte;
  });
  return { width, height, data: planes };
}
