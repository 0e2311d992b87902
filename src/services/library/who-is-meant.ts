/** Who is meant by a name: one person, or an error that says whom it fits. */
import { RollcallError } from '../../domain/errors/errors.js';
import { namesLike, type Fit } from '../../domain/edits/loose-names.js';
import type { IdentityRow } from '../../store/rows.js';

/** People that an error names. */
const NAMED = 8;

export interface Meant {
  person: IdentityRow;
  fit: Fit;
}

/**
 * The one whose name fits best (see domain/edits/loose-names).
 * @param people whoever may be meant, with or without tracks
 * @throws RollcallError not_found; ambiguous, which names those whom it fits
 */
export function whoIsMeant(name: string, people: readonly IdentityRow[]): Meant {
  const found = namesLike(name, people);
  if (!found) throw notFound(name, people);
  const [person, ...others] = found.people;
  if (person && others.length === 0) return { person, fit: found.fit };
  const same = new Set(found.people.map((p) => p.name)).size === 1;
  throw new RollcallError(
    'ambiguous',
    `${JSON.stringify(name)} fits ${found.people.length} people: ${listed(found.people.map((p) => `${p.name} (${p.identity_id})`))}.`,
    `Ask by the identity_id of the one that is meant; {show_faces} shows them side by side.${same ? ' If they are one person, merge them: {edit_identities}.' : ''}`,
  );
}

/** Ids, and short names, that stand where somebody's name was asked for. */
const VIDEO = /^video_/,
  TRACK = /^track_/,
  PERSON = /^(identity_.+|P\d+)$/i;

function notFound(name: string, people: readonly IdentityRow[]): RollcallError {
  if (VIDEO.test(name))
    return new RollcallError(
      'bad_argument',
      `${name} is a video, not a person.`,
      '{list_identities video_ids} tells who is in it.',
    );
  if (TRACK.test(name))
    return new RollcallError(
      'bad_argument',
      `${name} is a track of a person, not the person.`,
      '{show_faces track_ids} tells whose it is.',
    );
  if (PERSON.test(name))
    return new RollcallError(
      'not_found',
      `No one in the library is called ${JSON.stringify(name)}: that is an id.`,
      'Give it as identity_id.',
    );
  const names = [...new Set(people.flatMap((p) => p.name ?? []))].sort();
  return new RollcallError(
    'not_found',
    `No one in the library is called ${JSON.stringify(name)}.`,
    names.length > 0
      ? `Known names: ${listed(names)}.`
      : 'No one has a name yet: search by a picture, or by an identity_id; {list_identities} shows who there is.',
  );
}

function listed(all: readonly string[]): string {
  const rest = all.length - NAMED;
  return `${all.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
