/** Cuts listings to pages that fit a model's context. */
import { decodeCursor, encodeCursor } from './cursor.js';

/**
 * Characters of JSON that an answer may take in all: some 10,000 tokens, half a token a character, since ids and times
 * are most of it. Clients cut results off at 25,000.
 */
export const ANSWER_CHARACTERS = 20_000;
/** Share of it that a page gets, whatever stands beside it. */
const LEAST_SHARE = 0.2;

export interface PageRequest {
  kind: string;
  /** The arguments that decide what is listed. */
  args: Record<string, unknown>;
  limit: number;
  cursor: string | undefined;
  /** What else the answer holds: it counts as well. */
  beside?: unknown;
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
  { kind, args, limit, cursor, beside }: PageRequest,
  most = ANSWER_CHARACTERS,
): Page<T> {
  const from = decodeCursor(cursor, kind, args);
  const budget = Math.max(LEAST_SHARE * most, most - sizeOf(beside));
  const items: T[] = [];
  let size = 0;
  for (const item of all.slice(from, from + limit)) {
    size += sizeOf(item) + 1;
    if (items.length > 0 && size > budget) break;
    items.push(item);
  }
  const end = from + items.length;
  return { items, first: from === 0, next_cursor: end < all.length ? encodeCursor(kind, end, args) : null };
}

/** The first of what is listed that fit a share of the answer. */
export function headOf<T>(all: readonly T[], most: number, characters: number): T[] {
  let size = 0;
  return all.slice(0, most).filter((item) => (size += sizeOf(item) + 1) <= characters);
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}
