/** Photos of a megapixel that show one person each. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fetchPictures } from '../../footage/fetch-pictures.js';
import { castMembers, loadCast } from '../../footage/people.js';
import { writeStill } from '../../footage/stills.js';

/** Height of a face with which a still has about 995 × 995 pixels. */
const FACE_PX = 585;

/**
 * Writes two photos of every person of the cast whose face is well visible, the second a mirror image.
 * @param cacheDir where fetched photographs are kept
 */
export async function writePortraits(into: string, cacheDir: string, signal: AbortSignal): Promise<[string, string][]> {
  const cast = loadCast();
  const pictures = await fetchPictures(cast, path.join(cacheDir, 'pictures'), signal);
  await mkdir(into);
  const pairs: [string, string][] = [];
  for (const [id, person] of castMembers(cast)) {
    const picture = pictures.get(person.picture);
    if (!picture || person.hard) continue;
    const pair: [string, string] = [path.join(into, `${id}.jpg`), path.join(into, `${id}-mirrored.jpg`)];
    for (const [n, file] of pair.entries()) {
      const still = { name: path.basename(file), person: id, face_px: FACE_PX, mirror: n === 1, quality: 90 };
      await writeStill(still, person, picture, file);
    }
    pairs.push(pair);
  }
  return pairs;
}
