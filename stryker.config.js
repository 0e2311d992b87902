// Mutation testing of the pure maths: which changes to src/domain does no test notice? See CONTRIBUTING.md.
export default {
  mutate: ['src/domain/**/*.ts'],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: 'build/mutation/incremental.json',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  htmlReporter: { fileName: 'build/mutation/report.html' },
  jsonReporter: { fileName: 'build/mutation/report.json' },
  tempDirName: 'build/mutation/sandbox',
  // Copied for each run: only what the tests of the domain read.
  ignorePatterns: ['*', '!src', '!src/**', '!test', '!test/**', '!*.json', '!*.ts'],
  concurrency: 2,
  timeoutMS: 5000,
  thresholds: { high: 90, low: 80, break: 80 },
};
