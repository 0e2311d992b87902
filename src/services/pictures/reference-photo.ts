/** The face of a reference photo, as the library keeps it. */
import { RollcallError } from '../../domain/errors/errors.js';
import { newId } from '../../domain/ids.js';
import type { Opening } from '../../media/pictures/images.js';
import { Source } from '../../media/sources/source.js';
import type { ReferenceRow } from '../../store/rows.js';
import type { FacePipeline } from '../../vision/pipeline.js';
import { type Resources, sandboxOf } from '../resources.js';
import type { Picture } from '../allowed-sources.js';
import { embeddedFace } from './picture-reader.js';
import { mainFaceIn } from './upright.js';

export interface ReferencePhoto {
  row: ReferenceRow;
  /** Faces in the picture; the main one is taken. */
  faces: number;
}

/** Pictures of one person; what is thrown when one of them can't be used. */
export interface PhotosOfOne {
  images: readonly string[];
  failed: (error: unknown) => unknown;
}

/** Reads the faces of lists of pictures. @throws RollcallError for the first picture that can't be used */
export type PhotoReader = (lists: readonly PhotosOfOne[], signal?: AbortSignal) => Promise<ReferencePhoto[][]>;

export function createPhotoReader(resources: Pick<Resources, 'sources' | 'pipeline' | 'ffmpeg'>): PhotoReader {
  const { sources, pipeline } = resources;
  const opening = { findSandbox: sandboxOf(resources) };
  const readAll = async (pictures: readonly Picture[], signal?: AbortSignal): Promise<ReferencePhoto[]> => {
    const read: ReferencePhoto[] = [];
    for (const [k, picture] of pictures.entries())
      read.push(await readReference(picture, `picture ${k + 1}`, await pipeline(), opening, signal));
    return read;
  };
  return async (lists, signal) => {
    // All are resolved before any is opened.
    const resolved = await Promise.all(
      lists.map(({ images, failed }) =>
        orTold(
          Promise.all(images.map((i) => sources.picture(i))).then((pictures) => ({ pictures, failed })),
          failed,
        ),
      ),
    );
    const photos: ReferencePhoto[][] = [];
    for (const { pictures, failed } of resolved) photos.push(await orTold(readAll(pictures, signal), failed));
    return photos;
  };
}

function orTold<T>(read: Promise<T>, failed: PhotosOfOne['failed']): Promise<T> {
  return read.catch((error: unknown) => {
    throw failed(error);
  });
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
  opening: Opening,
  signal?: AbortSignal,
): Promise<ReferencePhoto> {
  const called = source.kind === 'data' ? name : Source.locationOf(source);
  const read = mainFaceIn(source, pipeline.pack, pipeline.urgent, opening, signal);
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
