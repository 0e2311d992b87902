/** The bytes of a picture, wherever it is, and what they are when they are none. */
import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { RollcallError } from '../../domain/errors/errors.js';
import { brokenOff, type HttpsOptions, openHttps } from '../sources/https-get.js';
import { Source, labelOf } from '../sources/source.js';

const ANIMATED_AVIF = 'an animated AVIF picture';

/** The error for bytes that are no picture, with what they are instead. */
export function notAnImage(name: string, what: string | null, cause?: unknown): RollcallError {
  if (what === 'a video')
    return new RollcallError(
      'not_an_image',
      `${name} is a video, not a picture.`,
      '{index_video source} comes first; then {find_person} or {list_identities}.',
      { cause },
    );
  if (what === 'HEIC')
    return new RollcallError(
      'not_an_image',
      `${name} is a HEIC picture, and no program that reads those is on this machine.`,
      "Install libheif's heif-convert (`apt install libheif-examples`, `dnf install libheif-tools`) and call again, or convert the picture to JPEG.",
      { cause },
    );
  if (what === ANIMATED_AVIF)
    return new RollcallError(
      'not_an_image',
      `${name} is ${ANIMATED_AVIF}, which cannot be read here.`,
      '`ffmpeg -i FILE FILE.mp4` makes a video of it, for {index_video}; `ffmpeg -i FILE -frames:v 1 FILE.png` a picture.',
      { cause },
    );
  return new RollcallError(
    'not_an_image',
    `${name} is ${what ?? 'not a picture that can be read (or it is damaged)'}.`,
    'Give a JPEG, PNG, WebP, AVIF, GIF or TIFF picture.',
    { cause },
  );
}

/** What a file that is no picture seems to be, from its first bytes. */
export function whatElse(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 64).toString('latin1');
  if (/^....ftyp(hei[cxms]|hev|mif1|msf1)/s.test(head)) return 'HEIC';
  if (/^....ftypavis/s.test(head)) return ANIMATED_AVIF;
  if (
    /^....(ftyp|moov|mdat)/s.test(head) ||
    head.startsWith('\x1aE\xdf\xa3') ||
    /^RIFF....AVI /s.test(head) ||
    head.startsWith('FLV') ||
    head.startsWith('\x00\x00\x01\xba') ||
    /^G.{187}G/s.test(bytes.subarray(0, 189).toString('latin1'))
  )
    return 'a video';
  if (bytes.length === 0) return 'empty (0 bytes)';
  return null;
}

/** The bytes of a picture: a file, what an https URL answers, or a data URL; at most `maxBytes`. */
export async function readImageBytes(
  source: Source<'file' | 'url' | 'data'>,
  maxBytes: number,
  options: HttpsOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const location = Source.locationOf(source);
  switch (source.kind) {
    case 'data':
      return readDataUrl(location, maxBytes);
    case 'url':
      return readUrl(location, labelOf(source), maxBytes, options, signal);
    case 'file':
      return readPath(location, maxBytes, signal);
  }
}

function readDataUrl(source: string, maxBytes: number): Buffer {
  const parts = /^data:[^,]*?(;base64)?,/i.exec(source);
  if (!parts)
    throw new RollcallError('bad_argument', 'The data URL holds no data.', 'Give data:image/jpeg;base64,… or a path.');
  if (source.length * 0.74 > maxBytes) throw tooManyBytes('The data URL', maxBytes);
  const body = source.slice(parts[0].length);
  try {
    return parts[1] ? Buffer.from(body, 'base64') : Buffer.from(decodeURIComponent(body), 'latin1');
  } catch (cause) {
    throw new RollcallError(
      'bad_argument',
      'The data URL is not encoded correctly.',
      'Give data:image/jpeg;base64,… or a path.',
      { cause },
    );
  }
}

async function readPath(path: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new RollcallError('not_found', `There is no file ${path} any more.`, 'Give the path of a picture.', {
      cause,
    });
  });
  if (info.size <= maxBytes) return readFile(path, { signal });
  const { bytesRead, buffer } = await readHead(path);
  const what = whatElse(buffer.subarray(0, bytesRead));
  throw what === 'a video' ? notAnImage(basename(path), what) : tooManyBytes(basename(path), maxBytes);
}

/** How a file begins, a character a byte; empty when it can't be read. */
export async function firstBytes(file: Source<'file'>): Promise<string> {
  const head = await readHead(Source.locationOf(file)).catch(() => null);
  return head ? head.buffer.subarray(0, Math.min(64, head.bytesRead)).toString('latin1') : '';
}

async function readHead(path: string): Promise<{ bytesRead: number; buffer: Buffer }> {
  const handle = await open(path);
  try {
    return await handle.read(Buffer.alloc(512), 0, 512, 0);
  } finally {
    await handle.close();
  }
}

async function readUrl(
  url: string,
  label: string,
  maxBytes: number,
  options: HttpsOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const answer = await openHttps(url, options, signal);
  try {
    const type = answer.headers['content-type'] ?? '';
    if (/^video\//i.test(type)) throw notAnImage(label, 'a video');
    if (/^text\/html/i.test(type))
      throw new RollcallError(
        'not_an_image',
        `${label} is a web page, not a picture.`,
        'Give the address of the picture itself, or download it and give its path.',
      );
    if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw tooManyBytes(label, maxBytes);
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of answer) {
      const bytes = chunk as Buffer;
      total += bytes.length;
      if (total > maxBytes) throw tooManyBytes(label, maxBytes);
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof RollcallError || signal.aborted) throw error;
    throw new RollcallError(
      'unreachable',
      `${label} broke off: ${brokenOff(error)}.`,
      'Try again, or download it and give the path.',
      { cause: error },
    );
  } finally {
    answer.destroy();
  }
}

function tooManyBytes(name: string, maxBytes: number): RollcallError {
  return new RollcallError(
    'too_large',
    `${name} is larger than ${Math.round(maxBytes / 1024 / 1024)} MB.`,
    'Give a smaller picture.',
  );
}
