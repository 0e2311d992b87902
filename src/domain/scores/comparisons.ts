/**
 * How often somebody is compared: the best of several faces of one person is a better score than that of one, also
 * where it is somebody else's.
 */

/**
 * Of people of LFW with 2 to 9 pictures, strangers score above a threshold with the best as often as with this power of
 * so many people of one picture: 0.75 at the balanced threshold, 0.85 where thousands are compared
 * (docs/evaluation.md, one among many). Tracks of one film were alike in that.
 */
const POWER = 0.85;

/** How many people of one face each somebody of several is worth, where their best score counts. */
export function comparisonsOf(faces: number): number {
  return Math.max(1, faces) ** POWER;
}
