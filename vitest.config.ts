import { defineConfig } from 'vitest/config';

// Tests of the built program have their own project: only they pay for the build.
const built = ['test/mcp/*.built.test.ts', 'test/cli/*.test.ts'];
const ffmpeg = 'test/support/ffmpeg-on-path.ts';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      { extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: built, globalSetup: ffmpeg } },
      { extends: true, test: { name: 'built', include: built, globalSetup: [ffmpeg, 'test/support/build-bundle.ts'] } },
    ],
  },
});
