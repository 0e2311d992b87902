/** Whether a server has something to forget by itself: told by the head alone, before anything is loaded. */
import type { Settings } from '../../config/settings.js';
import { readHead } from '../../store/head.js';

/** @throws RollcallError incompatible_library */
export async function isForgettingDue({
  home,
  readOnly,
  retentionDays,
}: Pick<Settings, 'home' | 'readOnly' | 'retentionDays'>): Promise<boolean> {
  const head = readOnly ? null : await readHead(home);
  return head !== null && (head.purge_due === true || retentionDays !== null);
}
