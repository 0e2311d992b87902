/** What LanceDB throws when a table can't be read, told so that somebody can mend it. */
import { asRollcallError, RollcallError } from '../domain/errors.js';

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

/** Runs what works on one table. @throws TableError, or what has an explanation of its own, as a full disk */
export async function inTable<T>(table: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A slip of this program is none of the table's.
    const slip = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
    if (slip || error instanceof TableError || asRollcallError(error).code !== 'internal') throw error;
    throw new TableError(table, error);
  }
}

/** The error that a caller of the library is given. */
export function asStoreError(error: unknown): RollcallError {
  if (!(error instanceof TableError)) return asRollcallError(error);
  return new RollcallError(
    'damaged_library',
    `A file of the library's table "${error.table}" is missing or damaged. The other tables can still be read.`,
    'Run `rollcall-mcp doctor --repair`: it says what can be brought back, and does it; or put a backup back with `rollcall-mcp restore FILE`.',
    { cause: error.cause },
  );
}
