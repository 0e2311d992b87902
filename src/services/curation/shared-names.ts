/** Names that an edit gave and that somebody else has as well. */
import { groupBy } from '../../domain/group-by.js';
import type { LoggedEdit } from '../../domain/edits/edit-log.js';
import { nameKey } from '../../domain/edits/loose-names.js';
import type { IdentityRow } from '../../store/rows.js';
import type { WorkingLibrary } from './working-library.js';

/** People that a sentence names. */
const NAMED = 5;

/**
 * In words, for each name that edits gave, who else is called so once all of them are done: two people may have one
 * name, but more often it is one person whose appearances were not joined. To be asked with everybody's name read.
 */
export function sharedNames(entries: readonly LoggedEdit[], library: WorkingLibrary): string[] {
  const byName = groupBy(library.named(), (p) => nameKey(p.name ?? ''));
  const told = new Set<string>();
  return entries.flatMap(({ edit }) => {
    if ((edit.action !== 'name' && edit.action !== 'enrol') || edit.name === null) return [];
    const { identity_id, name } = library.person(edit.identity_id);
    const key = nameKey(name ?? '');
    if (name === null || told.has(key)) return [];
    told.add(key);
    const others = (byName.get(key) ?? []).filter((p) => p.identity_id !== identity_id);
    return others.length === 0 ? [] : [sentence(name, identity_id, others)];
  });
}

function sentence(name: string, identity_id: string, others: readonly IdentityRow[]): string {
  const listed = others.slice(0, NAMED).map((p) => p.identity_id);
  const rest = others.length > NAMED ? ` and ${others.length - NAMED} more` : '';
  const [are, have] = others.length === 1 ? ['1 other is', 'is'] : [`${others.length} others are`, 'are'];
  return `${are} called ${JSON.stringify(name)} beside ${identity_id}: ${listed.join(', ')}${rest}. If that ${have} the same person, merge them: {edit_identities merge}; if not, names that differ let them be asked for by name.`;
}
