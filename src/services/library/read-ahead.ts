/** Reads what questions need of a large library before the first one comes, so that it finds it read. */
import { libraryAt, type Settings } from '../../config/settings.js';
import { isAddress } from '../../domain/machine/library-address.js';
import { readHead } from '../../store/head/head.js';
import type { Resources } from '../resources.js';
import type { ShortIds } from './short-ids.js';

/** Videos and people from which on a first answer takes longer than to load the code. */
const VIDEOS = 200,
  PEOPLE = 2000;
/** People up to whom their means are read ahead: they take half a kilobyte each, which only some questions need. */
const MOST_MEANS = 100_000;

/**
 * Told by the head alone, before anything is loaded. Of an object store nothing is read that nobody asked for: each
 * request costs.
 */
export async function isWorthReadingAhead(settings: Pick<Settings, 'home' | 'remote'>): Promise<boolean> {
  const home = libraryAt(settings);
  const { video, identity } = (isAddress(home) ? null : await readHead(home))?.labelled ?? { video: 0, identity: 0 };
  return video >= VIDEOS || identity >= PEOPLE;
}

/**
 * In the order in which questions would wait for it.
 * @returns reads step by step, each after `calm`; stops between two when `signal` does
 */
export function createReadAhead(
  resources: Pick<Resources, 'library' | 'view'> & { calibration: () => Promise<unknown> },
  { labels }: Pick<ShortIds, 'labels'>,
): (signal: AbortSignal, calm?: () => Promise<void>) => Promise<void> {
  return async (signal, calm = () => Promise.resolve()) => {
    const { view } = resources;
    const steps = [
      () => Promise.all([view.facts(), resources.calibration()]),
      async () => (await view.facts()).listed(),
      () => labels(),
      async () => (await resources.library()).holdTracks(),
      () => view.factsWithTimes(),
      async () => {
        const facts = await view.facts();
        if ((await facts.state.counts()).people <= MOST_MEANS) await facts.means();
      },
    ];
    for (const step of steps) {
      await calm();
      signal.throwIfAborted();
      await step();
    }
  };
}
