import os from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests of the built program have projects of their own: only they pay for the build, and for footage.
const built = ['test/**/*.built.test.ts', 'test/cli/*.test.ts'];
const endToEnd = ['test/e2e/*.test.ts'];
const maths = ['test/domain/**/*.test.ts'];
const timed = ['test/**/*.speed.test.ts'];
/** Against Azure's emulator, which is too large to be a dependency: where one runs (see the file). */
const elsewhere = process.env['ROLLCALL_TEST_AZURITE'] ? [] : ['test/store/places/azure-store.built.test.ts'];
const ffmpeg = 'test/support/servers/ffmpeg-on-path.ts',
  bundle = 'test/support/servers/build-bundle.ts',
  footage = 'test/e2e/make-footage.ts';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Vitest would leave a core idle, of two one.
    maxWorkers: Math.max(2, os.availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: ['test/**/*.test.ts'],
          exclude: [...built, ...endToEnd, ...maths, ...timed],
          globalSetup: ffmpeg,
        },
      },
      {
        extends: true,
        // Pure functions: nothing of one file can reach another, and processes of their own take longer than the tests.
        test: { name: 'domain', include: maths, exclude: timed, isolate: false },
      },
      {
        extends: true,
        test: { name: 'built', include: built, exclude: [...timed, ...elsewhere], globalSetup: [ffmpeg, bundle] },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: endToEnd,
          exclude: timed,
          globalSetup: [ffmpeg, bundle, footage],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // After everything else: each keeps more than one core busy.
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'speed',
          include: timed,
          globalSetup: [ffmpeg, bundle, footage],
          hookTimeout: 180_000,
          // Alone: what they measure is time.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
