/** Cuts listings to pages that fit a model's context. */
import { decodeCursor, encodeCursor } from './cursor.js';

/** Characters of JSON that one page of a listing may take: about 10,000 tokens. Clients cut results off at 25,000. */
export const PAGE_CHARACTERS = 36_000;

export interface PageRequest {
  kind: string;
  /** The arguments that decide what is listed. */
  args: Record<string, unknown>;
  limit: number;
  cursor: string | undefined;
}

export interface Page<T> {
  items: T[];
  first: boolean;
  next_cursor: string | null;
}

/**
 * At most `limit` items, fewer when they are large (but at least one), and the cursor of what is left.
 * @throws RollcallError bad_cursor
 */
export function pageOf<T>(
  all: readonly T[],
  { kind, args, limit, cursor }: PageRequest,
  budget = PAGE_CHARACTERS,
): Page<T> {
  const from = decodeCursor(cursor, kind, args);
  const items: T[] = [];
  let size = 0;
  for (const item of all.slice(from, from + limit)) {
    size += JSON.stringify(item).length + 1;
    if (items.length > 0 && size > budget) break;
    items.push(item);
  }
  const end = from + items.length;
  return { items, first: from === 0, next_cursor: end < all.length ? encodeCursor(kind, end, args) : null };
}
