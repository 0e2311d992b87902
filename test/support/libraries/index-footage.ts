/** The footage of the end-to-end tests, and real services over a new library, for tests in one process. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { makeFootage } from '../../../lab/footage/make-footage.js';
import { loadSettings, type Settings } from '../../../src/config/settings.js';
import { createServices, type Services } from '../../../src/services/create-services.js';
import { ffmpeg } from '../../e2e/workplace.js';
import { testSet } from '../../e2e/test-set.js';

/** Made once and kept in build/, as in the end-to-end tests. @returns the clip in the lounge: a cut at 5 s */
export async function loungeClip(): Promise<string> {
  const cacheDir = fileURLToPath(new URL('../../../build/footage', import.meta.url));
  const { videos } = await makeFootage(
    testSet,
    { into: path.join(cacheDir, testSet.name), cacheDir },
    new AbortController().signal,
  );
  const found = videos.find(({ name }) => name === 'lounge.mp4');
  if (!found) throw new Error('no clip of the lounge');
  return found.file;
}

/** The beginning of each of its shots: the same people, and a cut at 2.2 s; for what is watched again and again. */
export async function shortClip(): Promise<string> {
  const lounge = await loungeClip(),
    // Not beside the clips: tests index their folder.
    file = path.join(path.dirname(lounge), '../short/lounge-short.mp4');
  const madeAt = (of: string) => stat(of).then(({ mtimeMs }) => mtimeMs);
  if ((await madeAt(file).catch(() => 0)) > (await madeAt(lounge))) return file;
  await mkdir(path.dirname(file), { recursive: true });
  const part = path.join(path.dirname(file), `part-${process.pid}.mp4`);
  const picked = "select='lt(t,2.2)+between(t,5,7.19)',setpts=N/15/TB";
  await ffmpeg(['-i', lounge, '-vf', picked, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'], part);
  await rename(part, file);
  return file;
}

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-indexing-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Services whose runs are kept after every sample; with the pack that takes the least time. */
export function openServices(home: string, others: Partial<Settings> = {}): Services {
  return createServices({ ...loadSettings(), ...others, home, pack: 'fast' }, pino({ level: 'silent' }), {
    checkpoint_ms: 0,
  });
}

/** Services that are closed when the test ends. */
export function servicesAt(home: string, others: Partial<Settings> = {}): Services {
  const services = openServices(home, others);
  onTestFinished(() => services.close());
  return services;
}
