/** What is wrong with a worker, not with what it works on: it leaves that to others. */
import { type ErrorCode, RollcallError } from '../../../domain/errors/errors.js';
import type { JobServices } from '../run-job.js';

/** What it says of a worker that can't open the library, or lacks what indexing takes. */
const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'incompatible_library',
  'library_locked',
  'wrong_key',
  'missing_model',
  'missing_dependency',
]);

/** Whether an error may be one of the worker's own. */
export function maySayUnfit(error: unknown): error is RollcallError {
  return error instanceof RollcallError && CODES.has(error.code);
}

/**
 * Whether the worker that met an error could index nothing else either. No film is believed in this: one that makes it
 * look so would take down all workers, one after the other.
 * @throws what keeps it for a time from finding out
 */
export async function isUnfit(error: unknown, services: () => Promise<JobServices>): Promise<boolean> {
  if (!maySayUnfit(error)) return false;
  try {
    await (await services()).indexing.checkFit();
    return false;
  } catch (thrown) {
    if (maySayUnfit(thrown)) return true;
    throw thrown;
  }
}
