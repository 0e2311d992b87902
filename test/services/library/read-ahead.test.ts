/** What is read of a large library before questions come is what they need, and is read once. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { createReadAhead, isWorthReadingAhead } from '../../../src/services/library/read-ahead.js';
import { createShortIds } from '../../../src/services/library/short-ids.js';
import { createTogetherService } from '../../../src/services/together/co-occurrence.js';
import { createIdentitiesService } from '../../../src/services/questions/list-identities.js';
import type { Library, State } from '../../../src/store/api.js';
import { open, temporaryHome } from '../../store/fixtures.js';
import { addPeople, appAt, madeUpLibrary } from '../../support/libraries/made-up-library.js';
import { certainty } from '../../support/libraries/certainty.js';

/** Reads of everything. */
const WHOLE = new Set(['videos', 'seenTotals', 'labels', 'means', 'seenTimes']);
/** As a library of millions: nothing is small enough to be held. */
const LARGE = { tuning: { heldTracks: 0 } };

/** Questions about a library, and what is read whole for them. */
function asking(library: Library) {
  const read: string[] = [];
  let watched: { of: State; state: State } | null = null;
  const snapshot = async (): Promise<State> => {
    const of = await library.snapshot();
    if (watched?.of !== of)
      watched = {
        of,
        state: new Proxy(of, {
          get(state, name) {
            if (WHOLE.has(String(name))) read.push(String(name));
            return Reflect.get(state, name) as unknown;
          },
        }),
      };
    return watched.state;
  };
  const watch = new Proxy(library, { get: (of, name) => (name === 'snapshot' ? snapshot : Reflect.get(of, name)) });
  const source = () => Promise.resolve(watch);
  const view = createViewReader(source),
    ids = createShortIds({ library: source });
  const identities = createIdentitiesService({ view, certainty }),
    together = createTogetherService({ view, certainty });
  return {
    read,
    ahead: createReadAhead(
      { library: () => Promise.resolve(library), view, calibration: () => Promise.resolve(null) },
      ids,
    ),
    ask: async () => ({
      page: await identities.list({}, undefined, { from: 0, count: 3 }),
      all: await together.coOccurrence({ mode: 'same_frame' }),
      labels: await ids.labels(),
      like: (await (await view.facts()).means()).nearest(
        { vector: new Float32Array(library.dimensions).fill(0.1), population_excess: 0 },
        5,
        () => true,
      ),
    }),
  };
}

async function largeLibrary(): Promise<Library> {
  const library = await open(await temporaryHome(), LARGE);
  for (let n = 0; n < 2; n++) await addPeople(library, `/films/${n}.mp4`, ['Ada', null, 'Cyd']);
  return library;
}

it('leaves nothing to be read whole for the first question, whose answer is the same', async () => {
  const library = await largeLibrary(),
    { read, ahead, ask } = asking(library);
  await ahead(new AbortController().signal);
  expect(read.splice(0).sort()).toEqual([...WHOLE].sort());
  expect(await ask()).toEqual(await asking(library).ask());
  expect(read).toEqual([]);
});

it('reads once what is asked for while it is read', async () => {
  const { read, ahead, ask } = asking(await largeLibrary());
  await Promise.all([ahead(new AbortController().signal), ask()]);
  expect(read.sort()).toEqual([...WHOLE].sort());
});

it('gives way to a call before each step', async () => {
  const { read, ahead } = asking(await largeLibrary());
  const steps: string[][] = [];
  await ahead(new AbortController().signal, () => {
    steps.push(read.splice(0));
    return Promise.resolve();
  });
  expect(steps.slice(0, 3)).toEqual([[], ['videos'], ['seenTotals']]);
});

it('stops between two steps, and when the library is closed', async () => {
  const library = await largeLibrary(),
    stop = new AbortController(),
    { read, ahead } = asking(library);
  const reading = ahead(stop.signal);
  stop.abort();
  await expect(reading).rejects.toThrow();
  expect(read).not.toContain('seenTotals');
  const closed = Promise.allSettled([1, 2, 3].map(() => asking(library).ahead(new AbortController().signal)));
  await library.close();
  await closed;
  await expect(asking(library).ahead(new AbortController().signal)).rejects.toMatchObject({ code: 'cancelled' });
});

it('is for large libraries alone, and a server that closes leaves it', async () => {
  const home = await temporaryHome();
  expect(await isWorthReadingAhead({ home })).toBe(false);
  const library = await madeUpLibrary(home);
  await addPeople(library, '/films/one.mp4', ['Ada', 'Bo']);
  await library.close();
  expect(await isWorthReadingAhead({ home })).toBe(false);
  const file = path.join(home, 'library.json');
  const head = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...head, labelled: { identity: 2, video: 200 } }));
  expect(await isWorthReadingAhead({ home })).toBe(true);
  // Nothing is read from an object store that nobody asked for.
  expect(await isWorthReadingAhead({ home, remote: 's3://bucket/films' })).toBe(false);
  const app = appAt(home);
  app.quiet?.onceQuiet();
  const reading = (await app.services()).readAhead(new AbortController().signal);
  await Promise.all([app.close(), reading.catch(() => undefined)]);
});
