/** Films that are not upright and don't say so: real faces, the real pack. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadSettings } from '../../../../src/config/settings.js';
import { probeVideo } from '../../../../src/media/film/probe.js';
import { type SeenOfFilm, turnedWords } from '../../../../src/services/indexing/film/turned-film.js';
import type { Source } from '../../../../src/media/sources/source.js';
import type { FacePipeline } from '../../../../src/vision/pipeline.js';
import { openPrepared } from '../../../../src/weights/open-prepared.js';
import { loungeClip, servicesAt, temporaryFolder } from '../../../support/libraries/index-footage.js';
import { fileSource } from '../../../support/pictures/sources.js';
import { systemTools } from '../../../support/servers/tools.js';

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
  expect(coverage).toMatchObject({ ended_early: null });
  expect(coverage.notes ?? []).toEqual(warnings);
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

it('asks a film that was watched in parts once, when all were, and says it from then on', async () => {
  const services = servicesAt(await temporaryFolder());
  const { indexVideo } = services.indexing;
  const source = await filmed('hflip,vflip');
  const words = expect.stringMatching(/^Its faces are upside down: /) as string;
  for (const part of [{ end_s: 1 }, { start_s: 1 }]) {
    const { warnings, coverage } = await indexVideo({ source, ...part }, { key: 'job', isPart: true });
    expect([warnings, coverage.notes]).toEqual([[], undefined]);
  }
  expect((await indexVideo({ source }, { key: 'job' })).warnings).toEqual([]);
  for (let times = 0; times < 2; times++) {
    const { coverage, warnings } = await indexVideo({ source }, { key: 'job', afterParts: true });
    expect([warnings, coverage.notes, coverage.ended_early]).toEqual([[words], [words], null]);
  }
  expect((await services.library.videos()).videos).toEqual([
    expect.objectContaining({ notes: [words], ended_early: null }),
  ]);
}, 60_000);

it('tells a poor film that is turned from one that is upright, and looks at no good one again', async () => {
  const pipeline = await openPrepared({ modelsDir: loadSettings().modelsDir, packId: 'fast', threads: 1 });
  const tools = await systemTools();
  let looks = 0;
  const detect: FacePipeline['detect'] = (...asked) => {
    looks += 1;
    return pipeline.detect(...asked);
  };
  const at = { pipeline: () => Promise.resolve({ ...pipeline, detect }), ffmpeg: () => Promise.resolve(tools) };
  const told = async (file: Source<'file'>, seen: SeenOfFilm) =>
    turnedWords(file, seen, await probeVideo(file, tools), at, signal);
  const { signal } = new AbortController();
  const decoded = [{ start_s: 0, end_s: 2 }];
  const blurred = await fileSource(await filmed('gblur=8'));
  const poor = { faces_seen: 9, decoded, tracks: [{ quality: 0.1, presence: decoded }] };
  try {
    expect(await told(blurred, poor)).toBeNull();
    // As given and three turns, until three of five can't agree any more; where nobody was told, once.
    expect(looks).toBe(3 * 4);
    expect(await told(blurred, { ...poor, tracks: [] })).toBeNull();
    expect(looks).toBe(4 * 4);
    const side = await fileSource(await filmed('transpose=1'));
    expect(await told(side, poor)).toMatch(/^Its faces are on their side: .*`ffmpeg -i FILE -vf transpose=2 NEW`/);
    const gone = await fileSource(await filmed('hflip,vflip'));
    expect(await told(gone, { ...poor, tracks: [] })).toMatch(/^Its faces are upside down/);
    const good = { ...poor, tracks: [...poor.tracks, { quality: 0.5, presence: decoded }] };
    expect(await told(gone, good)).toBeNull();
    expect(await told(gone, { ...poor, faces_seen: 0, tracks: [] })).toBeNull();
  } finally {
    await pipeline.close();
  }
}, 60_000);
