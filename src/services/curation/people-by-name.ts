/** Edits that say by name whom they mean, with ids in the place of the names. */
import type { MeantPerson } from '../answers/edit-identities.js';
import { whoIsMeant } from '../library/who-is-meant.js';
import type { WantedEdit } from '../requests/edit-identities.js';
import type { WorkingLibrary } from './working-library.js';

/** @returns the edit, and who was meant by each name. @throws RollcallError not_found, ambiguous */
export function withIds(wanted: WantedEdit, library: WorkingLibrary): { wanted: WantedEdit; meant: MeantPerson[] } {
  const meant: MeantPerson[] = [];
  const idOf = (given: string): string => {
    if (given.startsWith('identity_')) return given;
    const { person } = whoIsMeant(
      given,
      [...library.rows.values()].filter((r) => r.merged_into === null && r.name !== null),
    );
    meant.push({ asked: given, identity_id: person.identity_id, name: person.name ?? given });
    return person.identity_id;
  };
  switch (wanted.action) {
    case 'undo':
      return { wanted, meant };
    case 'merge': {
      const into = idOf(wanted.into);
      const others = wanted.identity_ids.filter((given) => given !== wanted.into).map(idOf);
      return { wanted: { ...wanted, into, identity_ids: [into, ...others] }, meant };
    }
    default:
      return { wanted: { ...wanted, identity_id: idOf(wanted.identity_id) }, meant };
  }
}
