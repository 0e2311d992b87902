/** Whom new tracks might be, by everybody's mean. */
import { setImmediate as breathe } from 'node:timers/promises';
import { COHORT_MOST } from '../../domain/grouping/library-cohort.js';
import type { Reader } from '../../store/api.js';
import type { PersonRow } from '../../store/rows.js';
import { type Comparer, type GroupedTrack, vectorSet } from '../grouping/group-tracks.js';

/** People that are compared at once: bounds memory. */
const BLOCK = 8192;
/** The mean of somebody whom a track is joined with may be so much below the lowest bar. */
const SLACK = 0.1;
/** People that a track is compared with by their tracks, at most: those it is most alike to in the mean. */
const MOST = 24;

/** Somebody by the track that shows them best. */
export type Face = Pick<PersonRow, 'identity_id' | 'best_track' | 'best_excess'>;

export interface LikePeople {
  /** Whom any of the tracks might be. */
  ids: Set<string>;
  /** Some of all people, evenly spread, so that there are enough for a cohort. */
  faces: Face[];
}

/**
 * Reads the mean of everybody, a block at a time.
 * @param people how many there are. @param least score below which no two tracks are joined
 */
export async function likePeople(
  library: Pick<Reader, 'means'>,
  people: number,
  fresh: readonly GroupedTrack[],
  least: number,
  compare: Comparer,
  signal?: AbortSignal,
): Promise<LikePeople> {
  const asked = vectorSet(fresh);
  const best: { id: string; score: number }[][] = fresh.map(() => []);
  const faces: Face[] = [],
    step = Math.max(1, people / (1.1 * COHORT_MOST));
  for (let from = 0; from < people; from += BLOCK) {
    const { identity_ids, vectors, excess, ...theirs } = await library.means({ from, limit: BLOCK }, signal);
    for (const [k, identity_id] of identity_ids.entries())
      if (Math.floor((from + k + 1) / step) > Math.floor((from + k) / step))
        faces.push({
          identity_id,
          best_track: theirs.best_tracks[k] ?? '',
          best_excess: theirs.best_excess[k] ?? 0,
        });
    const { i, j, score } = await compare.similarPairs(asked, { vectors, excess }, least - SLACK, signal);
    for (let k = 0; k < score.length; k++)
      best[i[k] ?? -1]?.push({ id: identity_ids[j[k] ?? -1] ?? '', score: score[k] ?? 0 });
    for (const own of best) if (own.length > 4 * MOST) cut(own);
    await breathe();
  }
  best.forEach(cut);
  return { ids: new Set(best.flatMap((own) => own.map(({ id }) => id))), faces };
}

function cut(own: { id: string; score: number }[]): void {
  own.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  own.length = Math.min(own.length, MOST);
}
