/**
 * One person twice in one picture: a video call that shows who speaks large and small, a split screen, a mirror, a
 * collage. Two who are in one picture are two people, unless they are so alike that only one and the same could be.
 */
import { PHOTO_SPAN } from '../photos.js';
import { scoreOf } from '../scores/normalised-score.js';
import { areTogether, type OnScreen, SAME, seenTogether, type SeenTrack } from './co-visibility.js';

/**
 * From this score on two faces of one picture are one person. Two copies of one picture, mirrored, small or poor, score
 * 0.85 and more; two pictures of one person about 0.7, as twins may, and as two blurred strangers once did: those are
 * asked about (docs/evaluation.md).
 */
export const TWICE = 0.85;

/** Whether a track is of a photo. One of a film that lasts exactly as long is taken for one. */
export function isOfPhoto({ presence }: Pick<OnScreen, 'presence'>): boolean {
  const [only] = presence;
  return presence.length === 1 && only?.start_s === PHOTO_SPAN.start_s && only.end_s === PHOTO_SPAN.end_s;
}

/** Whether two tracks can't be one person: they are together, and no copies of one face. */
export function areTwo(a: SeenTrack, b: SeenTrack, overlap_s: number): boolean {
  return areTogether(a, b, overlap_s) && scoreOf(a, b) < TWICE;
}

/** Whether two who are together may be one person twice, by the mean score of their tracks: to be asked about. */
export function mayBeTwice(where: 'film' | 'photo' | null, score: number): boolean {
  return where === 'photo' || (where === 'film' && score >= SAME);
}

/** Where two people are together: in a film, or only in photos; null for nowhere. */
export function whereTogether(a: readonly OnScreen[], b: readonly OnScreen[]): 'film' | 'photo' | null {
  if (!seenTogether(a, b)) return null;
  const films = (tracks: readonly OnScreen[]) => tracks.filter((t) => !isOfPhoto(t));
  return seenTogether(films(a), films(b)) ? 'film' : 'photo';
}
