/**
 * What indexing finds in films, to be judged by eye: `npx tsx lab/look/main.ts FILM… [--home FOLDER] [--into FOLDER]`.
 *
 * Each film is indexed, if the library at --home doesn't hold it yet (by default a library that is thrown away), and
 * drawn: frames spread evenly over it (--frames, 30) with each face that is in them, and its people, track by track,
 * with their pictures, quality, score and times; of several films also everybody in all of them.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger } from '../../src/config/logger.js';
import { loadSettings } from '../../src/config/settings.js';
import { createServices } from '../../src/services/create-services.js';
import { createResources } from '../../src/services/resources.js';
import { drawFrames } from './draw-frames.js';
import { drawPeople, readPeople } from './draw-people.js';
import { readFrames } from './read-frames.js';

const { values, positionals: films } = parseArgs({
  allowPositionals: true,
  options: {
    home: { type: 'string' },
    into: { type: 'string', default: 'build/look' },
    frames: { type: 'string', default: '30' },
    pack: { type: 'string' },
  },
});
if (films.length === 0) throw new RangeError('usage: main.ts FILM… [--home FOLDER] [--into FOLDER] [--frames N]');
const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
const { signal } = interrupt;
const home = values.home ?? (await mkdtemp(path.join(os.tmpdir(), 'rollcall-look-')));
const settings = loadSettings({ home, logLevel: 'error', ...(values.pack ? { pack: values.pack } : {}) });
const logger = createLogger('error');
try {
  await mkdir(values.into, { recursive: true });
  const video_ids: string[] = [];
  const services = createServices(settings, logger);
  try {
    for (const source of films) {
      process.stderr.write(`indexing ${path.basename(source)}\n`);
      video_ids.push((await services.indexing.indexVideo({ source: path.resolve(source) }, { signal })).video_id);
    }
  } finally {
    await services.close();
  }
  const resources = createResources(settings, logger);
  const peopleOf = async (ids: readonly string[], name: string): Promise<string> => {
    const { people, threshold } = await readPeople(resources, ids);
    return drawPeople(people, threshold, path.join(values.into, `${name}-people.png`));
  };
  try {
    for (const [i, video_id] of video_ids.entries()) {
      const name = path.parse(films[i] ?? video_id).name;
      const into = path.join(values.into, name);
      const frames = readFrames(resources, video_id, Number(values.frames), signal);
      const written = [...(await drawFrames(frames, into)), await peopleOf([video_id], name)];
      process.stdout.write(`${written.join('\n')}\n`);
    }
    if (video_ids.length > 1) process.stdout.write(`${await peopleOf([...new Set(video_ids)], 'all')}\n`);
  } finally {
    await resources.close();
  }
} finally {
  if (values.home === undefined) await rm(home, { recursive: true, force: true });
}
