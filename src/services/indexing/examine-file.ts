/** What is known of a video file before it is watched: read once, however many steps ask. */
import { stat } from 'node:fs/promises';
import { asRollcallError } from '../../domain/errors/errors.js';
import type { VideoProbe } from '../../media/film/probe.js';
import { Source } from '../../media/sources/source.js';
import type { Resources } from '../resources.js';

export interface FileFacts {
  content_hash: string;
  size_bytes: number;
}

/** What became of a file: more was written behind what was read of it, or that is no longer what it was. */
export type Became = 'grown' | 'changed';

export interface ExaminedFile extends FileFacts {
  probe: VideoProbe;
}

export interface FileExaminer {
  /**
   * Reads a file as far as it goes now, unless that was done and it did not change since.
   * @throws RollcallError `not_found`
   */
  facts(file: Source<'file'>, signal: AbortSignal): Promise<FileFacts>;
  /** The same, and what ffprobe says of it, which is asked first. @throws RollcallError `not_a_video` */
  examine(file: Source<'file'>, signal: AbortSignal): Promise<ExaminedFile>;
  /**
   * What became of a file since that was found; null where its content is the same, or it is gone: whoever had it open
   * went on reading it. It is read again only where it was written to.
   */
  since(file: Source<'file'>, found: FileFacts, signal: AbortSignal): Promise<Became | null>;
}

/** Files that are remembered: more than a folder's that are glanced at before the first is watched is of little use. */
const REMEMBERED = 1000;

/** @returns one for all that looks at the same files; it remembers what it read for as long as it lives */
export function createFileExaminer(resources: Pick<Resources, 'ffmpeg'>): FileExaminer {
  const facts = remembering<FileFacts>(async (file, signal) => {
    const { contentHash } = await import('../../media/sources/files.js');
    // What is written behind it meanwhile is not read: hash and size are of the same bytes.
    const size_bytes = await sizeOf(file);
    const content_hash = await contentHash(file, signal, size_bytes ?? Infinity);
    return { content_hash, size_bytes: size_bytes ?? 0 };
  });
  const probe = remembering<VideoProbe>(async (file, signal) => {
    const { probeVideo } = await import('../../media/film/probe.js');
    return probeVideo(file, await resources.ffmpeg(), signal);
  });
  return {
    facts,
    async examine(file, signal) {
      return { probe: await probe(file, signal), ...(await facts(file, signal)) };
    },
    async since(file, { content_hash, size_bytes }, signal) {
      try {
        if ((await facts(file, signal)).content_hash === content_hash) return null;
        const { contentHash } = await import('../../media/sources/files.js');
        return (await contentHash(file, signal, size_bytes)) === content_hash ? 'grown' : 'changed';
      } catch (error) {
        signal.throwIfAborted();
        if (asRollcallError(error).code === 'not_found') return null;
        throw error;
      }
    },
  };
}

function sizeOf(file: Source<'file'>): Promise<number | null> {
  return stat(Source.locationOf(file)).then(
    ({ size }) => size,
    () => null,
  );
}

type Ask<T> = (file: Source<'file'>, signal: AbortSignal) => Promise<T>;

/** What was found is told again of a file that is still the same, by its place, length and when it changed. */
function remembering<T>(ask: Ask<T>): Ask<T> {
  const known = new Map<string, { state: string; found: T }>();
  return async (file, signal) => {
    const place = Source.locationOf(file);
    const state = await stateOf(place);
    const before = known.get(place);
    if (state !== null && before?.state === state) return before.found;
    const found = await ask(file, signal);
    // Written to meanwhile, it is neither what it was nor what it will be.
    if (state === null || (await stateOf(place)) !== state) return found;
    known.delete(place);
    known.set(place, { state, found });
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return found;
  };
}

/** Changes with a file's content; null when there is none. */
async function stateOf(place: string): Promise<string | null> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(place, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return null;
  }
}
