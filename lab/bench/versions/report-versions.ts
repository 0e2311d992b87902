/** The comparison of versions as Markdown. */
import { type Spread, spread } from '../spread.js';
import type { Version } from './build-version.js';
import type { Comparison, VersionRun } from './compare-versions.js';

/** Medians of the rounds; the ratio is that of the rounds, with its spread. */
export function versionsText(comparisons: readonly Comparison[], baseline: Version): string {
  const rows = comparisons.flatMap(({ footage, rounds }) => {
    const base = rounds.map((r) => r.baseline),
      now = rounds.map((r) => r.present);
    const ratio = spread(rounds.map((r) => r.present.wall_s / r.baseline.wall_s));
    const cpu = rounds.flatMap(({ present: p, baseline: b }) => (p.cpu && b.cpu ? [p.cpu.all / b.cpu.all] : []));
    return [
      [footage.what, baseline.name, ...figures(base, footage.seconds), '1', '1'],
      ['', 'now', ...figures(now, footage.seconds), ranged(ratio), cpu.length > 0 ? ranged(spread(cpu)) : '–'],
    ];
  });
  return [
    `Indexing by the built servers, ${baseline.name} against now, in turn, ${comparisons[0]?.rounds.length ?? 0} rounds (medians; least–greatest):`,
    '',
    '| footage | version | wall | footage a second | processor ÷ wall | main · busiest threads · ffmpeg, s | peak | people, faces kept of seen | wall ÷ baseline | processor ÷ baseline |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

function figures(runs: readonly VersionRun[], seconds: number): string[] {
  const wall = spread(runs.map((r) => r.wall_s)).median;
  const spent = runs.flatMap((r) => r.cpu ?? []);
  const busy = runs.flatMap((r) => (r.cpu ? [r.cpu.all / r.wall_s] : []));
  const peaks = runs.flatMap((r) => r.peak_mb ?? []);
  const last = runs.at(-1);
  const middle = (values: readonly number[], digits: number) =>
    values.length > 0 ? spread(values).median.toFixed(digits) : '–';
  const thread = (n: number) => spent.map((s) => s.threads[n] ?? 0);
  return [
    `${wall.toFixed(2)} s`,
    `${(seconds / wall).toFixed(1)} s`,
    middle(busy, 2),
    [spent.map((s) => s.main), thread(0), thread(1), spent.map((s) => s.children)].map((v) => middle(v, 1)).join(' · '),
    `${middle(peaks, 0)} MB`,
    `${last?.identities ?? 0}, ${last?.faces_kept ?? 0} of ${last?.faces_seen ?? 0}`,
  ];
}

function ranged({ median, min, max, n }: Spread): string {
  return n > 1 ? `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})` : median.toFixed(2);
}
