/** What an edit speaks of: what has to be read of a large library before it is done. */
import type { LoggedEdit } from '../../domain/edits/edit-log.js';
import { identitiesOf } from '../../domain/edits/edit-log.js';
import type { Constraints } from '../../domain/edits/edits.js';
import type { SpanAsked, WantedEdit } from '../requests/edit-identities.js';

export interface Subjects {
  identity_ids: readonly string[];
  track_ids: readonly string[];
  spans: readonly SpanAsked[];
}

/** Of an edit that is asked for, with ids in the place of names. */
export function subjectsOf(wanted: WantedEdit): Subjects {
  const ids = [
    'identity_id' in wanted ? wanted.identity_id : null,
    ...('identity_ids' in wanted ? wanted.identity_ids : []),
    'into' in wanted ? wanted.into : null,
  ];
  return {
    identity_ids: ids.filter((id) => id !== null),
    track_ids: 'track_ids' in wanted ? wanted.track_ids : [],
    spans: 'appearances' in wanted ? wanted.appearances : [],
  };
}

/** Of entries of the log, with where their tracks belong and what became of their people. */
export function subjectsOfEntries(entries: readonly LoggedEdit[], { homes, merged }: Constraints): Subjects {
  const track_ids = new Set(
    entries.flatMap(({ edit, before }) => [
      ...('track_ids' in edit ? edit.track_ids : []),
      ...before.flatMap((b) => b.track_ids),
    ]),
  );
  const people = new Set(
    entries.flatMap(({ edit, before }) => [...identitiesOf(edit), ...before.map((b) => b.identity_id)]),
  );
  for (const id of [...people]) people.add(merged.get(id) ?? id);
  for (const t of track_ids) {
    const home = homes.get(t);
    if (home) people.add(home.identity_id);
  }
  return { identity_ids: [...people], track_ids: [...track_ids], spans: [] };
}

/** Whether an edit says by name whom it means, or may. */
export function saysNames(wanted: WantedEdit): boolean {
  return wanted.action === 'enrol' || subjectsOf(wanted).identity_ids.some((id) => !id.startsWith('identity_'));
}
