/** Makes the clips once a run; unchanged ones are kept in build/ from run to run. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { makeFootage, type MadeFootage } from '../../lab/footage/make-footage.js';
import { testSet } from './test-set.js';

/** Footage as it reaches the tests: pictures by id in a plain object. */
export type TestFootage = Omit<MadeFootage, 'pictures'> & { pictures: Record<string, string> };

declare module 'vitest' {
  interface ProvidedContext {
    footage: TestFootage;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const cacheDir = fileURLToPath(new URL('../../build/footage', import.meta.url));
  const { pictures, ...made } = await makeFootage(
    testSet,
    { into: path.join(cacheDir, testSet.name), cacheDir },
    new AbortController().signal,
  );
  project.provide('footage', { ...made, pictures: Object.fromEntries(pictures) });
}
