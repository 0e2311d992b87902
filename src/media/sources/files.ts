/** Files of videos and photos: found in folders, hashed, downloaded. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { extname, join, parse, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hasCode } from '../../domain/errors/error-code.js';
import { RollcallError, cancelled } from '../../domain/errors/errors.js';
import { isPictureName } from '../../domain/photos.js';
import { brokenOff, openHttps } from './https-get.js';
import { Source, labelOf, resolveSource } from './source.js';

const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set([
  '.mp4',
  '.m4v',
  '.mov',
  '.mkv',
  '.webm',
  '.avi',
  '.mts',
  '.m2ts',
  '.ts',
  '.mpg',
  '.mpeg',
  '.vob',
  '.wmv',
  '.asf',
  '.flv',
  '.f4v',
  '.ogv',
  '.3gp',
  '.3g2',
  '.mxf',
  '.dv',
  '.rm',
  '.rmvb',
  '.divx',
  '.gif',
  '.mod',
  '.tod',
  '.m1v',
  '.m2v',
  '.m2t',
  '.mpe',
  '.ogm',
  '.qt',
  '.3gpp',
  '.wtv',
  '.y4m',
  '.ivf',
  '.mjpeg',
  '.h264',
  '.h265',
  '.hevc',
]);

/** Of photos that nothing here reads: raw ones of cameras, and formats that need converting. */
const UNREAD_PHOTO = /\.(dng|cr[23w]|nef|nrw|arw|sr[2fw]|orf|rw[2l]|raf|pef|3fr|iiq|x3f|jxl|jp2|j2k|bmp|psd|tga)$/i;

/**
 * sha256 of the file, hex: the identity of a video's content.
 * @param bytes how many of its first are read; by default all
 * @throws RollcallError `forbidden`, `not_found`, `cancelled`.
 */
export async function contentHash(file: Source<'file'>, signal?: AbortSignal, bytes = Infinity): Promise<string> {
  const hash = createHash('sha256');
  const how = { highWaterMark: 1024 * 1024, end: Math.max(0, bytes - 1) };
  try {
    await pipeline(createReadStream(Source.locationOf(file), how), hash, {
      signal: signal ?? new AbortController().signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cancelled(cause);
    throw unreadable(file.shown, cause);
  }
  return hash.digest('hex');
}

/**
 * Why something in a folder is passed over: a closed folder, a link, no ordinary file though it is named like one, a
 * name that is no text, a photo in a format that is not read, and of which no other lies beside it.
 */
export type WhyPassedOver = 'closed' | 'link' | 'special' | 'name' | 'unread';

export interface Footage {
  /** Paths of videos and photos, sorted. */
  files: string[];
  /** What may be or hold footage and is not looked at, sorted by path. */
  passedOver: { path: string; why: WhyPassedOver }[];
}

/**
 * Every video and photo in a folder and the folders below, by file extension; hidden files and folders are left out
 * without a word, links and what may not be read are named. @throws RollcallError `forbidden`, `not_found`,
 * `cancelled`.
 */
export async function listFootage(source: Source<'folder'>, signal?: AbortSignal): Promise<Footage> {
  const folder = Source.locationOf(source);
  const found: string[] = [],
    passedOver: Footage['passedOver'] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (signal?.aborted) throw cancelled(signal.reason);
    const inside = next;
    const entries = await readdir(inside, { withFileTypes: true }).catch((cause: unknown) => {
      // One folder that may not be read should not hide the others.
      if (inside === folder) throw unreadable(`The folder ${source.shown}`, cause);
      if (!hasCode(cause, 'ENOENT')) passedOver.push({ path: inside, why: 'closed' });
      return [];
    });
    const read = new Set(entries.filter((e) => isPictureName(e.name)).map((e) => parse(e.name).name));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) waiting.push(join(inside, entry.name));
      else if (entry.isSymbolicLink()) {
        if (isFootage(entry.name) || extname(entry.name) === '')
          passedOver.push({ path: join(inside, entry.name), why: 'link' });
      } else if (!isFootage(entry.name)) {
        // Cameras write a JPEG beside the raw picture: that one is looked at.
        if (UNREAD_PHOTO.test(entry.name) && !read.has(parse(entry.name).name))
          passedOver.push({ path: join(inside, entry.name), why: 'unread' });
      } else if (entry.name.includes('\ufffd') && !existsSync(join(inside, entry.name)))
        passedOver.push({ path: join(inside, entry.name), why: 'name' });
      else if (entry.isFile()) found.push(join(inside, entry.name));
      else passedOver.push({ path: join(inside, entry.name), why: 'special' });
    }
  }
  // Under the name that was given, which a link may have led away from; each is resolved again to be opened.
  const shown = (file: string): string => join(source.shown, relative(folder, file));
  return {
    files: found.map(shown).sort(),
    passedOver: passedOver
      .map(({ path, why }) => ({ path: shown(path), why }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** `not_found`, or `forbidden` for what is there and closed. */
function unreadable(what: string, cause: unknown): RollcallError {
  const closed = cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM');
  return new RollcallError(
    closed ? 'forbidden' : 'not_found',
    `${what} cannot be read.`,
    closed
      ? 'Give the user that runs this server permission to read it.'
      : 'Give the full path of what is there, and can be read by this server.',
    { cause },
  );
}

/** A whole file of at most `maxBytes`. @throws RollcallError `too_large`, `not_found`, `forbidden` */
export async function readSmallFile(file: Source<'file'>, maxBytes: number, hint: string): Promise<Buffer> {
  const path = Source.locationOf(file);
  try {
    const { size } = await stat(path);
    if (size <= maxBytes) return await readFile(path);
    throw new RollcallError(
      'too_large',
      `${labelOf(file)} has ${Math.round(size / 1e6)} MB; at most ${Math.round(maxBytes / 1e6)} are read.`,
      hint,
    );
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    throw unreadable(file.shown, error);
  }
}

function isFootage(name: string): boolean {
  return isPictureName(name) || VIDEO_EXTENSIONS.has(extname(name).toLowerCase());
}

export interface DownloadLimits {
  /** Size at most, bytes. */
  maxBytes: number;
  /** Longest silence of the server, milliseconds. */
  timeoutMs: number;
  /** Bytes a second that it must come to on the whole, once it had `timeoutMs` to begin. */
  leastRate?: number | undefined;
  /** Also open http and private addresses. */
  allowPrivate?: boolean | undefined;
  /** Called as bytes come in; `total` is null where the server doesn't say. */
  onProgress?: ((received: number, total: number | null) => void) | undefined;
}

/**
 * Downloads an https URL into `intoDir`; returns the file, whose path is made of the URL, so that the same URL
 * gives the same path. The file appears when it is complete; half a download is removed.
 * @throws RollcallError `forbidden`, `unreachable`, `too_large`, `not_a_video`, `cancelled`.
 */
export async function downloadVideo(
  source: Source<'url'>,
  intoDir: string,
  limits: DownloadLimits,
  signal?: AbortSignal,
): Promise<Source<'file'>> {
  const url = Source.locationOf(source);
  const answer = await openHttps(
    url,
    {
      allowPrivate: limits.allowPrivate,
      timeoutMs: limits.timeoutMs,
      accept: 'video/*,application/octet-stream;q=0.9,*/*;q=0.1',
    },
    signal,
  );
  const host = new URL(url).host;
  try {
    const type = answer.headers['content-type'] ?? '';
    if (/^text\/html/i.test(type))
      throw new RollcallError(
        'not_a_video',
        `${host} answered with a web page, not a video.`,
        'Give the address of the video file itself, or download it and give its path.',
      );
    if (/mpegurl|dash\+xml/i.test(type))
      throw new RollcallError(
        'forbidden',
        `${host} answered with a streaming playlist; those are not opened.`,
        'Download the video as one file and give its path.',
      );
    const announced = Number(answer.headers['content-length'] ?? NaN);
    const total = Number.isFinite(announced) ? announced : null;
    if (total !== null && total > limits.maxBytes) throw tooLarge(host, limits.maxBytes);
    await mkdir(intoDir, { recursive: true });
    const target = join(intoDir, fileName(url));
    const partial = `${target}.${process.pid}.${Date.now().toString(36)}.part`;
    try {
      // Opened here: a stream that opens it by itself may do so after the download failed and the rest was removed.
      const file = await open(partial, 'wx');
      await pipeline(answer, meter(host, limits, total), file.createWriteStream(), {
        signal: signal ?? new AbortController().signal,
      });
      const { size } = await stat(partial);
      if (total !== null && size !== total) throw new Error(`${size} of ${total} bytes came`);
      await rename(partial, target);
      return await resolveSource(target, { accept: ['file'], allowDirs: null });
    } finally {
      await rm(partial, { force: true });
    }
  } catch (error) {
    if (signal?.aborted) throw cancelled(error);
    if (error instanceof RollcallError) throw error;
    throw new RollcallError(
      'unreachable',
      `The download from ${host} broke off: ${brokenOff(error)}.`,
      'Try again, or download it yourself and give the path.',
      { cause: error },
    );
  } finally {
    answer.destroy();
  }
}

function meter(host: string, limits: DownloadLimits, total: number | null): Transform {
  const began = performance.now();
  let received = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > limits.maxBytes) return done(tooLarge(host, limits.maxBytes));
      // A server that drips would hold up all that is queued behind this.
      const took = performance.now() - began;
      if (took > limits.timeoutMs && received < ((limits.leastRate ?? 0) * took) / 1000) return done(tooSlow(host));
      limits.onProgress?.(received, total);
      done(null, chunk);
    },
  });
}

function tooSlow(host: string): RollcallError {
  return new RollcallError(
    'unreachable',
    `${host} sends the video too slowly to wait for it.`,
    'Download it yourself and give the path.',
  );
}

function tooLarge(host: string, maxBytes: number): RollcallError {
  return new RollcallError(
    'too_large',
    `The video at ${host} is larger than ${Math.round(maxBytes / 1024 / 1024)} MB.`,
    'Download it yourself and give the path.',
  );
}

/** A readable file name that two URLs don't share. */
function fileName(url: string): string {
  const last = (new URL(url).pathname.split('/').at(-1) ?? '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[.-]+/, '')
    .slice(-80);
  return `${createHash('sha256').update(url).digest('hex').slice(0, 16)}-${last || 'video'}`;
}
