/** Who there is: faces, names, how long. */
import { type Html, html } from './html.js';
import { counted, lasting, type Report, type ReportPerson } from './report.js';
import { ownColour } from './style.js';

export function faceOf({ face, index }: ReportPerson, small = false): Html {
  const css = `face${small ? ' small' : ''}`;
  // The name stands beside it: a text for the picture would only be read twice.
  return face === null
    ? html`<span class="${css}" style="${ownColour(index)}" aria-hidden="true"></span>`
    : html`<img class="${css}" style="${ownColour(index)}" src="${face}" alt="">`;
}

export function peopleSection({ people }: Report): Html {
  if (people.length === 0) return html`<p>Nobody was found in these films.</p>`;
  return html`<ul class="people">${people.map(cardOf)}</ul>`;
}

function cardOf(person: ReportPerson): Html {
  const { label, seconds, films, photos, appearances, in_doubt } = person;
  const parts = [
    ...(films > 0 || photos === 0
      ? [`${lasting(seconds)} in ${counted(films, 'film')}, ${counted(appearances, 'appearance')}`]
      : []),
    ...(photos > 0 ? [`in ${counted(photos, 'photo')}`] : []),
  ];
  return html`<li>${faceOf(person)}<div><strong>${label}</strong>
<p>${parts.join('; ')}</p>
${in_doubt > 0 && html`<p class="mark">${in_doubt} of them in doubt</p>`}</div></li>`;
}
