/** Paints one frame of a scene. */
import sharp from 'sharp';
import type { Box, RgbImage } from '../../src/domain/types.js';
import { addNoise, applyFlashes, applyGrade, blend, fillBox } from './effects.js';
import type { CastMember } from './people.js';
import { cameraView, cutoutAlpha, placeOccluders, placeSprite } from './placement.js';
import { mirrored, resample } from './resample.js';
import { playingAt, type Scene, type Shot } from './scene.js';

/** What a frame is painted from. */
export interface Material {
  /** Decoded pictures by id; a shot with `defocus` needs `pictureKey`. */
  pictures: ReadonlyMap<string, RgbImage>;
  people: ReadonlyMap<string, CastMember>;
  noise: Float32Array;
}

/** Under which id a shot's background stands in the material: a defocused one is a picture of its own. */
export function pictureKey(shot: Pick<Shot, 'picture' | 'defocus'>): string {
  return shot.defocus ? `${shot.picture}~${shot.defocus}` : shot.picture;
}

/** Frame number `frame`: the scene's width × height, RGB. */
export async function paintFrame(scene: Scene, frame: number, material: Material): Promise<Uint8Array> {
  let painted: Uint8Array | undefined;
  let noise = 0;
  for (const { shot, at_s, weight } of playingAt(scene, frame)) {
    const data = await paintShot(scene, shot, at_s, material);
    if (painted) blend(painted, data, weight);
    painted = data;
    noise = Math.max(noise, shot.noise ?? 0);
  }
  if (!painted) throw new RangeError(`${scene.name} has no frame ${frame}`);
  if (noise) addNoise(painted, material.noise, noise, frame);
  return painted;
}

/** Equal for two frames that look the same; undefined where every frame differs. A third of most scenes holds still. */
export function stillnessKey(scene: Scene, frame: number, { people }: Pick<Material, 'people'>): string | undefined {
  const [playing, another] = playingAt(scene, frame);
  if (!playing || another || playing.shot.noise || playing.shot.flashes || playing.shot.blurs) return undefined;
  const { shot, at_s } = playing;
  const sprites = (shot.sprites ?? []).map((_, i) => placeSprite(shot, i, at_s, people).frame);
  return JSON.stringify([
    scene.shots.indexOf(shot),
    cameraView(scene, shot, at_s),
    sprites,
    placeOccluders(shot, at_s),
  ]);
}

async function paintShot(scene: Scene, shot: Shot, at_s: number, { pictures, people }: Material): Promise<Uint8Array> {
  const camera = resample(
    pictureOf(pictures, pictureKey(shot)),
    cameraView(scene, shot, at_s),
    scene.width,
    scene.height,
  );
  const frame = shot.mirror ? mirrored(camera) : camera;
  shot.sprites?.forEach((_, i) => {
    const sprite = placeSprite(shot, i, at_s, people);
    pasteCutout(frame, sprite.frame, pictureOf(pictures, sprite.person.picture), sprite.source, sprite.mirror);
  });
  for (const { box, rgb } of placeOccluders(shot, at_s)) fillBox(frame, box, rgb);
  if (shot.grade) applyGrade(frame.data, shot.grade);
  const sigma = Math.max(0, ...(shot.blurs ?? []).filter((b) => at_s >= b.from_s && at_s < b.to_s).map((b) => b.sigma));
  const sharpOrNot = sigma
    ? new Uint8Array(
        await sharp(frame.data, { raw: { width: scene.width, height: scene.height, channels: 3 } })
          .blur(sigma)
          .raw()
          .toBuffer(),
      )
    : frame.data;
  if (shot.flashes) applyFlashes(sharpOrNot, shot.flashes, at_s);
  return sharpOrNot;
}

/** Puts the ellipse inside `source` of a picture where `box` is on the frame. */
function pasteCutout(frame: RgbImage, box: Box, picture: RgbImage, source: Box, mirror: boolean): void {
  const left = Math.max(0, Math.floor(box.x)),
    right = Math.min(frame.width, Math.ceil(box.x + box.w));
  const top = Math.max(0, Math.floor(box.y)),
    bottom = Math.min(frame.height, Math.ceil(box.y + box.h));
  if (right <= left || bottom <= top) return;
  const scale = source.w / box.w;
  // Of a mirrored cut-out the part that is needed lies at the other end of the source.
  const fromLeft = mirror ? box.x + box.w - right : left - box.x;
  const cut = resample(
    picture,
    {
      x: source.x + fromLeft * scale,
      y: source.y + (top - box.y) * scale,
      w: (right - left) * scale,
      h: (bottom - top) * scale,
    },
    right - left,
    bottom - top,
  );
  const { data } = mirror ? mirrored(cut) : cut;
  for (let y = top, q = 0; y < bottom; y++) {
    for (let x = left, p = (y * frame.width + left) * 3; x < right; x++, p += 3, q += 3) {
      const a = cutoutAlpha((x + 0.5 - box.x) / box.w, (y + 0.5 - box.y) / box.h);
      if (a > 0)
        for (let c = 0; c < 3; c++)
          frame.data[p + c] = (frame.data[p + c] ?? 0) * (1 - a) + (data[q + c] ?? 0) * a + 0.5;
    }
  }
}

function pictureOf(pictures: ReadonlyMap<string, RgbImage>, id: string): RgbImage {
  const picture = pictures.get(id);
  if (!picture) throw new RangeError(`no such picture: ${id}`);
  return picture;
}
