/** Who is in the photos: these have no time, but perhaps a date. */
import { takenWords } from '../photos.js';
import { type Html, html } from './html.js';
import type { Report, ReportPhoto } from './report.js';

export function photosSection({ photos }: Report): Html {
  return html`<ul class="photos">${photos.map(pictureOf)}</ul>`;
}

function pictureOf({ title, taken_at, src, people }: ReportPhoto): Html {
  const who = people.map((p) => p.label).join(', ');
  return html`<li><figure>${src !== null && html`<img src="${src}" alt="${who}">`}<figcaption><strong>${who}</strong> ${takenWords(taken_at)}, ${title}</figcaption></figure></li>`;
}
