/** Edits that say by name whom they mean, with ids in the place of the names. */
import { nameKey } from '../../domain/edits/loose-names.js';
import type { MeantPerson } from '../answers/edit-identities.js';
import { whoIsMeant } from '../library/who-is-meant.js';
import type { WantedEdit } from '../requests/edit-identities.js';
import type { WorkingLibrary } from './working-library.js';

/** @returns the edit, and who was meant by each name. @throws RollcallError not_found, ambiguous */
export function withIds(wanted: WantedEdit, library: WorkingLibrary): { wanted: WantedEdit; meant: MeantPerson[] } {
  const meant: MeantPerson[] = [];
  const idOf = (given: string): string => {
    if (given.startsWith('identity_')) return given;
    const { person } = whoIsMeant(given, library.named());
    meant.push({ asked: given, identity_id: person.identity_id, name: person.name ?? given });
    return person.identity_id;
  };
  /** Somebody who is called so, not somebody a part of whose name it is; null for a newcomer. */
  const byFullName = (): string | null => {
    const name = wanted.action === 'enrol' ? (wanted.name ?? '') : '',
      key = nameKey(name);
    return library.named().some((r) => nameKey(r.name ?? '') === key) ? idOf(name) : null;
  };
  switch (wanted.action) {
    case 'undo':
      return { wanted, meant };
    case 'merge': {
      const into = idOf(wanted.into);
      const others = wanted.identity_ids.filter((given) => given !== wanted.into).map(idOf);
      return { wanted: { ...wanted, into, identity_ids: [into, ...others] }, meant };
    }
    case 'enrol': {
      if (wanted.identity_id !== null) return { wanted: { ...wanted, identity_id: idOf(wanted.identity_id) }, meant };
      const identity_id = byFullName();
      // Who is called so already keeps the name as it is.
      return { wanted: { ...wanted, identity_id, name: identity_id === null ? wanted.name : null }, meant };
    }
    case 'reject':
      return {
        wanted: { ...wanted, identity_id: idOf(wanted.identity_id), identity_ids: wanted.identity_ids.map(idOf) },
        meant,
      };
    default:
      return { wanted: { ...wanted, identity_id: idOf(wanted.identity_id) }, meant };
  }
}
