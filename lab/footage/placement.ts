/** Where everything in a shot is at a time, in pixels of the frame. The renderer and the truth both go by this. */
import type { Box } from '../../src/domain/types.js';
import type { CastMember } from './people.js';
import { between, mix, type Scene, type Shot } from './scene.js';

/**
 * Half-axes of a cut-out's ellipse as multiples of the face's width and height: hair and chin inside, neighbours
 * outside.
 */
const CUTOUT = { x: 0.95, y: 0.88 };
/** From this share of the ellipse's radius outwards a cut-out fades. */
const CUTOUT_SOLID = 0.82;

/** A person's face on the frame, and what is in front of it. */
export interface PlacedFace {
  person: CastMember;
  box: Box;
  /** Share of the box that is inside the frame and behind nothing, 0..1. */
  visible: number;
}

/** The part of the picture that the camera shows, pixels of the picture, before any mirroring. */
export function cameraView(scene: Scene, shot: Shot, at_s: number): Box {
  const { from, to, s } = between(shot.camera, at_s);
  const w = mix(from.w, to.w, s),
    h = (w * scene.height) / scene.width;
  return { x: mix(from.x, to.x, s) - w / 2, y: mix(from.y, to.y, s) - h / 2, w, h };
}

/** A cut-out's box on the frame (the ellipse's bounding box) and the same box in the picture it comes from. */
export function placeSprite(
  shot: Shot,
  index: number,
  at_s: number,
  people: ReadonlyMap<string, CastMember>,
): { person: CastMember; face: Box; frame: Box; source: Box; mirror: boolean } {
  const sprite = shot.sprites?.[index];
  const person = sprite && people.get(sprite.person);
  if (!person) throw new RangeError(`no such person: ${sprite?.person ?? index}`);
  const { from, to, s } = between(sprite.path, at_s);
  const h = mix(from.h, to.h, s),
    w = (person.face.w * h) / person.face.h;
  const grown = (face: Box): Box => ({
    x: face.x + face.w * (0.5 - CUTOUT.x),
    y: face.y + face.h * (0.5 - CUTOUT.y),
    w: face.w * 2 * CUTOUT.x,
    h: face.h * 2 * CUTOUT.y,
  });
  const face = { x: mix(from.x, to.x, s) - w / 2, y: mix(from.y, to.y, s) - h / 2, w, h };
  return { person, face, frame: grown(face), source: grown(person.face), mirror: sprite.mirror ?? false };
}

/** How solid a cut-out is at a point of its box; u and v run from 0 to 1 over the box. */
export function cutoutAlpha(u: number, v: number): number {
  const r = Math.hypot(2 * u - 1, 2 * v - 1);
  if (r >= 1) return 0;
  if (r <= CUTOUT_SOLID) return 1;
  const s = (1 - r) / (1 - CUTOUT_SOLID);
  return s * s * (3 - 2 * s);
}

/** The boxes in front of everything at a time. */
export function placeOccluders(shot: Shot, at_s: number): { box: Box; rgb: readonly [number, number, number] }[] {
  return (shot.occluders ?? [])
    .filter((o) => at_s >= o.from_s && at_s < o.to_s)
    .map((o) => {
      const { from, to, s } = between(o.path, at_s);
      return {
        box: { x: mix(from.x, to.x, s), y: mix(from.y, to.y, s), w: mix(from.w, to.w, s), h: mix(from.h, to.h, s) },
        rgb: o.rgb,
      };
    });
}

/** Every face of a shot at a time, also those outside the frame. */
export function placeFaces(
  scene: Scene,
  shot: Shot,
  at_s: number,
  people: ReadonlyMap<string, CastMember>,
): PlacedFace[] {
  const sprites = (shot.sprites ?? []).map((_, i) => placeSprite(shot, i, at_s, people));
  const covers = [
    ...sprites.map(({ frame }) => ({ box: frame, alpha: cutoutAlpha })),
    ...placeOccluders(shot, at_s).map(({ box }) => ({ box, alpha: () => 1 })),
  ];
  const seen = (box: Box, firstCover: number) => visibleShare(box, scene, covers.slice(firstCover));
  const view = cameraView(scene, shot, at_s),
    scale = scene.width / view.w;
  const behind = shot.defocus
    ? []
    : [...people.values()]
        .filter((p) => p.picture === shot.picture)
        .map((person) => {
          const { x, y, w, h } = person.face;
          const left = (x - view.x) * scale;
          const box = {
            x: shot.mirror ? scene.width - left - w * scale : left,
            y: (y - view.y) * scale,
            w: w * scale,
            h: h * scale,
          };
          return { person, box, visible: seen(box, 0) };
        });
  return [...behind, ...sprites.map(({ person, face }, i) => ({ person, box: face, visible: seen(face, i + 1) }))];
}

/** Share of a box that is inside the frame and uncovered, by a grid of points; exact where nothing overlaps it. */
function visibleShare(
  box: Box,
  frame: { width: number; height: number },
  covers: readonly { box: Box; alpha: (u: number, v: number) => number }[],
): number {
  const inside = overlap(box.x, box.w, frame.width) * overlap(box.y, box.h, frame.height);
  const near = covers.filter(
    ({ box: c }) => c.x < box.x + box.w && c.x + c.w > box.x && c.y < box.y + box.h && c.y + c.h > box.y,
  );
  if (!near.length || inside === 0) return inside;
  const n = 24;
  let sum = 0;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const x = box.x + (box.w * (i + 0.5)) / n,
        y = box.y + (box.h * (j + 0.5)) / n;
      if (x < 0 || y < 0 || x >= frame.width || y >= frame.height) continue;
      sum += near.reduce((left, { box: c, alpha }) => {
        const u = (x - c.x) / c.w,
          v = (y - c.y) / c.h;
        return u < 0 || u > 1 || v < 0 || v > 1 ? left : left * (1 - alpha(u, v));
      }, 1);
    }
  }
  return Math.min(inside, sum / (n * n));
}

/** Share of [start, start + length) that lies in [0, limit). */
function overlap(start: number, length: number, limit: number): number {
  return Math.max(0, Math.min(start + length, limit) - Math.max(start, 0)) / length;
}
