/**
 * How often somebody is compared: the best of several faces of one person is a better score than that of one, also
 * where it is somebody else's.
 */

/**
 * Of LFW's people with up to 9 pictures, strangers score above a threshold with the best as often as with this power of
 * so many people of one picture: 0.68 at the balanced threshold, 0.84 where one in 10,000 scores as high, more above
 * (docs/evaluation.md, one among many). Tracks of one film were alike in that.
 */
const POWER = 0.85;
/** From so many faces on each adds less: up to 20 pictures were measured. That it goes on so beyond them is assumed. */
const MANY = { from: 9, power: 0.5 } as const;

/** How many people of one face each somebody of several is worth, where their best score counts. */
export function comparisonsOf(faces: number): number {
  const few = Math.min(MANY.from, Math.max(1, faces));
  return few ** POWER * Math.max(1, faces / MANY.from) ** MANY.power;
}
