/** What LanceDB throws when a table can't be read, told so that somebody can mend it. */
import { asRollcallError, PassingError, RollcallError } from '../../domain/errors/errors.js';

/**
 * Something went wrong inside a table: a file of it is missing or damaged, or upkeep took away the state that was being
 * read; whoever knows the head tells the two apart.
 */
export class TableError extends Error {
  constructor(
    readonly table: string,
    cause: unknown,
  ) {
    super(`The table ${table} could not be read.`, { cause });
    this.name = 'TableError';
  }
}

/** LanceDB's words for an object store that does not answer, or refuses; what is missing there is another matter. */
const UNREACHABLE =
  /error sending request|HTTP error|after \d+ retries|operation timed out|connection (?:closed|reset|refused)/i;

/** Its words for keys that may not do something. */
const FORBIDDEN = /status code: 40[13]|access ?denied|lacks? permission|unauthenticated|403 forbidden/i;

/** Why an object store did not give what was asked, but for that it is not there; null for any other error. */
export function storeTrouble(error: unknown): RollcallError | null {
  const known = unreachable(error);
  if (known || !(error instanceof Error) || !FORBIDDEN.test(error.message)) return known;
  return new RollcallError(
    'forbidden',
    'The object store of the library refuses what was asked of it.',
    'Check the keys: they must be allowed to get, put, list and delete objects below the prefix of the library.',
    { cause: error },
  );
}

/** @returns null when the error is none of an object store's */
function unreachable(error: unknown): RollcallError | null {
  if (!(error instanceof Error) || !UNREACHABLE.test(error.message)) return null;
  return new PassingError(
    'unreachable',
    'The object store of the library does not answer as it should.',
    'Try again; if it goes on, check the network, and AWS_ENDPOINT_URL, AZURE_STORAGE_ENDPOINT or GOOGLE_BASE_URL. Nothing is lost: what was not committed is not in force.',
    { cause: error },
  );
}

/** Runs what works on one table. @throws TableError, or what has an explanation of its own, as a full disk */
export async function inTable<T>(table: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A slip of this program is none of the table's.
    const slip = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
    if (slip || error instanceof TableError || asRollcallError(error).code !== 'internal') throw error;
    throw unreachable(error) ?? new TableError(table, error);
  }
}

/** The error that a caller of the library is given. */
export function asStoreError(error: unknown): RollcallError {
  if (!(error instanceof TableError)) return unreachable(error) ?? asRollcallError(error);
  return new RollcallError(
    'damaged_library',
    `A file of the library's table "${error.table}" is missing or damaged. The other tables can still be read.`,
    'Run `rollcall-mcp doctor --repair`: it says what can be brought back, and does it; or put a backup back with `rollcall-mcp restore FILE`.',
    { cause: error.cause },
  );
}
