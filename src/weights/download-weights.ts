/** Weights that lie behind a URL. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cancelled, RollcallError } from '../domain/errors/errors.js';
import { saidBy } from '../domain/errors/thrown.js';
import { openHttps } from '../media/sources/https-get.js';
import type { Weights } from '../vision/packs/pack.js';

/** Weights that are had from an address. */
export type UrlWeights = Weights & { source: { kind: 'url' } };

export interface DownloadOptions {
  /** Size at most, bytes; the largest file that a pack names has 174 MB. */
  maxBytes?: number;
  /** Longest silence of the server, milliseconds. */
  timeoutMs?: number;
  /** Where somebody said so: also http, also addresses of this machine and its network. The hash is checked anyway. */
  allowPrivate?: boolean;
  /** Hears how many bytes of the file there are, and of how many, where the server says that. */
  onBytes?: ((file: string, bytes: number, of: number | null) => void) | undefined;
}

/** A download that is alive writes oftener: what was not touched for so long was left by a process that died. */
const LEFT_MS = 5 * 60_000;

/**
 * Downloads a file of weights into `folder` under its name. Redirects are followed, to https only. The file appears
 * when it is complete and its sha256 is that of the manifest; nothing else is left behind.
 * @returns its size, bytes
 * @throws RollcallError `missing_model`, which says how to get the file by hand; `cancelled`
 */
export async function downloadWeights(
  weights: UrlWeights,
  folder: string,
  options: DownloadOptions = {},
  signal = new AbortController().signal,
): Promise<number> {
  const { maxBytes = 512 * 1024 * 1024, timeoutMs = 30_000, allowPrivate, onBytes } = options;
  const {
    file,
    sha256,
    source: { url },
  } = weights;
  const target = path.join(folder, file),
    partial = `${target}.${process.pid}.part`;
  try {
    const answer = await openHttps(
      url,
      { timeoutMs, allowPrivate, accept: 'application/octet-stream,*/*;q=0.1' },
      signal,
    );
    try {
      const hash = createHash('sha256'),
        announced = Number(answer.headers['content-length'] ?? NaN);
      if (announced > maxBytes) throw tooLarge(maxBytes);
      let size = 0;
      const check = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          size += chunk.length;
          hash.update(chunk);
          onBytes?.(file, size, Number.isFinite(announced) ? announced : null);
          done(size > maxBytes ? tooLarge(maxBytes) : null, chunk);
        },
      });
      await mkdir(folder, { recursive: true });
      await sweepPartials(folder, file);
      // Opened before anything can fail: a stream that opens later leaves a file that was already cleaned away.
      const opened = await open(partial, 'w');
      await pipeline(answer, check, opened.createWriteStream(), { signal });
      const got = hash.digest('hex');
      if (got !== sha256) throw new Error(`what came (${size} bytes) has sha256 ${got}, not ${sha256}`);
      await rename(partial, target);
      return size;
    } finally {
      answer.destroy();
      await rm(partial, { force: true });
    }
  } catch (cause) {
    if (signal.aborted) throw cancelled(cause);
    const reason = saidBy(cause).replace(/\.$/, '');
    throw new RollcallError(
      'missing_model',
      `${file} could not be downloaded from ${url}: ${reason}.`,
      `Try again, or download it on a machine that reaches ${new URL(url).host}, and put it into ${folder} as ${file} (sha256 ${sha256}; licence: ${weights.licence}).`,
      { cause },
    );
  }
}

/** Removes what downloads of that file left that were killed: each starts anew. */
async function sweepPartials(folder: string, file: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${file}.`) || !name.endsWith('.part')) continue;
    const left = path.join(folder, name);
    const found = await stat(left).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > LEFT_MS) await rm(left, { force: true });
  }
}

function tooLarge(maxBytes: number): Error {
  return new Error(`it is larger than ${Math.round(maxBytes / 1024 / 1024)} MB`);
}
