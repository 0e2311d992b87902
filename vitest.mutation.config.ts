import { defineConfig } from 'vitest/config';

// What mutants of src/domain have to pass: unit tests alone, which need neither ffmpeg nor weights nor a build.
export default defineConfig({
  test: {
    isolate: false,
    include: ['test/domain/**/*.test.ts'],
    exclude: ['**/*.speed.test.ts'],
    testTimeout: 600_000,
  },
});
