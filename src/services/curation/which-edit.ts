/** Which edit of a list can't be done: none is done then, so whoever gave the list must know which to put right. */
import { RollcallError } from '../../domain/errors/errors.js';
import { plainLine } from '../../domain/plain-line.js';
import type { EditAsked } from '../requests/edit-identities.js';

/** Characters of whom an edit is about. */
const LONGEST = 80;

/**
 * What is told of an error in the edit of that place, counted from 0 as where arguments are refused: the same, of an
 * edit that stands alone, or of a caller who gave up.
 */
export function errorOfEdit(error: unknown, at: number, edits: readonly EditAsked[]): unknown {
  const [edit, all] = [edits[at], edits.length];
  if (!edit || all < 2 || !(error instanceof RollcallError) || error.code === 'cancelled') return error;
  return new RollcallError(
    error.code,
    `edits.${at} (${inWords(edit)}): ${error.message}`,
    `${error.hint} None of the ${all} edits was made.`,
    { cause: error.cause },
  );
}

/** "merge Ada and Bob". */
function inWords({ action, identity_id, name, identity_ids, edit_id, to }: EditAsked): string {
  const about = identity_id ?? name ?? identity_ids?.join(' and ') ?? edit_id ?? to ?? '';
  return `${action} ${plainLine(String(about), LONGEST)}`.trim();
}
