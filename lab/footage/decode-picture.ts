import sharp from 'sharp';
import { RollcallError } from '../../src/domain/errors/errors.js';
import type { RgbImage } from '../../src/domain/types.js';

/** Decodes a picture to RGB, upright; `defocus` is the standard deviation of a Gaussian blur, pixels. */
export async function decodePicture(file: string, defocus?: number): Promise<RgbImage> {
  const picture = sharp(file).rotate().toColourspace('srgb').removeAlpha();
  if (defocus) picture.blur(defocus);
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3)
    throw new RollcallError(
      'not_an_image',
      `${file} has ${info.channels} channels after decoding.`,
      'Delete the picture cache and fetch the pictures again.',
    );
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
