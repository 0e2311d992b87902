/** A job over a folder of photos whose process is killed half way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import sharp from 'sharp';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createJobs } from '../../../../src/services/jobs/jobs.js';
import { servicesAt, temporaryFolder } from '../../../support/libraries/index-footage.js';
import { makePortraits } from '../../../support/pictures/portraits.js';

vi.setConfig({ testTimeout: 200_000 });

const CHILD = fileURLToPath(new URL('../index-process.ts', import.meta.url));
/** More than one commit of them. */
const PHOTOS = 120;

async function folderOfPhotos(): Promise<string> {
  const folder = await temporaryFolder();
  for (let i = 0; i < PHOTOS; i++) {
    const file = path.join(folder, `${String(i).padStart(3, '0')}.png`);
    const create = { width: 48, height: 48, channels: 3 as const, background: { r: i, g: 255 - i, b: 90 } };
    await sharp({ create }).png().toFile(file);
  }
  const [looks = []] = (await makePortraits(path.join('build', 'portraits'))).values();
  // Somebody is in some of each hundred.
  for (const [i, look] of looks.slice(0, 3).entries())
    await copyFile(look, path.join(folder, `${i * 50}0 portrait.jpg`));
  return folder;
}

it('goes on with those that were not committed, and loses none', async () => {
  const folder = await folderOfPhotos(),
    home = path.join(await temporaryFolder(), 'home');
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, home, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface(child.stdout)) {
    const [, nth = 0] = /^photo (\d+) of/.exec(line) ?? [];
    if (Number(nth) > 104) break;
  }
  child.kill('SIGKILL');
  await once(child, 'exit');

  const services = servicesAt(home);
  const committed = new Map((await services.library.videos()).videos.map((v) => [v.video_id, v.indexed_at]));
  expect(committed.size).toBe(100);
  const jobs = createJobs({ home, services: async () => services, logger: pino({ level: 'silent' }) });
  onTestFinished(() => jobs.close());
  jobs.adopt();
  const [left] = await jobs.list();
  const done = await jobs.wait(left?.job_id ?? '', { wait_s: 150 });
  expect(done).toMatchObject({ state: 'done', error: null });
  const { videos: all } = await services.library.videos();
  expect(all).toHaveLength(PHOTOS + 3);
  for (const { video_id, indexed_at } of all)
    if (committed.has(video_id)) expect(indexed_at).toBe(committed.get(video_id));
  // What the job says of them is whole, too.
  expect(done.kind === 'index_video' && new Set(done.videos.map((v) => v.source)).size).toBe(PHOTOS + 3);
  expect((await services.identities.list({})).identities.reduce((n, p) => n + (p.photos ?? 0), 0)).toBe(3);
});
