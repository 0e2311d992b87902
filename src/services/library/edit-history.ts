/** The log of edits as a person reads it. */
import { identitiesOf, type LoggedEdit } from '../../domain/edits/edit-log.js';
import type { LoggedEditAnswer } from '../answers/library.js';

/** Newest first. */
export function editHistory(log: readonly LoggedEdit[]): LoggedEditAnswer[] {
  const undoneBy = new Map(
    log.flatMap(({ edit_id, edit }) =>
      edit.action === 'undo' ? edit.edit_ids.map((id) => [id, edit_id] as const) : [],
    ),
  );
  return log
    .map((entry) => ({
      edit_id: entry.edit_id,
      seq: entry.seq,
      action: entry.edit.action,
      by: entry.by,
      at: entry.created_at,
      why: entry.why,
      changed: changedWords(entry),
      identity_ids: identitiesOf(entry.edit),
      undone_by: undoneBy.get(entry.edit_id) ?? null,
    }))
    .reverse();
}

/** What an edit did, with the names that people had when it was done. */
function changedWords({ edit, before }: LoggedEdit): string {
  const nameOf = new Map(before.map((b) => [b.identity_id, b.name]));
  const who = (id: string) => {
    const name = nameOf.get(id);
    return name ? `${name} (${id})` : id;
  };
  const tracks = (n: number) => `${n} track${n === 1 ? '' : 's'}`;
  switch (edit.action) {
    case 'name':
      return edit.name === null
        ? `${who(edit.identity_id)} has no name any more`
        : `${who(edit.identity_id)} is called ${edit.name}`;
    case 'merge':
      return `${edit.identity_ids.map(who).join(', ')} became one with ${who(edit.into)}`;
    case 'split':
      return `${tracks(edit.track_ids.length)} of ${who(edit.identity_id)} became ${edit.new_id}`;
    case 'assign':
      return `${tracks(edit.track_ids.length)} went to ${who(edit.identity_id)}${fromWords(before.slice(1).map((b) => who(b.identity_id)))}`;
    case 'reject':
      return `${tracks(edit.track_ids.length)} ${edit.track_ids.length === 1 ? 'is' : 'are'} not ${who(edit.identity_id)}`;
    case 'ignore':
      return `${who(edit.identity_id)} is ${edit.ignore ? 'left out of' : 'back in'} lists`;
    case 'enrol':
      return `${edit.reference_ids.length} photo${edit.reference_ids.length === 1 ? '' : 's'} of ${edit.name} (${edit.identity_id})${recognisedWords(before.slice(1))}`;
    case 'undo':
      return `took back ${edit.edit_ids.join(', ')}`;
  }
}

function recognisedWords(found: LoggedEdit['before']): string {
  const tracks = found.reduce((n, f) => n + f.track_ids.length, 0);
  return tracks > 0 ? `, recognised in ${tracks} track${tracks === 1 ? '' : 's'} since` : '';
}

function fromWords(sources: readonly string[]): string {
  return sources.length > 0 ? ` from ${sources.join(', ')}` : '';
}
