/** Which of a person's faces to show when there is room for few. */

/** A face that could be shown. */
export interface FaceToShow {
  video_id: string;
  /** Seconds into its video. */
  time_s: number;
  /** 0..1. */
  quality: number;
}

/** Faces below this share of the best one's quality wait until the others are shown. */
const GOOD_ENOUGH = 0.5;

/**
 * At most `limit` of the faces, spread over videos and over the time of each: videos take turns, the one with the best
 * face first; each gives its best face, then the one farthest in time from those it gave, good ones before poor ones.
 */
export function spreadFaces<F extends FaceToShow>(faces: readonly F[], limit: number): F[] {
  const videos = new Map<string, F[]>();
  for (const face of [...faces].sort((a, b) => b.quality - a.quality))
    videos.set(face.video_id, [...(videos.get(face.video_id) ?? []), face]);
  const least = GOOD_ENOUGH * Math.max(0, ...faces.map((f) => f.quality));
  const turns = [...videos.values()].map((own) => inTurn(own, least, limit));
  const shown: F[] = [];
  for (let turn = 0; shown.length < Math.min(limit, faces.length); turn++)
    for (const own of turns) {
      const face = own[turn];
      if (face && shown.length < limit) shown.push(face);
    }
  return shown;
}

/** @param own of one video, best first */
function inTurn<F extends FaceToShow>(own: readonly F[], least: number, limit: number): F[] {
  const given: F[] = [];
  for (const pool of [own.filter((f) => f.quality >= least), own.filter((f) => f.quality < least)]) {
    const left = new Set(pool);
    while (given.length < limit && left.size > 0) {
      // The first of those that are equally far is the best one.
      let farthest: F | undefined,
        widest = -1;
      for (const face of left) {
        const gap = Math.min(Infinity, ...given.map((g) => Math.abs(g.time_s - face.time_s)));
        if (gap > widest) [farthest, widest] = [face, gap];
      }
      if (!farthest) break;
      given.push(farthest);
      left.delete(farthest);
    }
  }
  return given;
}
