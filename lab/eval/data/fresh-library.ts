/** A library of its own for some videos, and everything it says of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { createLogger } from '../../../src/config/logger.js';
import type { PairAnswer } from '../../../src/services/answers/co-occurrence.js';
import type { FoundIdentity } from '../../measures/presence.js';
import type { Interval } from '../../../src/domain/types.js';
import type { Services } from '../../../src/services/create-services.js';
import { createServices } from '../../../src/services/create-services.js';
import type { EvalContext } from '../context.js';
import type { EvalFace } from './scored-faces.js';
import { addStrangers, STRANGERS } from './strangers.js';

export interface IndexedLibrary {
  /** Its folder. */
  home: string;
  services: Services;
  /** File name of each video, by id. */
  names: Map<string, string>;
  /** Everyone, with appearances by file name. */
  identities: FoundIdentity[];
  /** Everyone with everyone, intervals by file name instead of id. */
  pairs: PairAnswer[];
}

/** Indexes videos in order into a library that lives as long as `use`. @param strangers people it holds beforehand */
export async function withLibrary<T>(
  files: readonly string[],
  context: EvalContext,
  use: (library: IndexedLibrary) => Promise<T>,
  strangers: ReadonlyMap<string, readonly EvalFace[]> = new Map(),
): Promise<T> {
  const home = await mkdtemp(path.join(context.work, 'home-'));
  const theirs = strangers.size > 0 ? await addStrangers(home, strangers, context.pack) : null;
  const services = createServices(context.settings(home), createLogger('error'));
  try {
    const names = new Map<string, string>(theirs === null ? [] : [[theirs, STRANGERS]]);
    for (const file of files) {
      context.onStep(`indexing ${path.basename(file)}`);
      const { video_id } = await services.indexing.indexVideo({ source: file }, { signal: context.signal });
      names.set(video_id, path.basename(file));
    }
    return await use({ home, services, names, ...(await everyone(services, names, theirs, context.signal)) });
  } finally {
    await services.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function everyone(
  services: Services,
  names: ReadonlyMap<string, string>,
  strangers: string | null,
  signal: AbortSignal,
): Promise<{ identities: FoundIdentity[]; pairs: PairAnswer[] }> {
  // Of two thousand strangers only those matter whom a video was found to hold.
  const identities = (await services.identities.list({}, signal)).identities.filter(({ video_ids }) =>
    video_ids.some((id) => id !== strangers),
  );
  const found: FoundIdentity[] = [];
  for (const { identity_id } of identities) {
    const appearances = new Map<string, Interval[]>();
    for (const { video_id, start_s, end_s } of (await services.search.findPerson({ identity_id }, signal))
      .appearances) {
      const video = names.get(video_id) ?? video_id;
      appearances.set(video, [...(appearances.get(video) ?? []), { start_s, end_s }]);
    }
    found.push({ id: identity_id, appearances });
  }
  const { pairs } = await services.together.coOccurrence({ mode: 'same_frame' }, signal);
  return {
    identities: found,
    pairs: pairs.map((p) => ({
      ...p,
      intervals: p.intervals.map((i) => ({ ...i, video_id: names.get(i.video_id) ?? i.video_id })),
    })),
  };
}
