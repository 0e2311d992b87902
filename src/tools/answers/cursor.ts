/** Opaque cursors: where a listing goes on, bound to the listing they came from. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';

const cursorSchema = z.strictObject({
  k: z.string(),
  o: z.number().int().min(1),
  h: z.string(),
  /** Mark of the library's state that the page before was made of. */
  s: z.string().optional(),
});

/** A canonical fingerprint of arguments: the order of keys and absent values make no difference. */
function fingerprint(args: Record<string, unknown>): string {
  const canonical = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(canonical);
    if (typeof value !== 'object' || value === null) return value;
    return Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, canonical(v)]);
  };
  return createHash('sha256')
    .update(JSON.stringify(canonical(args)))
    .digest('base64url')
    .slice(0, 12);
}

/**
 * @param kind name of the listing
 * @param args the arguments that decide what is listed (not `limit`, not `cursor`)
 * @param mark of the library's state that it is made of
 */
export function encodeCursor(kind: string, offset: number, args: Record<string, unknown>, mark?: string): string {
  return Buffer.from(JSON.stringify({ k: kind, o: offset, h: fingerprint(args), s: mark })).toString('base64url');
}

/** Mark of the library's state that the page before was made of; null where the cursor has none. */
export function markIn(cursor: string | undefined): string | null {
  const parsed = cursor === undefined ? null : read(cursor);
  return parsed?.success ? (parsed.data.s ?? null) : null;
}

function read(cursor: string): ReturnType<typeof cursorSchema.safeParse> {
  try {
    return cursorSchema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    return cursorSchema.safeParse(undefined);
  }
}

/**
 * Where to go on; 0 without a cursor. @throws RollcallError bad_cursor when it is not one of this listing with these
 * arguments
 */
export function decodeCursor(cursor: string | undefined, kind: string, args: Record<string, unknown>): number {
  if (cursor === undefined) return 0;
  const bad = (why: string, cause?: unknown) =>
    new RollcallError(
      'bad_cursor',
      `This cursor ${why}.`,
      'Pass next_cursor back unchanged, with the same other arguments; leave cursor out to start from the beginning.',
      { cause },
    );
  const parsed = read(cursor);
  if (!parsed.success) throw bad('cannot be read', parsed.error);
  if (parsed.data.k !== kind) throw bad('belongs to another tool');
  if (parsed.data.h !== fingerprint(args)) throw bad('belongs to a call with other arguments');
  return parsed.data.o;
}
