/** How sure it is, and what was looked at. */
import { type Html, html } from './html.js';
import type { Report, ReportFilm } from './report.js';

const REASONS: Readonly<Record<string, string>> = {
  cut_off: 'cut off by the edge',
  too_small: 'too small',
  low_score: 'hardly a face',
  profile: 'from the side',
  blurred: 'blurred',
  low_norm: 'too poor to compare',
};

export function certaintySection({ uncertainty, left_out, threshold, films }: Report): Html {
  const notes = [
    ...uncertainty,
    ...(threshold === null
      ? []
      : [
          `A score says how alike a face is to the others of its person, from -1 to 1; two faces are held to be one person's from ${threshold.toFixed(2)} on.`,
        ]),
    'Who is who was found by comparing faces, not told by anybody but where there is a name. That somebody is not listed means that no good face of them was seen in what was looked at.',
    ...(left_out.length > 0 ? [`Left out: ${left_out.join('; ')}.`] : []),
  ];
  return html`<ul>${notes.map((n) => html`<li>${n}</li>`)}</ul>
<div class="scroll" tabindex="0" role="region" aria-label="What was looked at, as a table"><table><caption>What was looked at</caption>
<thead><tr><th scope="col">Film</th><th scope="col" class="n">Looked at</th><th scope="col" class="n">Pictures a second</th><th scope="col" class="n">Faces seen</th><th scope="col" class="n">Good enough</th><th scope="col">The others were</th></tr></thead>
<tbody>${films.map(rowOf)}</tbody></table></div>`;
}

function rowOf({ title, coverage: c }: ReportFilm): Html {
  const gated = Object.entries(c.gated)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${n} ${REASONS[reason] ?? reason}`);
  return html`<tr><th scope="row">${title}${c.ended_early !== null && html` <span class="mark">not all was looked at: ${c.ended_early}</span>`}${c.notes.map((note) => html` <span class="mark">${note}</span>`)}</th><td class="n">${c.share}</td><td class="n">${c.sample_fps}</td><td class="n">${c.faces_seen}</td><td class="n">${c.faces_kept}</td><td>${gated.join(', ') || 'none'}</td></tr>`;
}
