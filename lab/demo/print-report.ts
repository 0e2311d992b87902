/** The result as text for a terminal. */
import type { Findings } from './ask.js';
import type { Report } from './checks.js';

const seconds = (s: number) => `${s.toFixed(1)} s`;

/** Tables of who is in the footage and who is with whom, then a line a check. */
export function reportText(findings: Findings, { rows, checks }: Report): string {
  const personOf = new Map(rows.flatMap((row) => (row.identity === null ? [] : [[row.identity, row.person]])));
  const name = (id: string) => personOf.get(id) ?? id;
  const people = table(
    ['person', 'found by a still as', 'answer', 'score', 'on screen', 'missed', 'extra', 'IoU'],
    rows.map((row) => [
      row.person,
      row.identity ?? 'not found',
      row.decision,
      row.score.toFixed(3),
      seconds(row.true_s),
      seconds(row.missed_s),
      seconds(row.extra_s),
      row.iou.toFixed(2),
    ]),
  );
  const absent = table(
    ['in no clip', 'answer', 'score', 'threshold'],
    findings.searches
      .filter(({ still }) => still.absent)
      .map((s) => [s.still.person, s.decision, s.score.toFixed(3), s.threshold.toFixed(3)]),
  );
  const pairs = table(
    ['together', 'with', 'for', 'times'],
    findings.pairs.slice(0, 10).map((p) => [name(p.a), name(p.b), seconds(p.seconds), String(p.times)]),
  );
  const verdicts = checks
    .map(({ ok, what, figure }) => `${ok ? 'PASS' : 'FAIL'}  ${what.padEnd(38)} ${figure}`)
    .join('\n');
  return [people, absent, pairs, verdicts].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((w) => '─'.repeat(w))), ...rows.map(line)].join('\n');
}
