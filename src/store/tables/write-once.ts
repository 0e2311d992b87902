/** Writes to a table that must not be there twice. */
import { PassingError } from '../../domain/errors/errors.js';
import type { Table } from './database-engine.js';

const ATTEMPTS = 4;

/**
 * Does `work`, which makes one version of a table, so that what it adds is there once.
 *
 * [Note: Lost answers] When an object store took a commit and its answer got lost, LanceDB finds the version's number
 * taken, believes that somebody else has it, and commits the same rows again as the version after. Since one process
 * writes at a time, a version too many tells that: the table goes back to before, and all is done again.
 *
 * @param work may be called again
 * @throws RollcallError `unreachable` when it goes wrong again and again; what was written is not in force
 */
export async function writeOnce(table: Table, work: () => Promise<{ version: number }>): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await table.version();
    const { version } = await work();
    if (version <= before + 1) return;
    await table.checkout(before);
    await table.restore();
  }
  throw new PassingError(
    'unreachable',
    'Answers of the object store of the library get lost on the way, again and again.',
    'Try again, and check the network. Nothing was changed.',
  );
}
