/** Gives those who were recognised to whom they are. */
import type { EditBody } from '../../domain/edits/edit-log.js';
import type { IdentityRow } from '../../store/rows.js';
import type { Fitting } from './recognise.js';

/**
 * Changes `rows`, by identity_id: tracks go over, ids of before redirect, and identities that nobody has seen yet are
 * no more.
 * @param isNew whether an identity came about in the same step
 * @returns what the log must remember
 */
export function takeIn(
  sure: readonly Fitting[],
  rows: Map<string, IdentityRow>,
  isNew: (identity_id: string) => boolean,
): EditBody[] {
  const remembered = new Map<string, { identity_id: string; track_ids: string[] }[]>();
  for (const { identity_id, edit_id, other } of sure) {
    const to = rows.get(identity_id),
      from = rows.get(other);
    if (!to || !from) continue;
    rows.set(identity_id, {
      ...to,
      track_ids: [...new Set([...to.track_ids, ...from.track_ids])].sort(),
      merged_into: null,
    });
    if (isNew(other)) rows.delete(other);
    else rows.set(other, { ...from, track_ids: [], merged_into: identity_id });
    if (isNew(other))
      for (const row of rows.values())
        if (row.merged_into === other) rows.set(row.identity_id, { ...row, merged_into: identity_id });
    remembered.set(edit_id, [
      ...(remembered.get(edit_id) ?? []),
      { identity_id: isNew(other) ? identity_id : other, track_ids: from.track_ids },
    ]);
  }
  return [...remembered].map(([edit_id, from]) => ({ kind: 'recognised', v: 1, edit_id, from }));
}
