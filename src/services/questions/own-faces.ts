/** Faces of somebody by which it is told how alike they are, read once for all that is made of them. */
import { comparedOf } from '../../domain/people/like-others.js';
import type { Reader, TrackFace } from '../../store/api.js';
import type { Known } from '../people/likeness.js';

/** Of so many tracks as are compared with each other. */
export function ownFaces(
  { track_ids }: { track_ids: readonly string[] },
  library: Pick<Reader, 'faces'>,
  signal?: AbortSignal,
): Promise<TrackFace[]> {
  return library.faces(comparedOf(track_ids), signal);
}

/** What weighs somebody reads, faces only beside their own. */
export function besides(own: Promise<readonly TrackFace[]>, library: Known['reader']): Known['reader'] {
  return {
    qualityOf: (track_ids, signal) => library.qualityOf(track_ids, signal),
    lightOf: (track_ids, signal) => library.lightOf(track_ids, signal),
    async faces(track_ids, signal) {
      const held = new Map((await own).map((face) => [face.track_id, face]));
      const missing = track_ids.filter((id) => !held.has(id));
      const read = missing.length > 0 ? await library.faces(missing, signal) : [];
      return [...track_ids.flatMap((id) => held.get(id) ?? []), ...read];
    },
  };
}
