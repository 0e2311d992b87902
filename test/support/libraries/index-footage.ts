/** The footage of the end-to-end tests, and real services over a new library, for tests in one process. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { makeFootage } from '../../../lab/footage/make-footage.js';
import { loadSettings, type Settings } from '../../../src/config/settings.js';
import { createServices, type Services } from '../../../src/services/create-services.js';
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
