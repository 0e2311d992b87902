/** Faces of somebody by which it is told how alike they are, as many as are compared. */
import { comparedOf } from '../../domain/people/like-others.js';
import type { Reader, TrackFace } from '../../store/api.js';

/** Of so many tracks as are compared with each other. */
export function ownFaces(
  { track_ids }: { track_ids: readonly string[] },
  library: Pick<Reader, 'faces'>,
  signal?: AbortSignal,
): Promise<TrackFace[]> {
  return library.faces(comparedOf(track_ids), signal);
}
