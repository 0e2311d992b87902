/** Which of several crops of a face is shown for it. */
import { CROP_SIDE } from '../types.js';

/**
 * Best first: by quality, less what is missing at the crop's edges: a face that hangs out of the picture, or into its
 * black bars, may be told as well as a whole one, but isn't seen as well. @param crops aligned, CROP_SIDE² × 3 bytes
 */
export function bestPicturesFirst<T extends { quality: number; crop: Uint8Array }>(crops: readonly T[]): T[] {
  const worth = new Map(crops.map((c) => [c, c.quality * (1 - missingShare(c.crop))]));
  return [...crops].sort((a, b) => (worth.get(b) ?? 0) - (worth.get(a) ?? 0));
}

/** Share of a crop's outermost pixels that are quite black, as what lies outside of the picture is. */
function missingShare(crop: Uint8Array): number {
  const far = CROP_SIDE - 1;
  let black = 0;
  for (let i = 0; i < far; i++)
    for (const pixel of [i, (i + 1) * CROP_SIDE - 1, far * CROP_SIDE + i + 1, (far - i) * CROP_SIDE]) {
      const at = 3 * pixel;
      if (crop[at] === 0 && crop[at + 1] === 0 && crop[at + 2] === 0) black += 1;
    }
  return black / (4 * far);
}
