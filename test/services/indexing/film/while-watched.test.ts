/** Films that are written to while they are watched: real films, the real pack. */
import { appendFile, copyFile, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { WorkContext } from '../../../../src/services/progress.js';
import { ffmpeg } from '../../../e2e/workplace.js';
import { loungeClip, servicesAt, temporaryFolder } from '../../../support/libraries/index-footage.js';

/** Runs once something of the film was watched, and is through before more is. */
function once(change: () => Promise<void>): { context: WorkContext; through: () => Promise<void> | undefined } {
  let changing: Promise<void> | undefined;
  const onProgress: WorkContext['onProgress'] = ({ stage, fraction }) => {
    if (stage === 'watching' && fraction > 0) changing ??= change();
  };
  return { context: { onProgress }, through: () => changing };
}

it('keeps nothing of a film whose bytes became others, and says that it is to be indexed again', async () => {
  const folder = await temporaryFolder(),
    source = path.join(folder, 'film.mkv');
  const film = await ffmpeg(['-i', await loungeClip(), '-t', '3', '-c', 'copy'], path.join(folder, 'one.mkv'));
  const other = await ffmpeg(['-i', await loungeClip(), '-vf', 'hflip', '-t', '3'], path.join(folder, 'other.mkv'));
  const services = servicesAt(path.join(folder, 'home'));
  const changes = {
    overwritten: async () => writeFile(source, await readFile(other)),
    replaced: () => rename(other, source),
    'cut off': () => truncate(source, 50_000),
  };
  for (const [how, change] of Object.entries(changes)) {
    await copyFile(film, source);
    const { context, through } = once(change);
    const said = services.indexing.indexVideo({ source }, context);
    await expect(said, how).rejects.toMatchObject({
      code: 'busy',
      message: 'film.mkv was overwritten or replaced while it was watched: nothing of it was kept.',
      hint: expect.stringContaining('Index it again') as string,
    });
    await through();
  }
  expect((await services.library.state()).videos).toBe(0);
}, 60_000);

it('keeps what was there of a film that grows, and says so; one that is touched or gone is whole', async () => {
  const folder = await temporaryFolder(),
    source = path.join(folder, 'film.mkv');
  const film = await ffmpeg(['-i', await loungeClip(), '-t', '2', '-c', 'copy'], path.join(folder, 'one.mkv'));
  const services = servicesAt(path.join(folder, 'home'));
  const after = async (change: () => Promise<void>) => {
    await copyFile(film, source);
    const { context, through } = once(change);
    const { coverage, video_id } = await services.indexing.indexVideo({ source, force: true }, context);
    expect(through()).toBeDefined();
    return { video_id, said: coverage.ended_early };
  };
  const grown = await after(() => appendFile(source, Buffer.alloc(5000)));
  expect(grown.said).toMatch(/The file went on growing while it was watched: index it again once it is complete\.$/);
  const touched = await after(() => utimes(source, new Date(), new Date()));
  expect(touched).toEqual({ video_id: grown.video_id, said: null });
  expect(await after(() => rm(source))).toEqual(touched);
}, 60_000);
