/** The whole report as text. */
import { intervalText, trialsText, valueText } from './format-measure.js';
import type { EvaluationReport } from './report.js';

export function reportText(report: EvaluationReport): string {
  const rows = report.sections.flatMap((section) =>
    section.measures.map((m) => [m.set, m.condition, m.measure, valueText(m), intervalText(m), trialsText(m)] as const),
  );
  const head = ['set', 'condition', 'measure', 'value', '95 % interval', 'n'] as const;
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => (row[k] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, k) => (k < 3 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0)))
      .join('  ')
      .trimEnd();
  const sections = report.sections.flatMap(({ section, measures, left_out, wall_s }) => [
    `\n## ${section} (${wall_s.toFixed(0)} s)`,
    ...(measures.length > 0 ? [line(head)] : []),
    ...measures.map((m) => line([m.set, m.condition, m.measure, valueText(m), intervalText(m), trialsText(m)])),
    ...left_out.map(({ what, why }) => `left out: ${what}: ${why}`),
  ]);
  const { fresh, cached } = report.faces;
  return [
    `rollcall-mcp ${report.version}, pack ${report.pack}, ${report.made_at}`,
    report.machine,
    `thresholds chosen on: ${report.calibrated_on} (figures of that set flatter them)`,
    `faces: ${fresh} embedded now, ${cached} from an earlier run's cache`,
    ...sections,
  ].join('\n');
}
