/** Which new tracks of a video go on from which earlier ones, so that ids last when it is looked at in another way. */
import { secondsInOnePlace } from '../../domain/tracks/same-place.js';
import { intersect, total } from '../../domain/intervals.js';
import { scoreOf } from '../../domain/scores/normalised-score.js';
import type { KeptTrack, StagedTrack } from '../../store/api.js';
import type { TrackBox, TrackRow } from '../../store/rows.js';
import type { GroupedTrack } from '../grouping/group-tracks.js';

/** Without places, a new track goes on from an old one when this much of the shorter is in both and they score this. */
const SAME_FACE = { overlap: 0.5, score: 0.5 } as const;

export interface Successors {
  /** What goes on from each earlier track that changes: what stays of it, and new ones; none when it is gone. */
  heirs: ReadonlyMap<string, readonly string[]>;
  /** For edits: also, of one that nothing goes on from, what goes on from another of the same person in its place. */
  meant: ReadonlyMap<string, readonly string[]>;
  /** The same with every new track that shows the face, also one that goes on from another. */
  alike: ReadonlyMap<string, readonly string[]>;
}

/** A track that was staged, without its pictures. */
export function stagedTrack(row: TrackRow): StagedTrack {
  const { track_id, video_id, vector, population_excess, quality, presence, boxes } = row;
  return { track_id, video_id, vector, population_excess, quality, presence, places: boxes };
}

/**
 * @param places where the earlier tracks were, by id. @param owner whose they are
 * @param others ids of videos that are other pictures by now: who is in a place there may be somebody else, so that
 *   the face alone tells
 */
export function successorsOf(
  earlier: readonly GroupedTrack[],
  kept: ReadonlyMap<string, KeptTrack>,
  rows: readonly StagedTrack[],
  places: ReadonlyMap<string, readonly TrackBox[]>,
  owner: ReadonlyMap<string, string>,
  others: ReadonlySet<string> = new Set(),
): Successors {
  const touched = earlier.filter((t) => !isUnchanged(t, kept.get(t.track_id)));
  const heirs = new Map(
    touched.map(({ track_id }) => {
      const stays = kept.get(track_id);
      return [track_id, stays ? [stays.becomes] : []] as const;
    }),
  );
  const alike = new Map<string, string[]>(touched.map(({ track_id }) => [track_id, []]));
  const people = new Map<string, string | undefined>();
  for (const row of rows) {
    const here = touched
      .filter((t) => t.video_id === row.video_id)
      .map((t) => ({ t, ...likeness(t, row, places.get(t.track_id) ?? []) }))
      .filter(({ score }) => score > 0 || !others.has(row.video_id))
      .filter(({ seconds, score }) => seconds > 0 || score > 0)
      .sort((a, b) => b.seconds - a.seconds || b.score - a.score);
    for (const { t } of here) alike.get(t.track_id)?.push(row.track_id);
    const [from] = here;
    if (!from) continue;
    heirs.get(from.t.track_id)?.push(row.track_id);
    people.set(row.track_id, owner.get(from.t.track_id));
  }
  const meant = new Map(
    [...heirs].map(([track_id, own]) => {
      const person = owner.get(track_id);
      const isTheirs = (row: string) => person !== undefined && people.get(row) === person;
      return [track_id, own.length > 0 ? own : (alike.get(track_id) ?? []).filter(isTheirs)] as const;
    }),
  );
  return { heirs, meant, alike };
}

/** For how long they are in one place, and how alike they are in the face, 0 when they are not. */
function likeness(
  track: GroupedTrack,
  row: StagedTrack,
  boxes: readonly TrackBox[],
): { seconds: number; score: number } {
  const seconds = secondsInOnePlace(
    { presence: track.presence, boxes },
    { presence: row.presence, boxes: row.places ?? [] },
  );
  const score = scoreOf(track, row);
  const shorter_s = Math.min(total(track.presence), total(row.presence));
  const overlaps = total(intersect(track.presence, row.presence)) >= SAME_FACE.overlap * shorter_s;
  return { seconds, score: overlaps && score >= SAME_FACE.score ? score : 0 };
}

function isUnchanged(track: GroupedTrack, kept: KeptTrack | undefined): boolean {
  return kept !== undefined && kept.becomes === track.track_id && total(kept.presence) === total(track.presence);
}
