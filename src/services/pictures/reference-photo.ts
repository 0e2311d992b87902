/** The face of a reference photo, as the library keeps it. */
import { RollcallError } from '../../domain/errors.js';
import { newId } from '../../domain/ids.js';
import { Source } from '../../media/sources/source.js';
import type { ReferenceRow } from '../../store/rows.js';
import type { FacePipeline } from '../../vision/pipeline.js';
import type { Resources } from '../resources.js';
import type { Picture } from '../allowed-sources.js';
import { embeddedFace } from './picture-reader.js';
import { mainFaceIn } from './upright.js';

export interface ReferencePhoto {
  row: ReferenceRow;
  /** Faces in the picture; the main one is taken. */
  faces: number;
}

/** Reads the faces of lists of pictures. @throws RollcallError for the first picture that can't be used */
export type PhotoReader = (images: readonly (readonly string[])[], signal?: AbortSignal) => Promise<ReferencePhoto[][]>;

export function createPhotoReader({ sources, pipeline }: Pick<Resources, 'sources' | 'pipeline'>): PhotoReader {
  return async (images, signal) => {
    // All are resolved before any is opened.
    const resolved = await Promise.all(images.map((list) => Promise.all(list.map((i) => sources.picture(i)))));
    const photos: ReferencePhoto[][] = [];
    for (const pictures of resolved) {
      const read: ReferencePhoto[] = [];
      for (const [k, picture] of pictures.entries())
        read.push(await readReference(picture, `picture ${k + 1}`, await pipeline(), signal));
      photos.push(read);
    }
    return photos;
  };
}

/**
 * Reads the face that the picture is about.
 * @param name what the picture is called when it is a data URL
 * @throws RollcallError no_face, naming the picture; the errors of loadImage
 */
async function readReference(
  source: Picture,
  name: string,
  pipeline: FacePipeline,
  signal?: AbortSignal,
): Promise<ReferencePhoto> {
  const called = source.kind === 'data' ? name : Source.locationOf(source);
  const read = mainFaceIn(source, pipeline.pack, pipeline.urgent, signal);
  const { image, faces, main, embedding } = await read.catch((error: unknown) => {
    if (error instanceof RollcallError && error.code === 'no_face')
      throw new RollcallError('no_face', `No face was found in ${called}.`, error.hint, { cause: error });
    throw error;
  });
  const { encodeCrop } = await import('../../media/pictures/images.js');
  return {
    faces: faces.length,
    row: {
      reference_id: newId('reference'),
      source: called,
      ...embeddedFace(main, embedding, image.scale, pipeline.pack),
      pack: pipeline.pack.id,
      created_at: new Date().toISOString(),
      crop: await encodeCrop(main.crop),
    },
  };
}
