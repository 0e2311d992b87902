/**
 * People who are light or dark squares on grey (colours would blur: video keeps a quarter of them), so that decoded
 * pixels tell where they are.
 */
import type { Box, RgbImage } from '../../../src/domain/types.js';
import type { CastMember } from '../../../lab/footage/people.js';
import type { Material } from '../../../lab/footage/compose.js';

const GREY = 90;

export interface Square {
  id: string;
  picture: string;
  face: Box;
  rgb: readonly [number, number, number];
  hard?: boolean;
}

/** Pictures of 800 × 600 with the squares of each on them. */
export function squares(list: readonly Square[]): Omit<Material, 'noise'> {
  const pictures = new Map<string, RgbImage>();
  const people = new Map<string, CastMember>();
  for (const { id, picture, face, rgb, hard } of list) {
    const image = pictures.get(picture) ?? { width: 800, height: 600, data: new Uint8Array(800 * 600 * 3).fill(GREY) };
    for (let y = face.y; y < face.y + face.h; y++)
      for (let x = face.x; x < face.x + face.w; x++) image.data.set(rgb, (y * 800 + x) * 3);
    pictures.set(picture, image);
    people.set(id, { id, picture, description: id, face, hard: hard ?? false });
  }
  return { pictures, people };
}

/**
 * The part of a frame that differs from grey towards a shade, with sub-pixel edges from how strongly the edge pixels
 * do.
 */
export function measure(
  frame: RgbImage,
  rgb: readonly [number, number, number],
): { box: Box; area: number } | undefined {
  const across = new Float32Array(frame.width),
    down = new Float32Array(frame.height);
  let area = 0;
  for (let y = 0, p = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++, p += 3) {
      const share = Math.min(1, ((frame.data[p] ?? 0) - GREY) / (rgb[0] - GREY));
      if (share < 0.1) continue;
      area += share;
      across[x] = Math.max(across[x] ?? 0, share);
      down[y] = Math.max(down[y] ?? 0, share);
    }
  }
  if (area < 4) return undefined;
  const h = edges(across),
    v = edges(down);
  return { area, box: { x: h.from, y: v.from, w: h.to - h.from, h: v.to - v.from } };
}

/** Ends of the one run of strong values; a pixel half covered moves the end by half a pixel. */
function edges(values: Float32Array): { from: number; to: number } {
  const first = values.findIndex((v) => v > 0.9),
    last = values.findLastIndex((v) => v > 0.9);
  return { from: first - (values[first - 1] ?? 0), to: last + 1 + (values[last + 1] ?? 0) };
}
