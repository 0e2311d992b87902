/** A report as one page that needs nothing beside itself: no script, no request. */
import { certaintySection } from './certainty.js';
import { heatMapSection } from './heat-map.js';
import { type Html, html } from './html.js';
import { photosSection } from './photos.js';
import { peopleSection } from './people.js';
import { counted, lasting, type Report } from './report.js';
import { STYLE } from './style.js';
import { timelinesSection } from './timelines.js';

/** Nothing is fetched and nothing runs, whatever a film is called. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** @returns the file, UTF-8 */
export function reportPage(report: Report): string {
  const { title, date, totals, made_by } = report;
  const sections: [string, string, Html][] = [
    ['people', 'Who', peopleSection(report)],
    ['timelines', 'When', timelinesSection(report)],
    ...(report.photos.length > 0 ? [['photos', 'In photos', photosSection(report)] as [string, string, Html]] : []),
    ['together', 'With whom', heatMapSection(report)],
    ['certainty', 'How sure', certaintySection(report)],
  ];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title><style>${STYLE}</style></head>
<body><header><h1>${title}</h1>
<p class="lead">${counted(totals.people, 'person', 'people')} in ${counted(totals.films, 'film')} of ${lasting(totals.seconds)}, ${counted(totals.appearances, 'appearance')}${totals.photos > 0 && html`; ${counted(totals.photos, 'photo')}`}</p>
<nav aria-label="Sections"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav></header>
<main>${sections.map(
    ([id, name, body]) =>
      html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${name}</h2>${body}</section>`,
  )}</main>
<footer>Made by ${made_by} on ${date}, on the machine where the films are. Faces are personal data: think before you pass this on.</footer></body></html>
`.text;
}
