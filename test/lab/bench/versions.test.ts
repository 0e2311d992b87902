import { expect, test } from 'vitest';
import type { VersionRun } from '../../../lab/bench/versions/compare-versions.js';
import { processorTime, spentBetween } from '../../../lab/bench/versions/processor-time.js';
import { versionsText } from '../../../lab/bench/versions/report-versions.js';

test('what was spent between two moments, the busiest thread first, also of threads that came later', () => {
  const before = { main: 1, threads: new Map([['7', 2]]), children: 0.5 };
  const after = {
    main: 1.5,
    threads: new Map([
      ['7', 3],
      ['9', 4],
    ]),
    children: 2.5,
  };
  expect(spentBetween(before, after)).toEqual({ main: 0.5, threads: [4, 1], children: 2, all: 7.5 });
});

test.runIf(process.platform === 'linux')('the time of this process grows with its work', async () => {
  const before = await processorTime(process.pid);
  const until = process.cpuUsage().user + 60_000;
  while (process.cpuUsage().user < until);
  const after = await processorTime(process.pid);
  expect(before && after && spentBetween(before, after).all).toBeGreaterThan(0.03);
  expect(await processorTime(2 ** 30)).toBeNull();
});

test('ratios are those of the rounds', () => {
  const run = (wall_s: number, all: number): VersionRun => ({
    wall_s,
    cpu: { main: 1, threads: [all - 2], children: 1, all },
    peak_mb: 400,
    identities: 2,
    faces_seen: 9,
    faces_kept: 8,
  });
  const rounds = [
    { baseline: run(10, 12), present: run(5, 9) },
    { baseline: run(20, 12), present: run(6, 9) },
    { baseline: run(12, 12), present: run(3, 9) },
  ];
  const text = versionsText([{ footage: { what: '720p', file: '', seconds: 60 }, rounds }], {
    name: 'abc1234',
    bin: '',
  });
  expect(text).toContain('| 720p | abc1234 | 12.00 s | 5.0 s | 1.00 | 1.0 · 10.0 · 0.0 · 1.0 | 400 MB | 2, 8 of 9 |');
  expect(text).toContain('| now | 5.00 s | 12.0 s |');
  expect(text).toContain('| 0.30 (0.25–0.50) | 0.75 (0.75–0.75) |');
});
