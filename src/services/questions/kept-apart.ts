/** Whether people said of people of the library that they are two. */
import type { Reader } from '../../store/api.js';
import type { PeopleView } from '../library/people-view.js';
import { keptApart } from '../people/likeness.js';

/** Those of `others` whom an edit keeps apart from `one`. Nothing is read where no edit keeps anybody apart. */
export async function keptFrom(
  reader: Pick<Reader, 'trackIdsOf'>,
  one: string,
  others: readonly string[],
  { edits }: Pick<PeopleView, 'edits'>,
  signal?: AbortSignal,
): Promise<Set<string>> {
  if (edits.barred.size === 0 || others.length === 0) return new Set();
  const held = await reader.trackIdsOf([one, ...others], signal);
  const of = (identity_id: string) => ({ row: { identity_id, name: null, track_ids: held.get(identity_id) ?? [] } });
  return new Set(others.filter((other) => keptApart(of(one), of(other), edits)));
}
