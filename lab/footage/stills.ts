/** Pictures to search by: a face cut from its photograph with room around it, mirrored, scaled and compressed anew. */
import sharp from 'sharp';
import type { CastMember } from './people.js';
import type { Still } from './scene.js';

/** Side of the crop as a multiple of the face's height: hair and shoulders, but not the neighbours' faces. */
const CROP = 1.7;

/** Writes one still as a JPEG. `picture` is the file of the photograph that shows the person. */
export async function writeStill(still: Still, person: CastMember, picture: string, file: string): Promise<void> {
  const { width, height } = await sharp(picture).metadata();
  const side = CROP * person.face.h;
  const x = person.face.x + person.face.w / 2,
    y = person.face.y + person.face.h / 2;
  const left = Math.max(0, Math.round(x - side / 2)),
    top = Math.max(0, Math.round(y - side / 2));
  const right = Math.min(width, Math.round(x + side / 2)),
    bottom = Math.min(height, Math.round(y + side / 2));
  const crop = sharp(picture).extract({ left, top, width: right - left, height: bottom - top });
  if (still.mirror) crop.flop();
  await crop
    .resize({ width: Math.round(((right - left) * still.face_px) / person.face.h) })
    .jpeg({ quality: still.quality })
    .toFile(file);
}
