/** The mode in which nobody has a name, and nobody is linked across videos (setting linkPeople). */
import { RollcallError } from '../domain/errors/errors.js';
import type { Reader } from '../store/api.js';
import type { IdentityRow, TrackSummary } from '../store/rows.js';

/**
 * For a library that was made otherwise: its answers would name and link.
 * @throws RollcallError incompatible_library
 */
export async function checkUnlinked(library: Reader): Promise<void> {
  const rows = await library.identities();
  const breach =
    breachOf(rows, await library.tracks()) ?? ((await library.references()).length > 0 ? 'photos of people' : null);
  if (breach)
    throw new RollcallError(
      'incompatible_library',
      `This library holds ${breach}, which is ruled out here (setting linkPeople).`,
      'Set another home folder for videos whose people are not to be linked, or switch linkPeople on.',
    );
}

/** @returns what a library like this holds, in words, that it must not */
function breachOf(rows: readonly IdentityRow[], tracks: readonly TrackSummary[]): string | null {
  if (rows.some((r) => r.name !== null)) return 'people with names';
  const video = new Map(tracks.map((t) => [t.track_id, t.video_id]));
  const videosOf = (r: IdentityRow) => new Set(r.track_ids.flatMap((t) => video.get(t) ?? []));
  return rows.some((r) => videosOf(r).size > 1) ? 'people who are linked across videos' : null;
}
