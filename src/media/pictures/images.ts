/** Pictures in and out, by sharp. */
import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { RollcallError, cancelled } from '../../domain/errors/errors.js';
import { type Box, CROP_SIDE, type RgbImage } from '../../domain/types.js';
import { pagesOfPng } from './animated-png.js';
import { takenAt } from './exif.js';
import { heicReader, readHeic } from './heic.js';
import type { FindSandbox } from '../processes/confinement.js';
import type { HttpsOptions } from '../sources/https-get.js';
import { firstBytes, notAnImage, readImageBytes, whatElse } from './image-bytes.js';
import { Source, labelOf } from '../sources/source.js';

/** JPEG quality of crops. */
const CROP_QUALITY = 92;
const MOST_PIXELS = 50_000_000;

export interface ImageLimits {
  /** Size of the file at most (default 25 MB). */
  maxBytes?: number;
  /** Pixels at most, told from the header before anything is decoded (default 50 million). */
  maxPixels?: number;
  /** Long side that larger pictures are scaled down to, pixels (default 1920). */
  maxSide?: number;
  /** For URLs: longest time in all, milliseconds (default 20 000). */
  timeoutMs?: number;
  /** For the program of the system that reads HEIC; without one when absent. */
  findSandbox?: FindSandbox | undefined;
  /** Also open http and private addresses. */
  allowPrivate?: HttpsOptions['allowPrivate'];
}

/**
 * Reads a picture: turned upright by its EXIF tag,
 * transparency on white, sRGB. `scale` is its size relative to the upright original (≤ 1).
 * @throws RollcallError `not_found`, `not_an_image`, `too_large`, `unreachable`, `forbidden`, `bad_argument`,
 * `cancelled`.
 */
export async function loadImage(
  source: Source<'file' | 'url' | 'data'>,
  limits: ImageLimits = {},
  signal?: AbortSignal,
): Promise<RgbImage & { scale: number }> {
  const read = await readable(await readBytes(source, limits, signal), labelOf(source), limits, signal);
  return decode(read, labelOf(source), limits);
}

/** A decoded picture whose pixels are given away, to workers. */
export interface StillImage {
  width: number;
  height: number;
  /** Its size ÷ that of the upright original, ≤ 1. */
  scale: number;
  /** Whoever asks may move them: they are decoded anew for whoever asks again. */
  pixels(): Promise<RgbImage>;
}

/** How pictures are opened wherever their faces are looked for. */
export type Opening = Pick<ImageLimits, 'findSandbox'>;

/** Reads a picture as `loadImage` does, with the same errors. */
export async function openImage(
  source: Source<'file' | 'url' | 'data'>,
  limits: ImageLimits = {},
  signal?: AbortSignal,
): Promise<StillImage> {
  const read = await readable(await readBytes(source, limits, signal), labelOf(source), limits, signal);
  return still(() => decode(read, labelOf(source), limits));
}

/** Decodes once at once, so that errors show. */
async function still(decoded: () => Promise<RgbImage & { scale: number }>): Promise<StillImage> {
  let first: RgbImage | null = null;
  const pixels = async (): Promise<RgbImage> => {
    const given = first ?? (await decoded());
    first = null;
    return given;
  };
  const { scale, ...image } = await decoded();
  first = image;
  return { width: image.width, height: image.height, scale, pixels };
}

/** A picture that is to be kept in mind: its bytes are read, nothing of it is decoded yet. */
export interface OpenedPhoto {
  /** sha256 of the bytes, hex. */
  content_hash: string;
  size_bytes: number;
  /** Decodes it as `loadImage` does. `taken_at` is its EXIF date (see takenAt). */
  decode(): Promise<DecodedPhoto>;
}

export interface DecodedPhoto {
  image: StillImage;
  /** Pixels of the upright original. */
  width: number;
  height: number;
  taken_at: string | null;
  /** Pictures in the file: of an animation or several pages the first alone is decoded. */
  pages: number;
}

/** Opens a picture in two steps, since one whose content is known need not be decoded. Errors as of `loadImage`. */
export async function openPhoto(
  source: Source<'file'>,
  limits: ImageLimits = {},
  signal?: AbortSignal,
): Promise<OpenedPhoto> {
  const bytes = await readBytes(source, limits, signal);
  return {
    content_hash: createHash('sha256').update(bytes).digest('hex'),
    size_bytes: bytes.length,
    async decode() {
      const read = await readable(bytes, labelOf(source), limits, signal);
      const image = await still(() => decode(read, labelOf(source), limits));
      const header = await quiet()(read.bytes, { limitInputPixels: false }).metadata();
      const { exif, format, pages = 1 } = header;
      const tags = format === 'tiff' ? read.bytes : exif;
      const { width, height } = read.isUpright ? header : header.autoOrient;
      const all = Math.max(pages, read.pages, pagesOfPng(read.bytes));
      return { image, width, height, taken_at: tags ? await takenAt(tags) : null, pages: all };
    },
  };
}

/** How pictures begin that are read: JPEG, PNG, WebP, TIFF, GIF, AVIF or HEIC. Nothing else reaches the decoders. */
const PICTURE =
  /^(\xff\xd8\xff|\x89PNG|RIFF....WEBP|II\*\0|II\+\0|MM\0\*|MM\0\+|GIF8|....ftyp(avi[fs]|hei[cxms]|hev|mif1|msf1))/s;

/**
 * Whether a file is a picture without time, by its content. A GIF of several pictures is a film.
 */
export async function isStill(source: Source<'file'>): Promise<boolean> {
  const head = await firstBytes(source);
  if (!PICTURE.test(head)) return false;
  if (!head.startsWith('GIF8')) return true;
  const pages = await quiet()(Source.locationOf(source), { limitInputPixels: false })
    .metadata()
    .then((header) => header.pages ?? 1)
    .catch(() => 1);
  return pages === 1;
}

async function readBytes(
  source: Source<'file' | 'url' | 'data'>,
  { maxBytes = 25 * 1024 * 1024, timeoutMs = 20_000, allowPrivate }: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const both = signal ? AbortSignal.any([signal, deadline]) : deadline;
  const bytes = await readImageBytes(source, maxBytes, { allowPrivate, timeoutMs, accept: 'image/*' }, both).catch(
    (error: unknown) => {
      if (signal?.aborted) throw cancelled(error);
      if (deadline.aborted)
        throw new RollcallError(
          'unreachable',
          `${labelOf(source)} was not read within ${timeoutMs / 1000} s.`,
          'Download the picture and give its path.',
          { cause: error },
        );
      throw error;
    },
  );
  if (signal?.aborted) throw cancelled(signal.reason);
  return bytes;
}

interface Readable {
  bytes: Buffer;
  /** Its EXIF tag says nothing. */
  isUpright: boolean;
  /** Pictures in the file, as far as its reader says so. */
  pages: number;
}

/** What the decoders here can read: of HEIC what a program of the system makes of it, all else as it is. */
async function readable(
  bytes: Buffer,
  name: string,
  { maxPixels = MOST_PIXELS, findSandbox }: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<Readable> {
  const asItIs = { bytes, isUpright: false, pages: 1 };
  // AVIF may begin as HEIC does; which of the two it is, sharp tells by how it begins.
  const brands = bytes.subarray(0, 64).toString('latin1');
  if (whatElse(bytes) !== 'HEIC' || brands.includes('avif')) return asItIs;
  // Of some HEIC it can't read the header.
  const header = await quiet()(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => null);
  if (header) checkPixels(header, name, maxPixels);
  const { jpeg, ...read } = await readHeic(bytes, name, { sandbox: await findSandbox?.() }, signal);
  return { bytes: jpeg, ...read };
}

/** Compresses a picture. `quality` is 1..100. */
export async function encodeJpeg(image: RgbImage, quality: number): Promise<Uint8Array> {
  return pixels(image).jpeg({ quality, mozjpeg: false }).toBuffer();
}

/** An aligned crop as the library keeps it. @param data RGB, CROP_SIDE × CROP_SIDE */
export function encodeCrop(data: Uint8Array): Promise<Uint8Array> {
  return encodeJpeg({ width: CROP_SIDE, height: CROP_SIDE, data }, CROP_QUALITY);
}

/** Reads a JPEG that this program has stored. */
export async function decodeJpeg(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await quiet()(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Writes and reads a small picture. @returns what does it, with versions */
export async function tryPictures(): Promise<string> {
  const data = new Uint8Array(3 * CROP_SIDE * CROP_SIDE);
  await decodeJpeg(await encodeCrop(data));
  const heic = await heicReader();
  const also = heic === null ? 'HEIC is not read: nothing here does (libheif has heif-convert)' : `HEIC by ${heic}`;
  return `sharp ${sharp.versions.sharp ?? 'of no version'}, libvips ${sharp.versions.vips}; ${also}`;
}

/**
 * A square thumbnail: the box, with `padding` times its longer side around it as far as the picture reaches, `side`
 * pixels wide.
 */
export async function cropJpeg(
  image: RgbImage,
  box: Box,
  options: { padding: number; side: number; quality: number },
): Promise<Uint8Array> {
  const { left, top, width, height } = squareAround(image, box, options.padding);
  return pixels(image)
    .extract({ left, top, width, height })
    .resize(options.side, options.side, { fit: 'cover' })
    .jpeg({ quality: options.quality })
    .toBuffer();
}

/** The square around a box, as a thumbnail has it, not larger than `side` pixels. */
export async function partAround(
  image: RgbImage,
  box: Box,
  { padding, side }: { padding: number; side: number },
): Promise<RgbImage> {
  const { left, top, width, height } = squareAround(image, box, padding);
  const { data, info } = await pixels(image)
    .extract({ left, top, width, height })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toUint8Array();
  return { width: info.width, height: info.height, data };
}

/** A square around the box's middle, moved and if need be shrunk into the picture; whole pixels. */
export function squareAround(
  image: { width: number; height: number },
  box: Box,
  padding: number,
): { left: number; top: number; width: number; height: number } {
  const wanted = Math.round(Math.max(box.w, box.h) * (1 + 2 * padding));
  const side = Math.max(1, Math.min(wanted, image.width, image.height));
  const place = (middle: number, length: number): number =>
    Math.round(Math.min(Math.max(0, middle - side / 2), length - side));
  return {
    left: place(box.x + box.w / 2, image.width),
    top: place(box.y + box.h / 2, image.height),
    width: side,
    height: side,
  };
}

/**
 * A picture made smaller, or itself where it has that size. By a triangle filter, as vision/sampling/triangle-filter
 * does it, but in bytes and four times as fast.
 * @param size of the picture's shape
 */
export async function shrink(image: RgbImage, { width, height }: { width: number; height: number }): Promise<RgbImage> {
  if (width === image.width && height === image.height) return { width, height, data: image.data };
  const { data } = await pixels(image).resize(width, height, { fit: 'fill', kernel: 'linear' }).raw().toUint8Array();
  return { width, height, data };
}

/** The picture turned clockwise. */
export async function turnImage(image: RgbImage, degrees: 90 | 180 | 270): Promise<RgbImage> {
  const { data, info } = await pixels(image).rotate(degrees).raw().toUint8Array();
  return { width: info.width, height: info.height, data };
}

function pixels(image: RgbImage): Sharp {
  return quiet()(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

/** sharp without its cache and thread pool: its users run beside inference, which needs the cores and memory. */
function quiet(): typeof sharp {
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

async function decode(
  { bytes, isUpright }: Readable,
  name: string,
  { maxPixels = MOST_PIXELS, maxSide = 1920 }: ImageLimits,
): Promise<RgbImage & { scale: number }> {
  if (!PICTURE.test(bytes.subarray(0, 16).toString('latin1'))) {
    const isDrawing = /<svg[\s>]/i.test(bytes.subarray(0, 4096).toString('latin1'));
    throw notAnImage(name, isDrawing ? 'a drawing (SVG), not a photograph' : whatElse(bytes));
  }
  try {
    // The limit is ours to word; sharp's own is lifted for the header only.
    const header = await quiet()(bytes, { limitInputPixels: false }).metadata();
    const { width, height } = isUpright ? header : header.autoOrient;
    checkPixels({ width, height }, name, maxPixels);
    const picture = quiet()(bytes, { limitInputPixels: maxPixels, failOn: 'truncated', pages: 1 });
    const { data, info } = await (isUpright ? picture : picture.autoOrient())
      .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .timeout({ seconds: 30 })
      .toUint8Array();
    return {
      width: info.width,
      height: info.height,
      // A Buffer, whose slice would be a view.
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      scale: Math.max(info.width, info.height) / Math.max(width, height),
    };
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    throw notAnImage(name, whatElse(bytes), error);
  }
}

function checkPixels({ width, height }: { width: number; height: number }, name: string, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new RollcallError(
    'too_large',
    `${name} has ${width} × ${height} pixels; at most ${Math.round(maxPixels / 1e6)} million are read.`,
    'Scale the picture down and call again.',
  );
}
