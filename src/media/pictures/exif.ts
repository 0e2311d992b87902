/** When a picture was taken, by its EXIF data. */
import { z } from 'zod';
import { exifTime } from '../../domain/photos.js';

/** EXIF data in a JPEG is at most 64 kB; what is far larger is not searched, so that no picture holds anything up. */
const MOST_BYTES = 1 << 20;
/** Only what is picked is read, each once: what else a picture claims to hold costs nothing. */
const OPTIONS = {
  tiff: true,
  pick: ['DateTimeOriginal', 'CreateDate', 'OffsetTimeOriginal', 'OffsetTimeDigitized'],
  reviveValues: false,
  translateValues: false,
};

const text = z.string().optional().catch(undefined);
const datesSchema = z.object({
  DateTimeOriginal: text,
  CreateDate: text,
  OffsetTimeOriginal: text,
  OffsetTimeDigitized: text,
});

/**
 * @param exif a TIFF structure, with or without "Exif\0\0" before it
 * @returns ISO 8601 by the camera's clock, with its offset from UTC where the picture says it; null where it says none
 */
export async function takenAt(exif: Buffer): Promise<string | null> {
  if (exif.length > MOST_BYTES) return null;
  const { default: exifr } = await import('exifr');
  const tiff = exif.subarray(0, 4).toString('latin1') === 'Exif' ? exif.subarray(6) : exif;
  try {
    const now = Date.now();
    const tags = datesSchema.parse(await exifr.parse(tiff, OPTIONS));
    return (
      exifTime(tags.DateTimeOriginal, tags.OffsetTimeOriginal, now) ??
      exifTime(tags.CreateDate, tags.OffsetTimeDigitized, now)
    );
  } catch {
    // Damaged EXIF data is as good as none.
    return null;
  }
}
