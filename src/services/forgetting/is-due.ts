/** Whether a server has something to forget by itself: told by the head alone, before anything is loaded. */
import { libraryAt, type Settings } from '../../config/settings.js';
import { readHead } from '../../store/head/head.js';

/** @throws RollcallError incompatible_library */
export async function isForgettingDue(
  settings: Pick<Settings, 'home' | 'remote' | 'readOnly' | 'retentionDays'>,
): Promise<boolean> {
  const { readOnly, retentionDays } = settings;
  const head = readOnly ? null : await readHead(libraryAt(settings));
  return head !== null && (head.purge_due === true || retentionDays !== null);
}
