/** Films that are not upright and don't say so: real faces, the real pack. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { turnedWords } from '../../../src/services/indexing/turned-film.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { loungeClip, servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

/** Two seconds of the lounge through filters. */
async function filmed(filters: string): Promise<string> {
  const file = path.join(await temporaryFolder(), 'film.mp4');
  const made = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', file];
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-t', '2', '-i', await loungeClip(), '-vf', filters, ...made]);
  return file;
}

async function indexed(filters: string): Promise<string[]> {
  const services = servicesAt(await temporaryFolder());
  const { warnings, coverage } = await services.indexing.indexVideo({ source: await filmed(filters) });
  expect(coverage.ended_early).toBe(warnings[0] ?? null);
  return warnings;
}

it.each([
  ['hflip,vflip', /^Its faces are upside down: .*`ffmpeg -i FILE -vf hflip,vflip NEW`/],
  ['transpose=2', /^Its faces are on their side: .*`ffmpeg -i FILE -vf transpose=1 NEW`/],
])(
  'says of a film turned by %s that its faces are not upright, and what makes them so',
  async (filters, words) => {
    expect(await indexed(filters)).toEqual([expect.stringMatching(words)]);
  },
  60_000,
);

it.each(['hflip', 'null'])(
  'says nothing of an upright one (%s)',
  async (filters) => {
    expect(await indexed(filters)).toEqual([]);
  },
  60_000,
);

it('tells a poor film that is turned from one that is upright, and looks at no good one again', async () => {
  const pipeline = await openPrepared({ modelsDir: loadSettings().modelsDir, packId: 'fast', threads: 1 });
  const tools = await systemTools();
  const { signal } = new AbortController();
  const decoded = [{ start_s: 0, end_s: 2 }];
  const blurred = await fileSource(await filmed('gblur=8'));
  const film = { probe: await probeVideo(blurred, tools), tools };
  const poor = { faces_seen: 9, decoded, tracks: [{ quality: 0.1, presence: decoded }] };
  try {
    expect(await turnedWords(blurred, poor, film, pipeline, signal)).toBeNull();
    const side = await fileSource(await filmed('transpose=1'));
    const told = await turnedWords(side, poor, { probe: await probeVideo(side, tools), tools }, pipeline, signal);
    expect(told).toMatch(/^Its faces are on their side: .*`ffmpeg -i FILE -vf transpose=2 NEW`/);
    const gone = await fileSource(await filmed('hflip,vflip'));
    const good = { ...poor, tracks: [...poor.tracks, { quality: 0.5, presence: decoded }] };
    expect(await turnedWords(gone, good, film, pipeline, signal)).toBeNull();
    expect(await turnedWords(gone, { ...poor, faces_seen: 0, tracks: [] }, film, pipeline, signal)).toBeNull();
  } finally {
    await pipeline.close();
  }
}, 60_000);
