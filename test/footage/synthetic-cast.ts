/** People who are light or dark squares on grey (colours would blur: video keeps a quarter of them), so that decoded pixels tell where they are. */
import type { Box, RgbImage } from '../../src/domain/types.js';
import type { CastMember } from '../../scripts/footage/people.js';
import type { Material } from '../../scripts/footage/compose.js';

const GREY = 90;

export interface Square { id: string; picture: string; face: Box; rgb: readonly [number, number, number]; hard?: boolean }

/** Pictures of 800 × 600 with the squares of each on them. */
export function squares(list: readonly Square[]): Omit<Material, 'noise'> {
  const pictures = new Map<string, RgbImage>();
  const people = new Map<string, CastMember>();
  for (const { id, picture, face, rgb, hard } of list) {
    const image = pictures.get(picture) ?? { width: 800, height: 600, data: new Uint8Array(800 * 600 * 3).fill(GREY) };
    for (let y = face.y; y < face.y + face.h; y++) for (let x = face.x; x < face.x + face.w; x++) image.data.set(rgb, (y * 800 + x) * 3);
    pictures.set(picture, image);
    people.set(id, { id, picture, description: id, face, hard: hard ?? false });
  }
  return { pictures, people };
}

/** The part of a frame that differs from grey towards a colour, with sub-pixel edges from how strongly the edge pixels do. */
export function measure(frame: RgbImage, rgb: readonly [number, number, number]): { box: Box; area: number } | undefined {
  const shares = new Float32Array(frame.width * frame.height);
  const norm = rgb.reduce((s, v) => s + (v - GREY) ** 2, 0);
  let area = 0;
  for (let i = 0; i < shares.length; i++) {
    const share = rgb.reduce((s, v, c) => s + (v - GREY) * ((frame.data[i * 3 + c] ?? 0) - GREY), 0) / norm;
    shares[i] = share > 0.1 ? Math.min(1, share) : 0;
    area += shares[i] ?? 0;
  }
  if (area < 4) return undefined;
  const across = profile(frame.width, (x) => column(shares, frame, x)), down = profile(frame.height, (y) => row(shares, frame, y));
  return { area, box: { x: across.from, y: down.from, w: across.to - across.from, h: down.to - down.from } };
}

const column = (s: Float32Array, f: RgbImage, x: number) => Array.from({ length: f.height }, (_, y) => s[y * f.width + x] ?? 0).reduce((a, b) => Math.max(a, b), 0);
const row = (s: Float32Array, f: RgbImage, y: number) => Array.from({ length: f.width }, (_, x) => s[y * f.width + x] ?? 0).reduce((a, b) => Math.max(a, b), 0);

/** Edges of the one run of strong pixels; a pixel half covered moves the edge by half a pixel. */
function profile(length: number, strength: (i: number) => number): { from: number; to: number } {
  const values = Array.from({ length }, (_, i) => strength(i));
  const first = values.findIndex((v) => v > 0.9), last = values.findLastIndex((v) => v > 0.9);
  return { from: first - (values[first - 1] ?? 0), to: last + 1 + (values[last + 1] ?? 0) };
}
