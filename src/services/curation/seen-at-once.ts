/** What speaks against a merge that was asked for: two who are in one picture, of a film or a photo, are two people. */
import { groupBy } from '../../domain/group-by.js';
import { intersect, total, union } from '../../domain/intervals.js';
import { isOfPhoto } from '../../domain/people/twice-in-picture.js';
import type { TrackSummary } from '../../store/rows.js';
import type { ResolvedEdit } from './resolve-edit.js';
import type { WorkingLibrary } from './working-library.js';

/** Overlap that two looks at one cut may leave, seconds. */
const LEAST_S = 0.5;

/**
 * In words, whom of those that an edit makes one are seen at once: in films, for how long and where most, else in how
 * many photos; null for nobody. To be asked before it is done.
 */
export function seenAtOnce({ edit }: ResolvedEdit, library: WorkingLibrary): string | null {
  if (edit.action !== 'merge') return null;
  const tracksOf = (id: string) =>
    library.person(id).track_ids.flatMap((track_id) => library.tracks.get(track_id) ?? []);
  const into = tracksOf(edit.into);
  const said = edit.identity_ids.flatMap((id) => {
    const [most] = atOnce(into, tracksOf(id)).sort((a, b) => b.seconds - a.seconds);
    if (most && most.seconds >= LEAST_S)
      return [`${id} was on screen beside ${edit.into} for ${most.seconds.toFixed(1)} s of ${most.video_id}`];
    const [photo, ...more] = photosOfBoth(into, tracksOf(id));
    if (photo === undefined) return [];
    return [`${id} is beside ${edit.into} in ${more.length > 0 ? `${more.length + 1} photos, as in ${photo}` : photo}`];
  });
  if (said.length === 0) return null;
  return `${said.join('; ')}: one person only where a mirror, a screen or a split picture shows them twice, else take it back.`;
}

function photosOfBoth(a: readonly TrackSummary[], b: readonly TrackSummary[]): string[] {
  const others = new Set(b.filter(isOfPhoto).map((t) => t.video_id));
  return [...new Set(a.filter(isOfPhoto).map((t) => t.video_id))].filter((video_id) => others.has(video_id));
}

function atOnce(a: readonly TrackSummary[], b: readonly TrackSummary[]): { video_id: string; seconds: number }[] {
  const films = groupBy(
    a.filter((t) => !isOfPhoto(t)),
    (t) => t.video_id,
  );
  return [...films].map(([video_id, tracks]) => {
    const others = b.filter((t) => t.video_id === video_id).flatMap((t) => t.presence);
    return { video_id, seconds: total(intersect(union(tracks.flatMap((t) => t.presence)), union(others))) };
  });
}
