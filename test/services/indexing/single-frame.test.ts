/** A film of one frame, beside the photo that it is made of. */
import path from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { createServices } from '../../../src/services/create-services.js';
import { temporaryFolder } from '../../support/libraries/index-footage.js';
import { groupPhotoFile } from '../../support/pictures/group-photo.js';
import { systemTools } from '../../support/servers/tools.js';

it('tells whom the photo tells', { timeout: 60_000 }, async () => {
  const home = await temporaryFolder(),
    photo = path.join(home, 'photo.png'),
    film = path.join(home, 'film.mp4');
  const { ffmpeg } = await systemTools();
  const make = (...args: string[]) => promisify(execFile)(ffmpeg, ['-v', 'error', ...args]);
  // Small, so that two of three are seen worse than a glimpse may be beside somebody else.
  await make('-i', await groupPhotoFile(), '-vf', 'scale=900:-2', photo);
  await make('-framerate', '5', '-i', photo, '-pix_fmt', 'yuv420p', film);
  const services = createServices({ ...loadSettings(), home, pack: 'fast' }, pino({ level: 'silent' }));
  onTestFinished(() => services.close());
  const told = await services.indexing.indexVideo({ source: photo });
  expect(told.identities_total).toBe(3);
  expect(await services.indexing.indexVideo({ source: film })).toMatchObject({ duration_s: 0.2, identities_total: 3 });
});
