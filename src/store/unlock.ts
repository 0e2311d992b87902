/** Whether a library and a key belong together, told before anything is written. */
import type { LibraryKey } from '../config/library-key.js';
import { RollcallError } from '../domain/errors/errors.js';
import { openEnvelope } from './encryption/envelope.js';
import type { ValueCipher } from './encryption/value-cipher.js';
import type { Head } from './head/head.js';

type Kept = Pick<Head, 'encryption'>;

/**
 * @returns what an encrypted library is read with; null for one that is not encrypted
 * @throws RollcallError library_locked without a key, wrong_key, incompatible_library for a key that opens nothing
 */
export async function unlock({ encryption }: Kept, key: LibraryKey | null, home: string): Promise<ValueCipher | null> {
  if (encryption && key) return openEnvelope(encryption, key);
  if (encryption) throw libraryLocked(home);
  if (key)
    throw new RollcallError(
      'incompatible_library',
      `The library in ${home} is not encrypted, but a key is set (${key.from}).`,
      'Nothing was changed. Encrypt it with `rollcall-mcp library encrypt`, or take the key away to use it as it is.',
    );
  return null;
}

/** @throws RollcallError when the library was encrypted, or decrypted, since it was opened */
export function checkSameKey({ encryption }: Kept, cipher: ValueCipher | null, home: string): void {
  if (encryption?.key_id === cipher?.key_id) return;
  if (encryption && cipher === null) throw libraryLocked(home);
  throw new RollcallError(
    'incompatible_library',
    `The library in ${home} was encrypted anew or decrypted while it was open.`,
    'Start the server again, with the key that the library has now.',
  );
}

function libraryLocked(home: string): RollcallError {
  return new RollcallError(
    'library_locked',
    `The library in ${home} is encrypted, and no key is set.`,
    'Give its key in the environment as ROLLCALL_KEY, or a command that prints it as ROLLCALL_KEY_COMMAND, and start again.',
  );
}
