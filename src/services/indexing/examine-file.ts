/** What is known of a video file before it is watched: read once, however many steps ask. */
import { stat } from 'node:fs/promises';
import type { VideoProbe } from '../../media/film/probe.js';
import { Source } from '../../media/sources/source.js';
import type { Resources } from '../resources.js';

export interface FileFacts {
  content_hash: string;
  size_bytes: number;
}
export interface ExaminedFile extends FileFacts {
  probe: VideoProbe;
}

export interface FileExaminer {
  /** Reads a file to its end, unless that was done and it did not change since. @throws RollcallError `not_found` */
  facts(file: Source<'file'>, signal: AbortSignal): Promise<FileFacts>;
  /** The same, and what ffprobe says of it, which is asked first. @throws RollcallError `not_a_video` */
  examine(file: Source<'file'>, signal: AbortSignal): Promise<ExaminedFile>;
}

/** Files that are remembered: more than a folder's that are glanced at before the first is watched is of little use. */
const REMEMBERED = 1000;

/** @returns one for all that looks at the same files; it remembers what it read for as long as it lives */
export function createFileExaminer(resources: Pick<Resources, 'ffmpeg'>): FileExaminer {
  const facts = remembering<FileFacts>(async (file, signal) => {
    const { contentHash } = await import('../../media/sources/files.js');
    const content_hash = await contentHash(file, signal);
    return { content_hash, size_bytes: (await stat(Source.locationOf(file))).size };
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
  };
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
