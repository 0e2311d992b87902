/** Footage that this worker does not see, as that of a disk which is connected to other machines alone. */
import { opendir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ElsewhereError, RollcallError } from '../../../domain/errors/errors.js';

/**
 * What an error comes to that says that a file is not there: where its folder is not there either, or nothing is in
 * it (a disk's place without the disk), others may see it. Gone from a folder with others in it, it is gone for all.
 */
export async function seenFromHere(error: unknown, source: string): Promise<unknown> {
  if (!(error instanceof RollcallError) || error.code !== 'not_found' || !path.isAbsolute(source)) return error;
  return (await holdsAnything(path.dirname(source))) ? error : outOfSight(error);
}

/** Of what a server saw when it was asked for. */
export function outOfSight(error: RollcallError): ElsewhereError {
  return new ElsewhereError(
    'not_found',
    `The worker on ${os.hostname()} does not see it, and leaves it to others: ${error.message}`,
    'Connect the footage to that machine at the same path, or start a worker on one that sees it.',
    { cause: error },
  );
}

async function holdsAnything(folder: string): Promise<boolean> {
  try {
    for await (const _ of await opendir(folder)) return true;
  } catch {
    // not to be listed, as not to be seen
  }
  return false;
}
