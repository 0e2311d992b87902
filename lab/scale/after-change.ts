/**
 * `npx tsx lab/scale/after-change.ts --home FOLDER [--tracks 60000] [--times 5] [--root CHECKOUT]`: what questions take
 * the first time after a library changed, and after that, in one process. A film more of the same people is written
 * before each; nobody else asks between. The library is made in FOLDER where there is none, and kept. Prints processor
 * milliseconds of the services alone, the median of so many changes. With --root by the code of another checkout.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { newId } from '../../src/domain/ids.js';
import { codeOf, openHome } from '../bench/scale/code-of.js';
import { percentile } from '../bench/spread.js';
import { identityOf, makeLibrary } from './make-library.js';
import { FILM_TRACKS, MadeFilms, type MadeFilm } from './made-films.js';
import { sampleJpeg } from './sample-jpeg.js';

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    tracks: { type: 'string', default: '60000' },
    times: { type: 'string', default: '5' },
    root: { type: 'string', default: path.resolve(import.meta.dirname, '../..') },
    only: { type: 'string', default: '' },
  },
});
const { home = '', root, only } = values;
const print = (line: string): unknown => process.stdout.write(`${line}\n`);
type Services = import('../../src/services/create-services.js').Services;
type Logger = import('pino').Logger;

const silent = { level: 'silent', debug: nothing, info: nothing, warn: console.error, error: console.error };
function nothing(): void {
  // Nobody reads it.
}

/** Another version of the same function. */
const { createServices } = (await import(
  pathToFileURL(path.join(root, 'src/services/create-services.ts')).href
)) as typeof import('../../src/services/create-services.js');
const code = await codeOf(root);
const { library, settings, pack } = await openHome(code, home);
const films = Math.max(1, Math.round(Number(values.tracks) / FILM_TRACKS));
const made = new MadeFilms({ seed: 1, pack: pack.id, films, crop: await sampleJpeg() });
if ((await library.videos()).length === 0) await makeLibrary(library, made, films, () => undefined);
const services = createServices(settings, silent as unknown as Logger);

const questions: Record<string, (services: Services, film: MadeFilm) => Promise<unknown>> = {
  'list_identities, a page': async ({ identities, shortIds }) => {
    await identities.list({}, undefined, { from: 0, count: 20 });
    await shortIds.labels();
  },
  'list_identities of a film': async ({ identities, shortIds }, { video }) => {
    await identities.list({ video_ids: [video.video_id] }, undefined, { from: 0, count: 20 });
    await shortIds.labels();
  },
  'find_person by id': async ({ search, shortIds }, film) => {
    await search.findPerson({ identity_id: someoneIn(film) });
    await shortIds.labels();
  },
  'co_occurrence of a person': async ({ together, shortIds }, film) => {
    await together.coOccurrence({ identity_ids: [someoneIn(film)], mode: 'same_frame' });
    await shortIds.labels();
  },
  'co_occurrence of everything': async ({ together, shortIds }) => {
    await together.coOccurrence({ mode: 'same_frame' });
    await shortIds.labels();
  },
};

function someoneIn({ people }: MadeFilm): string {
  return identityOf([...people.values()][0] ?? 0);
}

/** What joining a film writes, without grouping. */
async function writeOne(film: MadeFilm): Promise<void> {
  const ids = [...new Set(film.people.values())].map(identityOf);
  const known = new Map((await library.identitiesOf(ids)).map((row) => [row.identity_id, row]));
  const at = new Date().toISOString();
  const rows = [...new Set(film.people.values())].map((person) => {
    const identity_id = identityOf(person);
    const own = [...film.people].flatMap(([track_id, who]) => (who === person ? [track_id] : []));
    const row = known.get(identity_id);
    return row
      ? { ...row, track_ids: [...row.track_ids, ...own], updated_at: at }
      : {
          identity_id,
          name: null,
          track_ids: own,
          merged_into: null,
          split_from: null,
          created_at: at,
          updated_at: at,
        };
  });
  await library.write(async (writer) => {
    await writer.stageTracks(film.tracks);
    await writer.putIdentities(rows);
    await writer.commitVideo(film.video);
  });
}

async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

try {
  const { tracks, people } = await library.counts();
  let next = (await library.videos()).length;
  print(`${tracks} tracks, ${people} people; processor ms: first of a process, first after a change, later`);
  for (const [name, ask] of Object.entries(questions)) {
    if (!name.includes(only)) continue;
    const first: number[] = [],
      later: number[] = [];
    const fresh = createServices(settings, silent as unknown as Logger);
    const film = made.film(0, newId('run'));
    const began = await processorMs(() => ask(fresh, film));
    await fresh.close();
    await ask(services, film);
    for (let n = 0; n < Number(values.times); n++) {
      const film = made.film(next++, newId('run'));
      await writeOne(film);
      first.push(await processorMs(() => ask(services, film)));
      later.push(await processorMs(() => ask(services, film)));
    }
    print(`${name}: ${[began, percentile(first, 0.5), percentile(later, 0.5)].map((ms) => ms.toFixed(0)).join(' · ')}`);
  }
} finally {
  await services.close();
  await library.close();
}
