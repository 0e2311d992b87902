/** Faces of somebody by which it is told how alike they are, read once for all that is made of them. */
import { comparedOf } from '../../domain/people/like-others.js';
import type { Reader, TrackFace } from '../../store/api.js';
import type { Known } from '../people/likeness.js';

export interface OwnFaces {
  /** What weighs them reads: a few of the faces, so that others like them are looked for while the rest is read. */
  reader: Known['reader'];
  /** Of so many tracks as are compared with each other, those that were not read yet being read now. */
  all(): Promise<TrackFace[]>;
}

export function ownFaces({ track_ids }: { track_ids: readonly string[] }, library: OwnReader): OwnFaces {
  const held = new Map<string, TrackFace>();
  const read = async (ids: readonly string[], signal?: AbortSignal): Promise<TrackFace[]> => {
    const missing = ids.filter((id) => !held.has(id));
    for (const face of missing.length > 0 ? await library.faces(missing, signal) : []) held.set(face.track_id, face);
    return ids.flatMap((id) => held.get(id) ?? []);
  };
  return {
    reader: {
      qualityOf: (ids, signal) => library.qualityOf(ids, signal),
      lightOf: (ids, signal) => library.lightOf(ids, signal),
      faces: read,
    },
    all: () => read(comparedOf(track_ids)),
  };
}

type OwnReader = Pick<Reader, 'faces' | 'qualityOf' | 'lightOf'>;
