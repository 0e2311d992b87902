/** When they are on screen: a film strip over a timeline a film, and the same as a table. */
import { type Html, html } from './html.js';
import { faceOf } from './people.js';
import {
  counted,
  lasting,
  type Report,
  type ReportBar,
  type ReportFilm,
  type ReportRow,
  shortClock,
} from './report.js';
import { ownColour } from './style.js';

const TICKS = 5;
/** Appearances that the words for a row name. */
const SAID = 6;

export function timelinesSection({ films }: Report): Html {
  return html`<ul class="legend">
<li><span class="bars" aria-hidden="true"><i></i></span>on screen</li>
<li><span class="bars" aria-hidden="true"><i class="doubt"></i></span>in doubt: less like their other faces than strangers may be</li>
<li><span class="bars" aria-hidden="true"><i class="gap"></i></span>not looked at</li></ul>
${films.map(filmOf)}`;
}

function filmOf(film: ReportFilm, index: number): Html {
  const { title, rows, rows_left_out, missing, start_s, end_s } = film;
  const id = `film-${index + 1}`;
  const bars = rows.flatMap((row) => row.bars.map((bar) => ({ row, bar })));
  return html`<section class="film" aria-labelledby="${id}"><h3 id="${id}">${title} <span class="faint">${lasting(end_s - start_s)}</span></h3>
${stripOf(film)}${missing !== null && html`<p class="faint over">${missing}: no frames of it.</p>`}
${rows.length === 0 ? html`<p>Nobody was found here.</p>` : html`<div class="axis" aria-hidden="true">${ticksOf(film)}</div><ul class="rows">${rows.map((row) => rowOf(row, film))}</ul>`}
${rows_left_out > 0 && html`<p class="faint">${counted(rows_left_out, 'more person', 'more people')} with less time on screen ${rows_left_out === 1 ? 'is' : 'are'} left out here.</p>`}
${
  bars.length > 0 &&
  html`<details><summary>${counted(bars.length, 'appearance')} as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Appearances in ${title}"><table><thead><tr><th scope="col">Who</th><th scope="col" class="n">From</th><th scope="col" class="n">To</th><th scope="col" class="n">Lasts</th><th scope="col" class="n">Score</th></tr></thead><tbody>${bars
    .sort((a, b) => a.bar.start_s - b.bar.start_s)
    .map(({ row, bar }) => tableRow(row, bar))}</tbody></table></div></details>`
}</section>`;
}

function stripOf({ strip, title }: ReportFilm): Html | false {
  if (strip.pictures.length === 0) return false;
  const what = strip.of === 'frames' ? 'Frames' : 'Faces';
  const times = strip.pictures.map((p) => shortClock(p.time_s)).join(', ');
  return html`<div class="over strip${strip.of === 'faces' && ' faces'}" role="img" aria-label="${what} of ${title} at ${times}">${strip.pictures.map(
    (p) => html`<img src="${p.src}" alt="" title="${p.alt}">`,
  )}</div>`;
}

function ticksOf({ start_s, end_s }: ReportFilm): Html[] {
  const fine = end_s - start_s < 60;
  return Array.from(
    { length: TICKS },
    (_, i) => html`<span>${shortClock(start_s + ((end_s - start_s) * i) / (TICKS - 1), fine)}</span>`,
  );
}

function rowOf({ person, bars }: ReportRow, film: ReportFilm): Html {
  const seconds = bars.reduce((s, b) => s + b.end_s - b.start_s, 0);
  return html`<li style="${ownColour(person.index)}"><div class="who">${faceOf(person, true)}<span>${person.label}<small>${lasting(seconds)}</small></span></div>
<div class="bars" role="img" aria-label="${wordsOf(bars)}">${film.gaps.map((g) => html`<i class="gap" style="${place(g, film)}"></i>`)}${bars.map(
    (b) => html`<i${b.in_doubt && html` class="doubt"`} style="${place(b, film)}"></i>`,
  )}</div></li>`;
}

function wordsOf(bars: readonly ReportBar[]): string {
  const said = bars
    .slice(0, SAID)
    .map((b) => `${shortClock(b.start_s, true)} to ${shortClock(b.end_s, true)}${b.in_doubt ? ' (in doubt)' : ''}`);
  const more = bars.length - said.length;
  return `On screen ${said.join(', ')}${more > 0 ? ` and ${more} times more` : ''}`;
}

function place({ start_s, end_s }: { start_s: number; end_s: number }, film: ReportFilm): string {
  const whole = Math.max(1e-6, film.end_s - film.start_s);
  const at = (s: number): number => (100 * Math.min(whole, Math.max(0, s - film.start_s))) / whole;
  return `left:${at(start_s).toFixed(3)}%;width:${(at(end_s) - at(start_s)).toFixed(3)}%`;
}

function tableRow({ person }: ReportRow, bar: ReportBar): Html {
  const score = bar.score === null ? 'none' : bar.score.toFixed(2);
  return html`<tr><th scope="row">${person.label}</th><td class="n">${shortClock(bar.start_s, true)}</td><td class="n">${shortClock(bar.end_s, true)}</td><td class="n">${(bar.end_s - bar.start_s).toFixed(1)} s</td><td class="n">${score}${bar.in_doubt && html` <span class="mark">in doubt</span>`}</td></tr>`;
}
