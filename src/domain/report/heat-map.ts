/** Who is with whom: seconds on screen at once, the warmer the longer. */
import { type Html, html } from './html.js';
import { lasting, type Report, type ReportPair, type ReportPerson, shortClock } from './report.js';

/** Of the heat's colour in the warmest cell, so that its text stays readable, percent. */
const WARMEST = 42;
const LEAST = 6;

export function heatMapSection({ people, heat_people, pairs }: Report): Html {
  const shown = people.slice(0, heat_people);
  if (shown.length < 2) return html`<p>There are not two people to be together.</p>`;
  const most = Math.max(...pairs.map((p) => p.seconds), 0);
  const byPair = new Map(pairs.map((p) => [`${p.a} ${p.b}`, p]));
  const cell = (row: ReportPerson, column: ReportPerson): Html => {
    if (row === column) return html`<td class="own"><span title="on screen in all">${brief(row.seconds)}</span></td>`;
    const pair = byPair.get(`${Math.min(row.index, column.index)} ${Math.max(row.index, column.index)}`);
    if (!pair) return html`<td class="none" style="--h:0%">0</td>`;
    const share = LEAST + ((WARMEST - LEAST) * pair.seconds) / Math.max(most, 1e-9);
    return html`<td style="--h:${share.toFixed(0)}%">${brief(pair.seconds)}</td>`;
  };
  return html`<p class="faint">How long both are in the picture at once; on the diagonal, on screen in all.</p><div class="scroll" tabindex="0" role="region" aria-label="Who is with whom, as a table"><table class="heat">
<thead><tr><td class="own"></td>${shown.map((p) => html`<th scope="col"><span>${p.label}</span></th>`)}</tr></thead>
<tbody>${shown.map((row) => html`<tr><th scope="row">${row.label}</th>${shown.map((column) => cell(row, column))}</tr>`)}</tbody></table></div>
${pairsList(pairs, people)}`;
}

/** The longest, in words. */
function pairsList(pairs: readonly ReportPair[], people: readonly ReportPerson[]): Html | false {
  const longest = [...pairs].sort((a, b) => b.seconds - a.seconds).slice(0, 3);
  if (longest.length === 0) return html`<p>No two of them are ever in the picture at once.</p>`;
  const words = longest.map(
    (p) =>
      html`<li>${people[p.a]?.label ?? ''} and ${people[p.b]?.label ?? ''}: ${lasting(p.seconds)}, ${p.times === 1 ? 'once' : `${p.times} times`}</li>`,
  );
  return html`<p class="faint">Longest together:</p><ul>${words}</ul>`;
}

/** "9.0 s", "1:02". */
function brief(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : shortClock(seconds);
}
