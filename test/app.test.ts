import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createApp } from '../src/app.js';
import { loadSettings } from '../src/config/settings.js';

it('has nobody wait once waits were ended, also where the first comes after that', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-app-'));
  const app = createApp(loadSettings({ home, pack: 'fast', threads: 1 }, {}), pino({ level: 'silent' }));
  onTestFinished(async () => {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  });
  const film = path.join(home, 'film.mp4');
  writeFileSync(film, 'no film');
  await app.endWaits();
  const jobs = await app.jobs();
  // It is queued alone: nothing of it is over so soon.
  const { job } = await jobs.start('index_video', { source: film });
  expect(await jobs.wait(job.job_id, { wait_s: 15 })).toMatchObject({
    state: expect.stringMatching(/^(queued|running)$/),
  });
});
