/** What edits say of pairs of tracks: a merge or an assignment makes them one person, a rejection or a split two. */
import { type LoggedEdit, undoneEdits } from './edit-log.js';

export interface EditPair {
  a: string;
  b: string;
  same: boolean;
}

/** Taken of one edit, so that a large merge doesn't speak for all. */
const OF_ONE = 3;

/** Pairs of the edits in force; those of which two edits say different things are left out. */
export function pairsOfEdits(log: readonly LoggedEdit[]): EditPair[] {
  const undone = undoneEdits(log);
  const pairs = new Map<string, EditPair | null>();
  for (const entry of log) {
    if (undone.has(entry.edit_id)) continue;
    for (const pair of pairsOf(entry)) {
      const key = [pair.a, pair.b].sort().join(' ');
      const held = pairs.get(key);
      pairs.set(key, held === undefined || held?.same === pair.same ? pair : null);
    }
  }
  return [...pairs.values()].filter((p) => p !== null);
}

function pairsOf({ edit, before }: LoggedEdit): EditPair[] {
  const [first, ...others] = before;
  if (!first) return [];
  switch (edit.action) {
    case 'merge':
      return others.flatMap((other) => between(first.track_ids, other.track_ids, true));
    case 'assign':
    case 'split':
    case 'reject': {
      const moved = new Set(edit.track_ids);
      return between(
        first.track_ids.filter((t) => !moved.has(t)),
        edit.track_ids,
        edit.action === 'assign',
      );
    }
    default:
      return [];
  }
}

/** A few pairs of the two sides, no track twice where there are enough. */
function between(one: readonly string[], other: readonly string[], same: boolean): EditPair[] {
  const count = one.length === 0 || other.length === 0 ? 0 : Math.min(OF_ONE, Math.max(one.length, other.length));
  return Array.from({ length: count }, (_, k) => ({
    a: one[k % one.length] ?? '',
    b: other[k % other.length] ?? '',
    same,
  }));
}
