/** The report as one HTML page that needs nothing else. */
import { curveSvg, escaped } from './curve-svg.js';
import { intervalText, trialsText, valueText } from './format-measure.js';
import type { EvaluationReport, SectionReport } from './report.js';

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1180px;padding:0 1rem;color:#1c2430}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}th,td{padding:.2rem .6rem;border-bottom:1px solid #e3e6ea;text-align:left}
td:nth-child(n+4),th:nth-child(n+4){text-align:right;font-variant-numeric:tabular-nums}.curves{display:flex;flex-wrap:wrap;gap:1rem}.left{color:#8a5a00}`;

export function reportHtml(report: EvaluationReport): string {
  const { fresh, cached } = report.faces;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rollcall evaluation, ${escaped(report.pack)}</title><style>${STYLE}</style></head><body>
<h1>Rollcall ${escaped(report.version)}, pack ${escaped(report.pack)}</h1>
<p>${escaped(report.made_at)} · ${escaped(report.machine)} · ${fresh} faces embedded now, ${cached} from an earlier run's cache</p>
<p>Thresholds chosen on: ${escaped(report.calibrated_on)} (figures of that set flatter them).</p>
${report.sections.map(sectionHtml).join('\n')}
</body></html>\n`;
}

function sectionHtml({ section, measures, curves, left_out, wall_s }: SectionReport): string {
  const rows = measures.map(
    (m) =>
      `<tr>${[m.set, m.condition, m.measure, valueText(m), intervalText(m), trialsText(m)].map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
  );
  return [
    `<h2>${escaped(section)}</h2><p>${wall_s.toFixed(0)} s</p>`,
    `<div class="curves">${curves.map(curveSvg).join('')}</div>`,
    rows.length > 0
      ? `<table><thead><tr><th>set</th><th>condition</th><th>measure</th><th>value</th><th>95 % interval</th><th>n</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`
      : '',
    ...left_out.map(({ what, why }) => `<p class="left">Left out: ${escaped(what)}: ${escaped(why)}</p>`),
  ].join('\n');
}
