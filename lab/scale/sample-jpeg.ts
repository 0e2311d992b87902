/** A picture as large on disk as that of a face. */
import sharp from 'sharp';
import { seededRandom } from '../../src/domain/seeded-sample.js';

const SIDE = 112;

/** JPEG of blurred noise, about 3 kB; the same each time. */
export async function sampleJpeg(): Promise<Uint8Array> {
  const random = seededRandom(1);
  const raw = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => 256 * random());
  const noise = sharp(raw, { raw: { width: SIDE, height: SIDE, channels: 3 } });
  return noise.blur(1.2).jpeg({ quality: 85 }).toBuffer();
}
