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
  for (const face of [...faces].sort((a, b) => b.quality - a.quality)) {
    const own = videos.get(face.video_id);
    if (own) own.push(face);
    else videos.set(face.video_id, [face]);
  }
  const least = GOOD_ENOUGH * Math.max(0, ...faces.map((f) => f.quality));
  const turns = [...videos.values()].map((own) => inTurn(own, least));
  const shown: F[] = [];
  while (shown.length < Math.min(limit, faces.length))
    for (const turn of turns) {
      if (shown.length === limit) break;
      const next = turn.next();
      if (!next.done) shown.push(next.value);
    }
  return shown;
}

/** Gives all faces of one video, looking for each only when it is asked for. @param own best first */
function* inTurn<F extends FaceToShow>(own: readonly F[], least: number): Generator<F, void> {
  const given: F[] = [];
  for (const pool of [own.filter((f) => f.quality >= least), own.filter((f) => f.quality < least)]) {
    const left = new Set(pool);
    while (left.size > 0) {
      const away = [...left].map((face) => ({
        face,
        gap: Math.min(...given.map((g) => Math.abs(g.time_s - face.time_s))),
      }));
      // The first of those that are equally far is the best one.
      const { face } = away.reduce((farthest, other) => (other.gap > farthest.gap ? other : farthest));
      yield face;
      given.push(face);
      left.delete(face);
    }
  }
}
