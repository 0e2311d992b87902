/**
 * Light that comes and goes: camera flashes, lightning.
 *
 * [Note: Flashes] Light only adds, so hardly anything gets darker while it lasts; a cut makes about as much of the
 * picture darker as brighter. Under the light and after it there is the scene that was there before (correlation does
 * not care for brightness), unless the flash hides a cut.
 */
import { likeness, type FrameThumbnail } from './frame-thumbnails.js';

/** Longest flash, seconds; lightning flickers, and a bulb glows. */
export const FLASH_S = 0.5;
/** Light leaves at most this share of the picture darker than it was … */
const DARKER_SHARE = 0.08;
/** … by more than this (of 255). */
const DARKER = 12;
/**
 * Correlation from which it is the same scene after a flash, in which people move on; under a light that washes it out;
 * and beyond doubt.
 */
const SAME_AFTER = 0.6,
  SAME_UNDER_LIGHT = 0.7,
  SURELY_SAME = 0.9;

/** `picture` is `scene` with light added, or no darker at any rate. */
export function isLit(scene: Uint8Array, picture: Uint8Array): boolean {
  const most = DARKER_SHARE * scene.length;
  let darker = 0;
  for (let i = 0; i < scene.length; i += 1) {
    if ((scene[i] ?? 0) - (picture[i] ?? 0) > DARKER && ++darker > most) return false;
  }
  return true;
}

/** From one picture to the other, light only comes or only goes. */
export function isLightChange(a: Uint8Array, b: Uint8Array): boolean {
  return isLit(a, b) || isLit(b, a);
}

/** A flash begins or ends between frames `before` and `after`, and the same scene is on both sides of it. */
export function isFlash(seen: readonly FrameThumbnail[], before: number, after: number): boolean {
  return lightPasses(seen, before, after, 1) || lightPasses(seen, after, before, -1);
}

/**
 * From frame `dark` the picture is lit from `lit` on (in steps of `step`), and under the light, or once it is gone,
 * there is the scene of `dark`.
 */
function lightPasses(seen: readonly FrameThumbnail[], dark: number, lit: number, step: 1 | -1): boolean {
  const scene = seen[dark];
  let most = -1;
  for (let i = lit; scene; i += step) {
    const one = seen[i];
    if (!one || Math.abs(one.time_s - scene.time_s) > FLASH_S) break;
    const isBright = isLit(scene.picture, one.picture);
    if (i === lit && !isBright) return false;
    const alike = likeness(scene.picture, one.picture, SURELY_SAME);
    if (!isBright) return alike > SAME_AFTER;
    if (alike > SURELY_SAME) return true;
    most = Math.max(most, alike);
  }
  return most > SAME_UNDER_LIGHT;
}

/**
 * The last frame of the change that a flash makes which came with frame `from` and hid a cut: the light goes, or the
 * old scene does that could be seen in it. `from` when it is no flash, but the new shot is brighter. `notable`:
 * smallest change that counts, 0..1.
 */
export function lastOfFlash(seen: readonly FrameThumbnail[], from: number, notable: number): number {
  const scene = seen[from - 1];
  let last = from;
  for (let i = from; scene; i += 1) {
    const one = seen[i],
      previous = seen[i - 1];
    if (!one || !previous || one.time_s - scene.time_s > FLASH_S) break;
    const isBright = isLit(scene.picture, one.picture);
    if (i > from && one.change >= notable) {
      if (
        isLit(one.picture, previous.picture) ||
        (!isBright && likeness(scene.picture, previous.picture, SAME_AFTER) > SAME_AFTER)
      )
        last = i;
    }
    if (!isBright) break;
  }
  return last;
}
