/**
 * Cuts: one picture of the old shot, then, at once or after a few blended ones, one of the new.
 *
 * [Note: Cuts] A single number a frame (ffmpeg's scene score, say) cannot tell a camera flash from a cut: both jump
 * once. So a cut has to
 * 1. stand out from the changes around it (adaptive, as PySceneDetect's AdaptiveDetector),
 * 2. separate: no frame shortly before it may look like any frame shortly after it, small camera shifts allowed for,
 * and
 * 3. be no flash, see [Note: Flashes].
 * Converting the frame rate leaves frames on a cut that are blended of both shots. They and the pictures on either side
 * are one cut, which lies where the new shot's share reaches a half.
 */
import { isFlash, isLightChange, lastOfFlash } from './flashes.js';
import { difference, fitBlend, type FrameThumbnail, isAlikeShifted, likeness } from './frame-thumbnails.js';

/** Frames looked at on either side of a suspected cut. */
const AHEAD = 3;
const BEHIND = 4;
/** Blended frames on one cut, at most. */
const MOST_BLENDED = 3;
/** Frames that `cutAt` wants to see after the one it is asked about. */
export const CUT_LOOKAHEAD = AHEAD + MOST_BLENDED;

/** Smallest mean change (0..1) that can be a cut; PySceneDetect uses 15/255 on sharper pictures. */
export const MIN_CHANGE = 0.035;
/** A cut changes the picture this many times as much as the second-largest change around it … */
const MIN_RATIO = 2.5;
/** … or, where everything moves, is this large and stands out at least a little. */
const LARGE_CHANGE = 0.15;
const LARGE_RATIO = 1.5;
/** Share of the change at the boundary that must remain between every pair of frames across it. */
const SEPARATION = 0.5;
/**
 * Correlation from which the pictures on either side of a change are one scene: under another light, or out of focus.
 */
const SAME_SCENE = 0.8;
/** A frame is blended of two others when no more than this share of their distance is left (root mean square) … */
const BLEND_RESIDUAL = 0.2;
/** … and each has at least this share in it. */
const BLEND_SHARE = 0.06;

/** `first` is the new shot's first frame; frames up to `last` belong to the same cut. Indices. */
export interface Cut {
  first: number;
  last: number;
}

/**
 * The cut whose first changed frame is number `at`, if there is one; CUT_LOOKAHEAD frames after it should be there, and
 * all of a flash.
 */
export function cutAt(seen: readonly FrameThumbnail[], at: number): Cut | null {
  const before = seen[at - 1];
  if (!before) return null;
  for (let blended = MOST_BLENDED; blended >= 0; blended -= 1) {
    const to = at + blended,
      after = seen[to];
    if (!after) continue;
    // No step is larger than its parts, which costs nothing to look at.
    const parts = seen.slice(at, to + 1).reduce((sum, { change }) => sum + change, 0);
    if (!standsOut(seen, at, to, parts)) continue;
    const change = blended === 0 ? after.change : difference(before.picture, after.picture);
    const first = firstOfNew(seen, at, to);
    if (first === null || !standsOut(seen, at, to, change)) continue;
    const isLight = isLightChange(before.picture, after.picture);
    // Light that comes or goes over several pictures fades in or out.
    if (isLight && blended > 0) continue;
    // A sudden light is a change of its own, which the scenes on its two sides need not differ by.
    if (!separates(seen, at, to, isLight ? MIN_CHANGE : Math.max(MIN_CHANGE, SEPARATION * change))) continue;
    if (isOneScene(before.picture, after.picture) || isFlash(seen, at - 1, to)) continue;
    return { first, last: Math.max(to, lastOfFlash(seen, at, MIN_CHANGE)) };
  }
  return null;
}

/** Whether two thumbnails show one scene, in whatever light and focus: there is no cut between them. */
export function isOneScene(a: Uint8Array, b: Uint8Array): boolean {
  return likeness(a, b, SAME_SCENE) > SAME_SCENE;
}

/** `change` from the frame before `from` to frame `to` is more than the motion around them. */
function standsOut(seen: readonly FrameThumbnail[], from: number, to: number, change: number): boolean {
  if (change < MIN_CHANGE) return false;
  const around = [...seen.slice(Math.max(1, from - AHEAD), from), ...seen.slice(to + 1, to + 1 + AHEAD)].map(
    (one) => one.change,
  );
  // The second-largest neighbour, so that one more cut close by does not hide this one, and animation that moves on
  // every third frame does not look like a row of cuts. Not where half of the neighbours are missing.
  const largest = around.sort((a, b) => b - a)[around.length < 2 * AHEAD ? 0 : 1] ?? 0;
  const usual = largest * (to - from + 1);
  return change >= MIN_RATIO * usual || (change >= LARGE_CHANGE && change >= LARGE_RATIO * usual);
}

/** Frames before `from` differ from those from `to` on by `limit` at least. */
function separates(seen: readonly FrameThumbnail[], from: number, to: number, limit: number): boolean {
  for (let before = Math.max(0, from - BEHIND); before < from; before += 1) {
    for (let after = to; after <= to + AHEAD && after - before <= BEHIND + to - from; after += 1) {
      const a = seen[before];
      const b = seen[after];
      if (a && b && isAlikeShifted(a.picture, b.picture, limit)) return false;
    }
  }
  return true;
}

/**
 * The first frame from `from` on that shows at least as much of frame `to` as of the one before `from`; null unless all
 * between are blended of the two, ever more of `to`.
 */
function firstOfNew(seen: readonly FrameThumbnail[], from: number, to: number): number | null {
  const old = seen[from - 1],
    fresh = seen[to];
  if (!old || !fresh) return null;
  let first = to,
    share = 0;
  for (const [i, { picture }] of seen.slice(from, to).entries()) {
    const { weight, residual } = fitBlend(picture, old.picture, fresh.picture);
    if (residual > BLEND_RESIDUAL || weight < share + BLEND_SHARE || weight > 1 - BLEND_SHARE) return null;
    share = weight;
    if (share >= 0.5) first = Math.min(first, from + i);
  }
  return first;
}
