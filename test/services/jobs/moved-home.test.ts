/** A library that is moved while a server has it open. */
import { rename, stat } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import { loungeClip, servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';

it('starts no job, and makes no home that would be in the way of putting the library back', async () => {
  const home = path.join(await temporaryFolder(), 'home'),
    services = servicesAt(home);
  const jobs = createJobs({ home, services: () => Promise.resolve(services), logger: pino({ level: 'silent' }) });
  onTestFinished(() => jobs.close());
  expect((await services.library.state()).videos).toBe(0);
  await rename(home, `${home}-moved`);
  const request = { source: await loungeClip() };
  await expect(jobs.start('index_video', request)).rejects.toMatchObject({
    code: 'incompatible_library',
    message: expect.stringContaining('no longer there') as string,
  });
  await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
});
