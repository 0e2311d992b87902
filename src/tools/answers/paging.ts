/** Cuts listings to pages that fit a model's context. */
import { decodeCursor, encodeCursor } from './cursor.js';
import { inBrief, type Detail } from '../definition/brief-answers.js';
import { inLabels } from '../definition/labels.js';
import type { Since } from '../../services/library/library-service.js';
import { tokensOf } from './tokens.js';

/** Tokens that a default answer may take: its structured content, and its text, each. */
const BRIEF_TOKENS = 1_900;
/** Tokens of one that a caller asked more of, with `limit` or `detail`: clients cut results off at 25,000. */
const ANSWER_TOKENS = 10_000;

export interface PageRequest {
  kind: string;
  /** The arguments that decide what is listed. */
  args: Record<string, unknown>;
  limit: number;
  cursor: string | undefined;
  /** What else the answer holds: it counts as well. */
  beside?: unknown;
  /** How the library stands to the page before. */
  since?: Since | undefined;
}

export interface Page<T> {
  items: T[];
  first: boolean;
  next_cursor: string | null;
  /** The library is another than that of the page before. */
  changed?: boolean | undefined;
}

/** A listing, or of one that is not at hand whole the part that a page can show. */
export type Listing<T> = Pick<readonly T[], 'length' | 'slice'>;

/**
 * At most `limit` items, fewer when they are large (but at least one), and the cursor of what is left.
 * @throws RollcallError bad_cursor
 */
export function pageOf<T>(
  all: Listing<T>,
  { kind, args, limit, cursor, beside }: PageRequest,
  most = ANSWER_TOKENS,
): Page<T> {
  const from = decodeCursor(cursor, kind, args);
  const budget = most - (beside === undefined ? 0 : tokensOf(beside));
  const items: T[] = [];
  let size = 0;
  for (const item of all.slice(from, from + limit)) {
    size += tokensOf(item);
    if (items.length > 0 && size > budget) break;
    items.push(item);
  }
  return { items, first: from === 0, next_cursor: cursorAt(from + items.length, all.length, { kind, args }) };
}

function cursorAt(
  end: number,
  length: number,
  { kind, args, since }: Pick<PageRequest, 'kind' | 'args' | 'since'>,
): string | null {
  return end < length ? encodeCursor(kind, end, args, since?.mark ?? undefined) : null;
}

/** How much an answer may hold. */
export interface Room {
  detail: Detail;
  /** As it was asked; what a listing has by default when left out. */
  limit?: number | undefined;
}

/** What an answer is made of, before it is known whether it fits. */
interface Built {
  data: Readonly<Record<string, unknown>>;
  text: string;
}

const ANY_LABEL = { get: () => 'P1234' };
/** `"label":"P1234",` */
const LABEL_TOKENS = 7;
const LABELLED = /"(?:identity_id|title|a|b)":"/g;

function tokensOfData(data: unknown): number {
  const json = JSON.stringify(data);
  return tokensOf(json) + LABEL_TOKENS * (json.match(LABELLED)?.length ?? 0);
}

/** Whether structured content and text both fit. */
export function fits(built: Built, room: Room): boolean {
  return fill(built, room) <= 1;
}

/** How much of what an answer may hold it takes, of its structured content and its text the one that takes more. */
export function fill({ data, text }: Built, { detail, limit }: Room): number {
  const most = detail === 'brief' && limit === undefined ? BRIEF_TOKENS : ANSWER_TOKENS;
  // As a client gets it: with a label at each id.
  const tokens = Math.max(tokensOf(inLabels(text, ANY_LABEL)), tokensOfData(detail === 'brief' ? inBrief(data) : data));
  return tokens / most;
}

/** The places that a page can show. @throws RollcallError bad_cursor */
export function windowOf({ kind, args, cursor, limit, usual }: Omit<Paging, 'detail'>): {
  from: number;
  count: number;
} {
  return { from: decodeCursor(cursor, kind, args), count: limit ?? usual };
}

/** @param items those from place `from` on, as many as a page can show. @param length of the whole */
export function windowed<T>(items: readonly T[], from: number, length: number): Listing<T> {
  return {
    length,
    slice: (start = 0, end = length) => items.slice(Math.max(0, start - from), Math.max(0, end - from)),
  };
}

type Paging = Omit<PageRequest, 'beside' | 'limit'> & Room & { usual: number };

/**
 * The answer with as many items of a listing as fit, at least one: the whole of it is measured, whatever stands
 * beside the items. @param usual limit when none was asked
 * @param build makes the answer of some items; `scale` is 0 where there is room, and rises as items must be shortened
 * so that more of them fit. @throws RollcallError bad_cursor
 */
export function fitPage<T, Answer extends Built>(
  all: Listing<T>,
  { kind, args, cursor, usual, since, ...room }: Paging,
  build: (page: Page<T>, scale: number) => Answer,
  scales = 1,
): Answer {
  const from = decodeCursor(cursor, kind, args);
  const rest = all.slice(from, from + (room.limit ?? usual));
  const answer = (n: number, scale: number): Answer => {
    const next_cursor = cursorAt(from + n, all.length, { kind, args, since });
    return build({ items: rest.slice(0, n), first: from === 0, next_cursor, changed: since?.changed }, scale);
  };
  for (let scale = 0; scale < scales - 1; scale++) {
    const whole = answer(rest.length, scale);
    if (fits(whole, room)) return whole;
  }
  let fitting: Answer | null = null;
  mostThat((count) => {
    const built = answer(count, scales - 1),
      filled = fill(built, room);
    // Each that fits is of more than the one before.
    if (filled <= 1) fitting = built;
    return filled;
  }, rest.length);
  return fitting ?? answer(Math.min(1, rest.length), scales - 1);
}

/**
 * The largest number up to `most` of which `filled` is at most 1, when it rises with numbers; 0 for none. Few are
 * tried: where it ends is guessed by what those that were tried take. What is returned was the last to be at most 1.
 */
export function mostThat(filled: (n: number) => number, most: number): number {
  let [low, high] = [0, most];
  let [under, over] = [0, filled(most)];
  if (over <= 1) return most;
  // A guess that leaves more than half is followed by the middle: what one number takes may be most of it.
  let halves = false;
  while (high - low > 1) {
    const width = high - low;
    const guess = halves ? low + width / 2 : low + (width * (1 - under)) / (over - under);
    const n = Math.min(high - 1, Math.max(low + 1, Math.floor(guess)));
    const taken = filled(n);
    if (taken <= 1) [low, under] = [n, taken];
    else [high, over] = [n, taken];
    halves = !halves && high - low > width / 2;
  }
  return low;
}
